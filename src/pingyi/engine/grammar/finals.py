"""What follows the score, in this order: grades, vetoes, quotas, awards, rank."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from pingyi.engine.grammar.bands import GradeBand, Range, check_bands
from pingyi.engine.grammar.conditions import Condition
from pingyi.engine.grammar.fields import Exact, Key, Label, Part, Ruled, refuse
from pingyi.engine.grammar.nodes import RankTies
from pingyi.engine.numbers import RoundingMode, WholeRounding


class RoundingStage(StrEnum):
    END = "end"
    """Exact until the end (default)."""
    PARTS = "parts"
    """Every part is rounded before it is combined."""


class Compare(StrEnum):
    PUBLISHED = "published"
    EXACT = "exact"


class Rounding(Ruled):
    places: int = Field(2, ge=0, le=12)
    mode: RoundingMode = RoundingMode.HALF_UP
    stage: RoundingStage = RoundingStage.END
    compare: Compare = Compare.PUBLISHED


class Grades(Ruled):
    """Grades from the best to the worst, as bands of the score."""

    bands: tuple[GradeBand, ...] = Field(min_length=1)
    undefined: tuple[Range, ...] = ()
    step: Exact | None = Field(None, gt=0)

    @model_validator(mode="after")
    def _proved(self) -> Self:
        labels = [band.grade for band in self.bands]
        if len(set(labels)) != len(labels):
            raise refuse("grade_twice")
        check_bands((*self.bands, *self.undefined), self.step)
        return self

    def labels(self) -> tuple[str, ...]:
        return tuple(band.grade for band in self.bands)


class Effect(StrEnum):
    BAR_TOP = "bar_top"
    """The top grade falls to the next."""
    FIX_GRADE = "fix_grade"
    ZERO_ITEM = "zero_item"
    """A node is 0, before anything is made of it."""
    ZERO_ALL = "zero_all"
    """The score is 0."""
    BAR_AWARDS = "bar_awards"


class Veto(Ruled):
    """一票否决: when the condition holds, the effect follows."""

    key: Key
    when: Condition
    effect: Effect
    grade: Label | None = None
    item: Key | None = None
    awards: tuple[Key, ...] = ()
    """Awards that are barred; all awards for the best when none is named."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        wants = {Effect.FIX_GRADE: "grade", Effect.ZERO_ITEM: "item"}.get(self.effect)
        given = {name for name in ("grade", "item") if getattr(self, name) is not None}
        if given != ({wants} if wants else set()):
            raise refuse("veto_effect", effect=self.effect, wants=wants or "—")
        if self.awards and self.effect is not Effect.BAR_AWARDS:
            raise refuse("veto_effect", effect=self.effect, wants="—")
        zeroes = self.effect in (Effect.ZERO_ITEM, Effect.ZERO_ALL)
        if zeroes and any(part.grade is not None for part in self.when.walk()):
            raise refuse("veto_needs_grade")
        return self


class Denominator(StrEnum):
    SCORED = "scored"
    """Those who take part: targets with a score."""
    ALL = "all"
    """All targets of the peer group."""


class EdgeTies(StrEnum):
    """Several share the last place."""

    NONE = "none"
    """None of them gets it."""
    ALL = "all"
    """All of them get it, beyond the number of places."""
    TIE_BREAK = "tie_break"
    """The rank's tie-break decides; those that stay equal get none."""


class Quota(Ruled):
    """At most a share of the peer group may have ``grade``; the bumped fall to ``falls_to``."""

    grade: Label
    share: Exact | None = None
    share_node: Key | None = None
    """A node that gives the share; it must be the same for the whole peer group."""
    rounding: WholeRounding = WholeRounding.HALF_UP
    denominator: Denominator = Denominator.SCORED
    ties: EdgeTies = EdgeTies.NONE
    falls_to: Label | None = None

    @model_validator(mode="after")
    def _one_share(self) -> Self:
        if (self.share is None) == (self.share_node is None):
            raise refuse("quota_share")
        if self.share is not None and not 0 <= self.share <= 1:
            raise refuse("quota_range", share=self.share)
        return self


class End(StrEnum):
    TOP = "top"
    BOTTOM = "bottom"


class ConditionStage(StrEnum):
    AFTER = "after"
    """Who is first must also fulfil the condition; else the award stays vacant."""
    BEFORE = "before"
    """Only those who fulfil the condition compete."""


class Award(Ruled):
    """Goes to the top or bottom ``places`` (or share) of a peer group; may stay vacant."""

    end: End = End.TOP
    by: Key | None = None
    """The node that decides; the score when not given."""
    places: int | None = Field(None, ge=1)
    share: Exact | None = None
    rounding: WholeRounding = WholeRounding.HALF_UP
    when: Condition | None = None
    condition: ConditionStage = ConditionStage.AFTER
    ties: EdgeTies = EdgeTies.ALL

    @model_validator(mode="after")
    def _one_number(self) -> Self:
        if (self.places is None) == (self.share is None):
            raise refuse("award_places")
        if self.share is not None and not 0 <= self.share <= 1:
            raise refuse("quota_range", share=self.share)
        return self


class TieBreak(Part):
    node: Key
    lowest_first: bool = False


class Rank(Ruled):
    ties: RankTies = RankTies.SKIP
    tie_break: tuple[TieBreak, ...] = ()
