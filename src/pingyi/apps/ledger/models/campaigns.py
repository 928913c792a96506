"""Campaigns (专项): what entries belong together, under which document, with which lights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models

from pingyi.apps.ledger.enums import ColumnKind, Light, LightKind, UrgeTo
from pingyi.apps.ledger.presets import DEFAULT, PRESETS, URGING
from pingyi.apps.ledger.rules import LightRule, UrgeRule
from pingyi.base.days import TermUnit
from pingyi.base.terms import TermRule, rule_on

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from pingyi.apps.ledger.models.entries import Entry


@dataclass(frozen=True)
class OwnColumn:
    """A column of a campaign's own; ``choices`` where one of a list is to be chosen."""

    key: str
    title: str
    kind: ColumnKind = ColumnKind.TEXT
    choices: tuple[str, ...] = ()


def _default_lights() -> list[list[object]]:
    return [[rule.light, rule.kind, rule.number] for rule in PRESETS[DEFAULT].lights]


def _default_urging() -> list[list[object]]:
    return [[rule.to, rule.after] for rule in URGING]


class Campaign(models.Model):
    """What entries belong together: a document, its categories, its own columns and its lights."""

    title = models.CharField("专项名称", max_length=120, unique=True)
    document_title = models.CharField("文件标题", max_length=200, blank=True)
    document_number = models.CharField("依据文号", max_length=100, blank=True)
    filing_number = models.CharField("备案号", max_length=100, blank=True)
    categories = models.JSONField("分类", default=list)
    columns = models.JSONField("自设栏目", default=list)
    """[key, title, kind, [choices]] each; entries hold the values in ``extra``."""
    lights = models.JSONField("亮灯规则", default=_default_lights)
    """[light, kind, number] each."""
    urging = models.JSONField("催办规则", default=_default_urging)
    """[to whom, days after the last day] each."""
    terms = models.JSONField("办理时限", default=list)
    """[from which day, amount, unit, basis] each: what holds where no term is given, from a day on;
    rules change, and what was counted by an older one stays."""
    look_back_months = models.PositiveSmallIntegerField("回头看（月）", default=3)
    """After closing; 0: none."""
    ended = models.BooleanField("已结束", default=False)

    if TYPE_CHECKING:
        entries: RelatedManager[Entry]

    class Meta:
        verbose_name = "专项"
        ordering = ("ended", "title")
        constraints = [
            models.CheckConstraint(condition=~models.Q(title=""), name="campaign_title_given"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def light_rules(self) -> list[LightRule]:
        rows: Sequence[Any] = self.lights
        return [LightRule(Light(light), LightKind(kind), n) for light, kind, n in rows]

    @property
    def urge_rules(self) -> list[UrgeRule]:
        rows: Sequence[Any] = self.urging
        return [UrgeRule(UrgeTo(to), after) for to, after in rows]

    @property
    def term_rules(self) -> list[TermRule]:
        """The rules of the usual term, the oldest first."""
        rows: Sequence[Any] = self.terms
        found = [TermRule(date.fromisoformat(d), n, TermUnit(u), basis) for d, n, u, basis in rows]
        return sorted(found, key=lambda rule: rule.since)

    def term_on(self, day: date) -> TermRule | None:
        """The rule in force on a day."""
        return rule_on(self.term_rules, day)

    @property
    def own_columns(self) -> list[OwnColumn]:
        rows: Sequence[Any] = self.columns
        return [OwnColumn(k, t, ColumnKind(kind), tuple(c)) for k, t, kind, c in rows]
