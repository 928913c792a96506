"""Reading results: the one that counts, standings as they may be shown, who may read them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from pingyi.apps.ballots.scores import Cell, Why, shown, withheld
from pingyi.apps.people.models import Account
from pingyi.apps.polls.access import READERS, may
from pingyi.apps.polls.enums import Way
from pingyi.apps.polls.models import Channel, Poll
from pingyi.apps.rounds.models import Meeting, Round, RoundTarget
from pingyi.apps.rounds.queries import own_targets, polls_of
from pingyi.apps.rounds.wall import Board, Row
from pingyi.apps.schemes import tables
from pingyi.apps.schemes.ballot_forms import ballot_form
from pingyi.apps.schemes.lacks import lacks
from pingyi.apps.schemes.models import SchemeVersion
from pingyi.apps.schemes.scoring import (
    MOST_PROBED,
    explain_bundle,
    validity_of_bundle,
    warnings_of,
)
from pingyi.apps.scores.charts import agreement, grade_counts, movement, ranking
from pingyi.apps.scores.enums import ComputationState, ObjectionState, Scope
from pingyi.apps.scores.models import Computation, Objection, Progress, Publication, Release
from pingyi.apps.scores.standings import Compared, PartValue, Standing, Table
from pingyi.base.charts import Chart
from pingyi.base.errors import Missing
from pingyi.engine.evaluate.cells import State
from pingyi.engine.numbers import RoundingMode, round_exact

RELEASABLE = (ComputationState.CHECKED, ComputationState.SIGNED)
"""What may be shown in the hall: nothing that a second person has not checked."""


def current(found: Round) -> Computation | None:
    """The newest computation that wasn't sent back, signed or not."""
    rows = found.computations.exclude(state=ComputationState.RETURNED)
    return rows.order_by("-number").first()


def signed(found: Round) -> Computation | None:
    """The result that counts: the newest that was signed."""
    rows = found.computations.filter(state=ComputationState.SIGNED)
    return rows.order_by("-number").first()


def progress_of(found: Round) -> Progress | None:
    """Of a computation that goes on; None where none does, or it has only begun."""
    return Progress.objects.filter(round=found).first()


def uses_vote(poll: Poll) -> bool:
    """Does a signed result rest on this vote?"""
    return any(signed(found) for found in Round.objects.filter(votes__poll=poll))


def find(found: Round, number: int) -> Computation:
    """Raises ``Missing``."""
    one = found.computations.filter(number=number).first()
    if one is None:
        raise Missing(_("没有这次计算。"), _("请从得分页进入。"))
    return one


def publication(found: Round) -> Publication | None:
    """What was told last of a round."""
    rows = Publication.objects.filter(computation__round=found)
    return rows.select_related("computation").order_by("-published_at", "-pk").first()


def open_objections(found: Round) -> QuerySet[Objection]:
    rows = Objection.objects.filter(publication__computation__round=found)
    return rows.filter(state=ObjectionState.RAISED)


def uncorrected(found: Round) -> QuerySet[Objection]:
    """Objections that were upheld while the result that they are about is still the one told."""
    told = publication(found)
    rows = Objection.objects.filter(state=ObjectionState.UPHELD)
    return rows.filter(publication__computation=told.computation) if told else rows.none()


def published() -> QuerySet[Publication]:
    """What the public may read, the newest on top; of each round only the last."""
    last = [
        one.pk
        for found in Round.objects.filter(computations__publications__on_portal=True).distinct()
        if (one := publication(found)) is not None and one.on_portal
    ]
    rows = Publication.objects.filter(pk__in=last).select_related("computation__round__programme")
    return rows.defer("public_bundle").order_by("-published_at")


def table_of(computation: Computation) -> Table:
    """Standings, best first, with the channels they are made of."""
    found, key = computation.round, computation.result["scheme"]["score"]
    parts = tables.parts_of_score(found.version)
    rows = computation.result["results"]
    ranks = [_ranks(rows, part.key) for part in parts]
    hidden = withheld(polls_of(found))
    below = tables.classes_below(found.version)
    before, awards = _before(found), tables.award_titles(found.version)
    standings = []
    for row in rows:
        code = row["target"]
        values = tuple(
            _part(
                row["nodes"][part.key],
                ranks[i].get(code),
                _secret(below[part.key], code, hidden),
                _note(found.version, row, part.key),
            )
            for i, part in enumerate(parts)
        )
        without = row.get("without_rulings")
        plain = _standing(row, without, (), before, awards) if without else None
        made = _standing(row, row, values, before, awards, plain)
        standings.append(replace(made, note=_note(found.version, row, key)))
    standings.sort(key=lambda one: (one.rank is None, one.rank or 0, one.code))
    titles = tuple(part.title for part in parts)
    return Table(
        parts=titles,
        standings=tuple(standings),
        warnings=(*warnings_of(computation.result), *_told_of_none(titles, standings)),
        has_before=any(one.before for one in standings),
        has_withheld=any(value.withheld for one in standings for value in one.parts),
        overlaid=any(one.without for one in standings),
    )


def charts_of(found: Round, table: Table) -> Iterator[Chart]:
    """Pictures of the table: who stands where, who moved, where channels differ."""
    made = (
        ranking(table.standings, tables.grades_of(found.version)),
        movement(table.standings),
        agreement(table),
    )
    return (one for one in made if one is not None)


def compared(table: Table, code: str) -> tuple[Compared, ...]:
    """A target's parts beside their means over all. Of a part that is withheld for anybody no mean
    is told: with the values of the others it would tell that one."""
    own = next(one for one in table.standings if one.code == code)
    return tuple(
        Compared(title, part.shown, _mean(table, i), part.withheld, part.note)
        for i, (title, part) in enumerate(zip(table.parts, own.parts, strict=True))
    )


def _mean(table: Table, part: int) -> Fraction | None:
    values = [one.parts[part] for one in table.standings]
    known = [value.shown for value in values if value.shown is not None]
    if len(known) < 2 or any(value.withheld for value in values):
        return None
    return _rounded(sum(known, Fraction()) / len(known))


def _standing(
    row: Mapping[str, Any],
    final: Mapping[str, Any],
    parts: tuple[PartValue, ...],
    before: Mapping[str, int],
    awards: Mapping[str, str],
    without: Standing | None = None,
) -> Standing:
    made = Standing(
        row["target"],
        row["title"],
        final["score"],
        final["grade"],
        final["rank"],
        tuple(awards[key] for key in final["awards"] if key in awards),
        tuple(final["vetoes"]),
        parts,
        before.get(row["target"]),
        None,
    )
    if without is None or (without.score, without.grade, without.rank) == (
        made.score,
        made.grade,
        made.rank,
    ):
        return made
    return Standing(**{**vars(made), "without": without})


def _ranks(rows: list[Mapping[str, Any]], key: str) -> dict[str, int]:
    """Places within one channel, ties sharing theirs."""
    exact = {
        row["target"]: Fraction(row["nodes"][key]["exact"])
        for row in rows
        if row["nodes"][key]["exact"] is not None
    }
    return {code: 1 + sum(v > value for v in exact.values()) for code, value in exact.items()}


def _secret(
    classes: frozenset[tuple[str, str]], code: str, hidden: frozenset[Cell]
) -> frozenset[Cell]:
    return frozenset((*pair, code) for pair in classes) & hidden


def _part(
    node: Mapping[str, Any], rank: int | None, secret: frozenset[Cell], note: str
) -> PartValue:
    """What rests on one withheld class alone is withheld; what mixes several is rounded, since an
    exact value tells how many ballots there were."""
    if node["exact"] is None:
        return PartValue(None, None, False, note)
    if len(secret) == 1:
        return PartValue(None, None, True)
    return PartValue(_rounded(Fraction(node["exact"])), rank, False)


def _note(version: SchemeVersion, row: Mapping[str, Any], key: str) -> str:
    """Why a target has no value of a node, in words; "" where it has one."""
    nodes = row["nodes"]
    if nodes[key]["exact"] is not None:
        return ""
    if nodes[key].get("state") == State.DROPPED:
        return _("按认定不计")
    empty = [name for name, node in nodes.items() if node["exact"] is None]
    return _("缺：%(what)s") % {"what": lacks(version, key, empty)}


def _told_of_none(titles: tuple[str, ...], standings: list[Standing]) -> Iterator[str]:
    """Part by part, why how many targets have no value."""
    for i, title in enumerate(titles):
        for note, number in Counter(one.parts[i].note for one in standings).items():
            if note:
                facts = {"title": title, "note": note, "number": number, "all": len(standings)}
                yield _("“%(title)s”%(note)s（%(all)s 个评议对象中的 %(number)s 个）。") % facts


def _rounded(value: Fraction) -> Fraction:
    return round_exact(value, 2, RoundingMode.HALF_UP)


def _before(found: Round) -> dict[str, int]:
    """Code → rank in the round before."""
    earlier = signed(found.predecessor) if found.predecessor else None
    rows = earlier.result["results"] if earlier else ()
    return {row["target"]: row["rank"] for row in rows if row["rank"] is not None}


@dataclass(frozen=True)
class Participation:
    """How many of those who looked at the public's pages voted (JZ)."""

    visits: int
    votes: int
    share: Fraction


def participation(computation: Computation) -> Participation | None:
    """None where no visits were reported. Votes are those of all classes outside the hall."""
    found = computation.round
    if not found.visits:
        return None
    hall = Channel.objects.filter(poll__in=polls_of(found), way=Way.HALL)
    form = ballot_form(found.version)
    in_hall = {key for one in hall for key in form.channel(one.input_key).classes}
    counts = computation.result["counts"]
    votes = sum(row["returned"] for row in counts if row["rater_class"] not in in_hall)
    return Participation(found.visits, votes, Fraction(votes, found.visits))


def why(computation: Computation, code: str) -> Why:
    """Where a target's score comes from, from the bundle. Raises ``Missing``."""
    found = computation.round
    if not found.targets.filter(code=code).exists():
        raise Missing(_("没有这个评议对象。"))
    tree = explain_bundle(bytes(computation.bundle), code)
    return shown(found.version, tree, withheld(polls_of(found)))


@dataclass(frozen=True)
class Told:
    """A published result as somebody may read it. None: not told to this reader."""

    publication: Publication
    rows: tuple[Standing, ...]
    scores: bool
    ranks: bool

    @property
    def chart(self) -> Chart | None:
        """A picture of what is told, and of nothing else."""
        grades = tables.grades_of(self.publication.computation.round.version)
        return ranking(self.rows, grades) if self.scores else grade_counts(self.rows, grades)


def told_to_public(one: Publication) -> Told:
    """A publication on the portal."""
    if not one.on_portal:
        raise Missing(_("这个结果没有在公众门户公布。"))
    whole = one.scope == Scope.ALL
    return Told(one, tuple(bare(one.computation, one.scope)), whole, whole)


def told_to(account: Account, one: Publication) -> Told:
    """A publication as people of the units reviewed may read it: under the scope ``own`` and
    ``internal``, the office alone reads all."""
    if may(account, *READERS) or one.scope == Scope.ALL:
        return Told(one, tuple(bare(one.computation, one.scope)), True, True)
    if one.scope == Scope.GRADES:
        return Told(one, tuple(bare(one.computation, one.scope)), False, False)
    if one.scope == Scope.OWN:
        mine = set(own_targets(account, one.computation.round).values_list("code", flat=True))
        return Told(
            one,
            tuple(row for row in bare(one.computation, one.scope) if row.code in mine),
            True,
            True,
        )
    raise Missing(_("这个轮次的结果没有向您公布。"))


def bare(one: Computation, scope: str) -> Iterator[Standing]:
    """Standings without channels, awards and the round before, best first; where only grades are
    told, in the running order."""
    rows = [_standing(row, row, (), {}, {}) for row in one.result["results"]]
    if scope == Scope.GRADES:
        yield from rows
    else:
        yield from sorted(rows, key=lambda row: (row.rank is None, row.rank or 0, row.code))


def released(meeting: Meeting) -> Release | None:
    """What the screen of a meeting may show; nothing once its computation was sent back."""
    rows = meeting.releases.filter(withdrawn_at=None, computation__state__in=RELEASABLE)
    return rows.select_related("computation__round").first()


def board_of(meeting: Meeting) -> Board | None:
    """Released results for the wall."""
    one = released(meeting)
    if one is None:
        return None
    whole = one.scope == Scope.ALL
    rows = tuple(
        Row(row.title, row.rank, row.score, row.grade) if whole
        else Row(row.title, None, None, row.grade)
        for row in bare(one.computation, one.scope)
    )  # fmt: skip
    return Board(rows, whole)


def may_explain(account: Account, found: Round, target: RoundTarget) -> bool:
    """May the account read how this target's published score came about?"""
    if may(account, *READERS):
        return True
    one = publication(found)
    if one is None or one.scope in (Scope.INTERNAL, Scope.GRADES):
        return False
    return own_targets(account, found).filter(pk=target.pk).exists()


def validity_of(computation: Computation) -> Mapping[str, Any]:
    """The validity report in plain words: it stands beside the result and never changes it."""
    hidden = withheld(polls_of(computation.round))
    facts = validity_of_bundle(bytes(computation.bundle), hidden)
    unprobed = len(computation.result["results"]) > MOST_PROBED
    return {
        **facts,
        "hides": bool(hidden),
        "unprobed": MOST_PROBED if unprobed else None,
    }
