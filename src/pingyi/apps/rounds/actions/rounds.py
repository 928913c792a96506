"""What is done with programmes and rounds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from pingyi.apps.people.access import require_for_all
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account, Unit
from pingyi.apps.polls import actions as polls
from pingyi.apps.polls.enums import KeyHolding, Way
from pingyi.apps.polls.models import Poll
from pingyi.apps.rounds import queries
from pingyi.apps.rounds.actions.ordering import in_order
from pingyi.apps.rounds.enums import Direction, Review, RoundState
from pingyi.apps.rounds.models import Programme, Round, RoundChange, RoundPoll, RoundTarget
from pingyi.apps.rounds.telling import tell_announced
from pingyi.apps.rounds.workflow import ROUND
from pingyi.apps.schemes.models import SchemeVersion
from pingyi.base import audit
from pingyi.base.errors import Conflict, Invalid
from pingyi.base.marks import fields_mark, need_seen
from pingyi.base.stories import last_told

STATE_TITLES: dict[str, object] = {state.value: state.label for state in RoundState}
MOST_TARGETS = polls.MOST_TARGETS
_NOTHING: dict[str, Any] = {"leader": None, "leader_name": ""}
EARLY = (RoundState.DRAFT, RoundState.ANNOUNCED, RoundState.COLLECTING)
"""States in which a vote may be added."""
VISITED = (RoundState.COLLECTING, RoundState.CLOSED, RoundState.COMPUTED, RoundState.CHECKED)
"""States in which visits may be reported."""
FACTS = ("title", "period", "held_on", "place", "notice_number", "notice")


PROGRAMME_FACTS = (
    "title",
    "document_title",
    "document_number",
    "issuer",
    "issued_on",
    "filing_number",
    "purpose",
)


@transaction.atomic
def save_programme(
    *,
    by: Account,
    programme: Programme | None = None,
    facts: Mapping[str, Any],
    seen: str | None = None,
) -> Programme:
    """A new programme, or the corrected facts of one. ``facts`` are its fields by name; ``seen``:
    the mark of ``PROGRAMME_FACTS`` that was on the page (``Stale``)."""
    require_for_all(by, Role.ORGANISER)
    if programme is None:
        programme = Programme()
    else:
        programme = Programme.objects.select_for_update().get(pk=programme.pk)
        now = fields_mark(programme, PROGRAMME_FACTS)
        need_seen(seen, now, programme, verbs=["rounds.programme.saved"])
    for name, value in facts.items():
        setattr(programme, name, value.strip() if isinstance(value, str) else value)
    if Programme.objects.filter(title=programme.title).exclude(pk=programme.pk).exists():
        raise Invalid(_("已有同名的评议制度。"), field="title")
    programme.save()
    audit.record(by=by, verb="rounds.programme.saved", subject=programme, facts=facts)
    return programme


@transaction.atomic
def create_round(
    *,
    by: Account,
    programme: Programme,
    version: SchemeVersion,
    title: str,
    period: str,
    review: str = Review.TEAM,
    held_on: date | None = None,
    place: str = "",
) -> Round:
    """A draft of a round under a sealed scheme version. Raises ``Conflict`` for a draft scheme."""
    require_for_all(by, Role.ORGANISER)
    if not version.is_sealed:
        raise Conflict(_("方案还没有封存。"), _("请先封存方案。"))
    found = Round.objects.create(
        programme=programme,
        version=version,
        title=title.strip(),
        period=period.strip(),
        review=review,
        held_on=held_on,
        place=place.strip(),
    )
    audit.record(by=by, verb="rounds.round.created", subject=found)
    return found


@transaction.atomic
def copy_round(
    *, by: Account, predecessor: Round, title: str, period: str, with_targets: bool
) -> Round:
    """The next round in the way of an earlier one (JZ-21): programme, scheme, place and, where
    wanted, the units, with heads and leaders of today."""
    found = create_round(
        by=by,
        programme=predecessor.programme,
        version=predecessor.version,
        title=title,
        period=period,
        review=predecessor.review,
        place=predecessor.place,
    )
    found.predecessor = predecessor
    found.notice = predecessor.notice
    found.opinion_categories = predecessor.opinion_categories
    found.save(update_fields=["predecessor", "notice", "opinion_categories"])
    if with_targets:
        _put_targets(found, _renewed(predecessor))
    audit.record(by=by, verb="rounds.round.copied", subject=found, predecessor=predecessor.slug)
    return found


def _renewed(predecessor: Round) -> list[dict[str, Any]]:
    targets = list(predecessor.targets.select_related("unit"))
    today = queries.rows_of_units([target.unit for target in targets if target.unit])
    fresh = {row["code"]: row for row in today}
    rows = []
    for target in targets:
        row = {
            "code": target.code,
            "title": target.title,
            "unit": target.unit,
            "presenter": target.presenter,
            "parent": target.parent,
            "attributes": target.attributes,
        }
        rows.append(row | fresh.get(target.code, {}))
    return rows


@transaction.atomic
def set_facts(  # noqa: PLR0913 - the heading, field by field, and what was seen of it
    *,
    by: Account,
    round: Round,
    title: str,
    period: str,
    held_on: date | None,
    place: str,
    notice_number: str,
    notice: str,
    seen: str | None = None,
) -> Round:
    """Correct the heading and the notice, until voting begins. ``seen``: the mark of ``FACTS`` that
    was on the page (``Stale``)."""
    require_for_all(by, Role.ORGANISER)
    found = lock_round(round)
    if found.state not in (RoundState.DRAFT, RoundState.ANNOUNCED):
        raise Conflict(_("评议已经开始，名称和通知不能再改。"), last_told("rounds.round", found.pk))
    need_seen(seen, fields_mark(found, FACTS), found, verbs=["rounds.facts.set"])
    found.title, found.period, found.held_on = title.strip(), period.strip(), held_on
    found.place, found.notice_number, found.notice = place.strip(), notice_number.strip(), notice
    found.save()
    audit.record(by=by, verb="rounds.facts.set", subject=found, notice_number=found.notice_number)
    return found


@transaction.atomic
def set_targets(
    *, by: Account, round: Round, targets: Sequence[Mapping[str, Any]], seen: str | None = None
) -> Round:
    """Put these targets in the place of those that are there, in this order. A target whose code
    is that of a unit is bound to it; leader and strokes that are not given stay as they were, or
    come from the register, as long as the presenter is the same."""
    require_for_all(by, Role.ORGANISER)
    found = _draft(round)
    verbs = ["rounds.targets.set", "rounds.targets.ordered"]
    need_seen(seen, polls.mark_of_targets(found.targets.all()), found, verbs=verbs)
    rows = [dict(row) for row in targets]
    codes = polls.checked_codes(rows)
    units = {unit.code: unit for unit in Unit.objects.filter(code__in=codes)}
    known = {row["code"]: row for row in queries.rows_of_units(list(units.values()))}
    known |= {str(row["code"]): row for row in _rows(found)}
    for code, row in zip(codes, rows, strict=True):
        row["unit"] = row.get("unit") or units.get(code)
        before = known.get(code, {})
        for name in ("leader", "leader_name"):
            row.setdefault(name, before.get(name, _NOTHING[name]))
        if before.get("presenter") == row.get("presenter"):
            row.setdefault("presenter_strokes", before.get("presenter_strokes"))
    _put_targets(found, rows)
    audit.record(by=by, verb="rounds.targets.set", subject=found, order=codes)
    return found


@transaction.atomic
def add_units(*, by: Account, round: Round, units: Iterable[Unit]) -> Round:
    """Units from the register behind the targets that are there, with heads and leaders."""
    found = _draft(round)
    new = queries.rows_of_units(list(units))
    return set_targets(by=by, round=found, targets=[*_rows(found), *new])


@transaction.atomic
def order_targets(*, by: Account, round: Round, how: str, codes: Sequence[str] = ()) -> Round:
    """Put the targets in their running order, as ``in_order`` says."""
    found = _draft(round)
    rows = {str(row["code"]): row for row in _rows(found)}
    order = in_order(found.targets.all(), how, codes)
    audit.record(by=by, verb="rounds.targets.ordered", subject=found, how=how)
    return set_targets(by=by, round=found, targets=[rows[target.code] for target in order])


def _rows(found: Round) -> list[dict[str, Any]]:
    names = ("code", "title", "unit", "presenter", "presenter_strokes", "leader", "leader_name")
    return [
        {name: getattr(target, name) for name in (*names, "parent", "attributes")}
        for target in found.targets.select_related("unit", "leader")
    ]


def _put_targets(found: Round, rows: Sequence[Mapping[str, Any]]) -> None:
    found.targets.all().delete()
    RoundTarget.objects.bulk_create(
        RoundTarget(round=found, number=number, **row) for number, row in enumerate(rows, start=1)
    )


@transaction.atomic
def hold_poll(
    *,
    by: Account,
    round: Round,
    title: str,
    direction: str = Direction.SINGLE,
    inputs: Sequence[str] = (),
    keys_held: str = KeyHolding.SPLIT,
    smallest_cell: int = 5,
) -> Poll:
    """A vote over the targets of the round, with the channels ``inputs`` of its scheme; the others
    are left to another vote of the round. Raises ``Conflict`` where collecting has ended, and where
    another vote of the round has the title: lists and slips would not tell the two apart."""
    require_for_all(by, Role.ORGANISER)
    found = lock_round(round)
    if found.state not in EARLY:
        raise Conflict(_("评议已截止，不能再加投票。"))
    if queries.polls_of(found).filter(title=title).exists():
        raise Conflict(
            _("这个轮次已有同名的投票。"), _("请在名称里写明方向或渠道，如“（向上述职）”。")
        )
    if not found.targets.exists():
        raise Conflict(_("还没有评议对象。"), _("请先录入评议对象，再建投票。"))
    programme = found.programme
    poll = polls.create_poll(
        by=by,
        title=title,
        version=found.version,
        rehearsal=False,
        basis=programme.document_number,
        filing_number=programme.filing_number,
        keys_held=keys_held,
        smallest_cell=smallest_cell,
    )
    names = ("code", "title", "presenter", "parent", "attributes")
    targets = [{name: row[name] for name in names} for row in _rows(found)]
    polls.set_targets(by=by, poll=poll, targets=targets)
    for channel in poll.channels.all():
        if inputs and channel.input_key not in inputs:
            polls.set_channel(by=by, channel=channel, way=Way.NONE)
    RoundPoll.objects.create(round=found, poll=poll, direction=direction)
    audit.record(by=by, verb="rounds.vote.added", subject=found, poll=poll.slug)
    return poll


@transaction.atomic
def announce(*, by: Account, round: Round, reason: str = "") -> Round:
    """The notice goes out: the units reviewed see the round from now on."""
    require_for_all(by, Role.ORGANISER)
    found = lock_round(round)
    if not found.targets.exists():
        raise Invalid(_("还没有评议对象。"), _("请先录入评议对象，再发通知。"))
    if not (found.notice and found.notice_number and found.held_on):
        raise Invalid(
            _("通知还不完整：须有评议日期、通知文号和通知内容。"), _("请到“更正名称和通知”补齐。")
        )
    found = move(by=by, round=found, verb="announce", reason=reason)
    tell_announced(by, found)
    return found


@transaction.atomic
def start(*, by: Account, round: Round, reason: str = "") -> Round:
    """Collecting begins: reports are in, votes may be held."""
    require_for_all(by, Role.ORGANISER)
    found = lock_round(round)
    if not queries.polls_of(found).exists():
        raise Invalid(_("这个轮次还没有投票。"), _("请先建立投票。"))
    waiting = [poll.title for poll in queries.unprepared(found)]
    if waiting:
        raise Invalid(
            _("还有投票没有封定：%(titles)s。") % {"titles": "、".join(waiting)},
            _("请到该投票的页面封定对象和渠道。"),
        )
    return move(by=by, round=found, verb="collect", reason=reason)


@transaction.atomic
def report_visits(*, by: Account, round: Round, visits: int | None) -> Round:
    """How often the public's pages were looked at, as their operator counted it. It decides
    nothing; the share of votes among visits is told beside it (JZ)."""
    require_for_all(by, Role.ORGANISER)
    found = lock_round(round)
    if found.state not in VISITED:
        raise Conflict(_("评议还没有开始，或结果已签发，不能填报浏览人次。"))
    found.visits = visits
    found.save(update_fields=["visits"])
    audit.record(by=by, verb="rounds.visits.reported", subject=found, visits=visits)
    return found


@transaction.atomic
def close(*, by: Account, round: Round, reason: str = "") -> Round:
    """Collecting ends, with all boxes sealed."""
    require_for_all(by, Role.ORGANISER)
    found = lock_round(round)
    open_ones = [poll.title for poll in queries.still_voting(found)]
    if open_ones:
        raise Invalid(
            _("还有投票没有截止：%(titles)s。") % {"titles": "、".join(open_ones)},
            _("请先在会场控制台锁定全部场次。"),
        )
    return move(by=by, round=found, verb="close", reason=reason)


@transaction.atomic
def reopen(*, by: Account, round: Round, reason: str) -> Round:
    """Back to collecting before anything was computed, to hold a vote that was forgotten."""
    require_for_all(by, Role.ORGANISER)
    return move(by=by, round=round, verb="reopen", reason=_reasoned(reason))


@transaction.atomic
def move(*, by: Account, round: Round, verb: str, reason: str = "", **facts: object) -> Round:
    """Take a round to its next state and write down who, when and why (``facts``: for the log).
    What has to hold before is asked by whoever calls: the actions above, and room ``scores``."""
    found = lock_round(round)
    before = found.state
    found.state = ROUND.go(before, verb, STATE_TITLES)
    found.save(update_fields=["state"])
    RoundChange.objects.create(
        round=found, verb=verb, before=before, after=found.state, reason=reason, changed_by=by
    )
    audit.record(by=by, verb=f"rounds.round.{verb}", subject=found, reason=reason, **facts)
    return found


def lock_round(round: Round) -> Round:
    """The round as it is now, held until the transaction ends."""
    rows = Round.objects.select_for_update(of=("self",))
    return rows.select_related("programme", "version").get(pk=round.pk)


def _draft(round: Round) -> Round:
    found = lock_round(round)
    if found.state != RoundState.DRAFT or found.votes.exists():
        raise Conflict(
            _("通知已发出或投票已建立，评议对象不能再改。") + last_told("rounds.round", found.pk),
            _("如确需更改，请另建一个轮次。"),
        )
    return found


def _reasoned(reason: str) -> str:
    if not reason.strip():
        raise Invalid(_("请写明理由。"), field="reason")
    return reason.strip()
