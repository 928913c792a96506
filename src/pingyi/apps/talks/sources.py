"""Talks that something else proposes: the lowest of a round (RY-08), and entries of the ledger that
were urged up to a talk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from pingyi.apps.ledger.enums import OPEN, UrgeTo
from pingyi.apps.ledger.models import Urge
from pingyi.apps.people.models import Account, Unit
from pingyi.apps.people.queries.scope import homes_of, reach_of
from pingyi.apps.rounds.models import Round
from pingyi.apps.schemes.tables import bottom_awards
from pingyi.apps.scores.models import Publication
from pingyi.apps.scores.queries import signed
from pingyi.apps.talks.models import Declined, Talk
from pingyi.apps.talks.queries import EDITORS

URGE, RANK = "ledger.urge", "scores.award"


@dataclass(frozen=True)
class Proposal:
    """A talk that may be taken up: what proposes it, and why."""

    kind: str
    id: str
    title: str
    unit: Unit
    reason: str

    @property
    def key(self) -> str:
        return f"{self.kind} {self.id}"


def proposals(by: Account) -> list[Proposal]:
    """What is proposed and neither taken up nor declined, for units that the account organises and
    is not of."""
    taken = set(Talk.objects.exclude(source_id="").values_list("source_kind", "source_id"))
    taken |= set(Declined.objects.values_list("source_kind", "source_id"))
    found = [one for one in (*_lowest(), *_urged()) if (one.kind, one.id) not in taken]
    units = Unit.objects.filter(pk__in={one.unit.pk for one in found})
    organised = units.filter(reach_of(by, *EDITORS).condition()).exclude(homes_of(by).condition())
    keys = set(organised.values_list("pk", flat=True))
    return [one for one in found if one.unit.pk in keys]


def _lowest() -> Iterator[Proposal]:
    """Those of each published round whom an award at the bottom names."""
    for found in _told_rounds():
        awards = bottom_awards(found.version)
        result = signed(found) if awards else None
        if result is None:
            continue
        targets = {one.code: one for one in found.targets.select_related("unit")}
        for row in result.result["results"]:
            target = targets.get(row["target"])
            if not awards & set(row["awards"]) or target is None or target.unit is None:
                continue
            facts = {"round": found.title, "unit": target.title, "rank": row["rank"]}
            yield Proposal(
                RANK,
                f"{found.pk} {target.code}",
                _("%(round)s：%(unit)s排名靠后") % facts,
                target.unit,
                _("在“%(round)s”中列第%(rank)s位，排名靠后。") % facts,
            )


def _told_rounds() -> QuerySet[Round]:
    told = Publication.objects.filter(computation__round=OuterRef("pk"))
    return Round.objects.filter(Exists(told)).select_related("version").order_by("pk")


def _urged() -> Iterator[Proposal]:
    """Entries whose urging by the rules has come to a talk, as long as they are open."""
    rows = Urge.objects.filter(to=UrgeTo.TALK, by=None, entry__state__in=OPEN)
    for urge in rows.select_related("entry__lead_unit").order_by("pk"):
        unit = urge.entry.lead_unit
        if unit is None:
            continue
        facts = {"number": urge.entry.number, "title": urge.entry.title}
        yield Proposal(
            URGE,
            str(urge.pk),
            _("台账%(number)s逾期，提请约谈") % facts,
            unit,
            _("台账%(number)s号事项“%(title)s”逾期未办结，经多次催办仍未完成。") % facts,
        )
