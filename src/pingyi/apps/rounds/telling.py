"""Who learns of a round: the people of the units reviewed, and the leaders in charge of them. And
who of a duty report: organisers of one that was handed in, the unit of one that is missing
or comes back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from pingyi.apps.notices.actions import settle, tell
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account
from pingyi.apps.people.queries.accounts import holders_at, holders_of
from pingyi.apps.polls.access import EDITORS, may
from pingyi.apps.rounds.access import REPORTERS
from pingyi.apps.rounds.models import DutyReport, Round, RoundTarget
from pingyi.apps.rounds.queries import own_targets
from pingyi.base.references import Reference

HANDED_IN, RETURNED = "rounds.report.handed_in", "rounds.report.returned"
MISSING = "rounds.report.missing"


def people_of(found: Round) -> list[Account]:
    """Handlers and heads of the units reviewed, and leaders in charge of one of them."""
    holders = holders_of(Role.UNIT_HANDLER) | holders_of(Role.UNIT_HEAD) | holders_of(Role.LEADER)
    return [one for one in holders.distinct() if own_targets(one, found).exists()]


def tell_announced(by: Account, found: Round) -> None:
    """The notice of the review."""
    tell(
        by=by,
        accounts=people_of(found),
        kind="rounds.round.announced",
        title=_("评议通知：%(title)s") % {"title": found.title},
        reference=Reference("rounds.round", str(found.pk)),
        address=reverse("rounds:round", args=[found.slug]),
    )


def tell_handed_in(by: Account, report: DutyReport) -> None:
    """To the organisers."""
    organisers = [one for role in EDITORS for one in holders_of(role) if may(one, role)]
    _tell_of(by, report, HANDED_IN, organisers, _("%(unit)s已提交述职报告：%(title)s"))


def tell_returned(by: Account, report: DutyReport) -> None:
    """To those who write it; the organisers need not look at it any more."""
    settle(reference=_turn(report), kind=HANDED_IN)
    title = _("%(unit)s的述职报告已退回，请修改：%(title)s")
    _tell_of(by, report, RETURNED, writers_of(report.target), title, waits=True)


def writers_of(target: RoundTarget) -> list[Account]:
    """Who writes the report of a target and hands it in."""
    return list(holders_at(target.unit, *REPORTERS)) if target.unit else []


def tell_missing(by: Account, target: RoundTarget, writers: Iterable[Account], *, day: date) -> int:
    """To those who write it, once a day; returns how many had not heard of it on that day."""
    return tell(
        by=by,
        accounts=writers,
        kind=MISSING,
        title=_("请提交%(unit)s的述职报告：%(title)s")
        % {"unit": target.title, "title": target.round.title},
        reference=Reference("rounds.report", f"{target.pk} {day}"),
        address=_address(target),
        waits=True,
        urgent=True,
    )


def settle_waiting(report: DutyReport) -> None:
    """What was missing, or came back, is handed in. Called before it is."""
    settle(reference=_turn(report), kind=RETURNED)
    reference = Reference("rounds.report", str(report.target_id))
    settle(reference=reference, kind=MISSING, each_time=True)


def _tell_of(
    by: Account,
    report: DutyReport,
    kind: str,
    accounts: Iterable[Account],
    title: str,
    waits: bool = False,
) -> None:
    target = report.target
    tell(
        by=by,
        accounts=accounts,
        kind=kind,
        title=title % {"unit": target.title, "title": target.round.title},
        reference=_turn(report),
        address=_address(target),
        waits=waits,
    )


def _address(target: RoundTarget) -> str:
    return reverse("rounds:report", args=[target.round.slug, target.pk])


def _turn(report: DutyReport) -> Reference:
    """A report as it was handed in one time: the next time is told anew."""
    at = report.handed_in_at
    return Reference("rounds.report", f"{report.target_id} {at:%Y%m%d%H%M%S%f}" if at else "")
