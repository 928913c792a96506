"""A scheme: one file of data that says how a round is scored."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pingyi.engine.grammar.fields import Key, Label, Ruled
from pingyi.engine.grammar.finals import Award, Grades, Quota, Rank, Rounding, Veto
from pingyi.engine.grammar.nodes import AnyNode
from pingyi.engine.grammar.papers import (
    Attribute,
    EventKind,
    Figure,
    Input,
    Paper,
    Parameter,
    Prior,
    RaterClass,
)

GRAMMAR_VERSION = "1"
PARENT = "parent"
"""Peer groups may be formed by attributes and by the parent."""


class Scheme(Ruled):
    """The root of the grammar."""

    grammar: Literal["1"]
    key: Key
    parameters: dict[Key, Parameter] = {}
    attributes: dict[Key, Attribute] = {}
    peer_groups: tuple[Key, ...] = ()
    """Attributes (or ``parent``) whose equal values put targets into one peer group."""
    classes: dict[Key, RaterClass] = {}
    papers: dict[Key, Paper] = {}
    inputs: dict[Key, Input] = {}
    figures: dict[Key, Figure] = {}
    events: dict[Key, EventKind] = {}
    priors: dict[Key, Prior] = {}
    nodes: dict[Key, AnyNode] = Field(min_length=1)
    score: Key
    rounding: Rounding
    grades: Grades | None = None
    vetoes: tuple[Veto, ...] = ()
    quotas: tuple[Quota, ...] = ()
    awards: dict[Key, Award] = {}
    rank: Rank

    def grade_labels(self) -> tuple[Label, ...]:
        return self.grades.labels() if self.grades else ()
