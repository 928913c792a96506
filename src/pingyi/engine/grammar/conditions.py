"""Conditions: used by ``choose``, vetoes and awards."""

from __future__ import annotations

from fractions import Fraction
from typing import Self

from pydantic import Field, model_validator

from pingyi.engine.grammar.fields import Exact, Key, Label, Part, refuse


class Comparison(Part):
    """Bounds on a number; all that are given must hold."""

    at_least: Exact | None = None
    at_most: Exact | None = None
    above: Exact | None = None
    below: Exact | None = None

    def has_bound(self) -> bool:
        return any(
            bound is not None for bound in (self.at_least, self.at_most, self.above, self.below)
        )

    def holds(self, value: Fraction) -> bool:
        """Are all given bounds kept?"""
        return not (
            (self.at_least is not None and value < self.at_least)
            or (self.at_most is not None and value > self.at_most)
            or (self.above is not None and value <= self.above)
            or (self.below is not None and value >= self.below)
        )


class Condition(Comparison):
    """One subject with a test, or ``all`` / ``any`` / ``none`` of several conditions.

    - ``node``: compares the node's value; a node without a value fulfils nothing.
    - ``event``: compares how often the kind of event happened to the target (default: at least 1).
    - ``attribute``: compares the target's attribute as text (``is`` or ``in``).
    - ``grade``: the target's grade is among these (only after grading: vetoes and awards).
    """

    node: Key | None = None
    event: Key | None = None
    attribute: Key | None = None
    grade: tuple[Label, ...] | None = None
    all_of: tuple[Condition, ...] | None = Field(None, alias="all")
    any_of: tuple[Condition, ...] | None = Field(None, alias="any")
    none_of: tuple[Condition, ...] | None = Field(None, alias="none")
    is_: Label | None = Field(None, alias="is")
    in_: tuple[Label, ...] | None = Field(None, alias="in")

    @model_validator(mode="after")
    def _one_subject(self) -> Self:
        groups = (self.all_of, self.any_of, self.none_of)
        subjects = (self.node, self.event, self.attribute, self.grade, *groups)
        if sum(subject is not None for subject in subjects) != 1:
            raise refuse("condition_subject")
        if any(group is not None and not group for group in groups):
            raise refuse("condition_test")
        has_words = self.is_ is not None or self.in_ is not None
        if self.node is not None and not self.has_bound():
            raise refuse("condition_test")
        if (self.attribute is not None) != has_words or (
            self.is_ is not None and self.in_ is not None
        ):
            raise refuse("condition_test")
        if self.has_bound() and self.node is None and self.event is None:
            raise refuse("condition_test")
        return self

    def words(self) -> tuple[str, ...]:
        """The texts that fulfil an attribute condition."""
        return (self.is_,) if self.is_ is not None else self.in_ or ()

    def parts(self) -> tuple[Condition, ...]:
        """The conditions inside, for a group."""
        return self.all_of or self.any_of or self.none_of or ()

    def walk(self) -> tuple[Condition, ...]:
        """This condition and all inside it."""
        return (self, *(inner for part in self.parts() for inner in part.walk()))

    def node_names(self) -> tuple[str, ...]:
        return tuple(c.node for c in self.walk() if c.node is not None)
