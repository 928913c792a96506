"""Blocks from which the demo builds its rounds: each step by the action that an officer takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.ballots.demo import Cast, Table
from pingyi.apps.people.models import Account, Unit
from pingyi.apps.polls.models import Poll
from pingyi.apps.rounds import actions as rounds
from pingyi.apps.rounds.enums import Direction
from pingyi.apps.rounds.models import Programme, Round
from pingyi.apps.schemes.demo import DemoSchemes
from pingyi.apps.schemes.models import SchemeVersion
from pingyi.apps.scores import actions
from pingyi.apps.scores.actions import Telling
from pingyi.apps.scores.models import Computation, Publication
from pingyi.base.days import TermUnit
from pingyi.base.terms import derivation, due_after


@dataclass(frozen=True)
class City:
    """Who runs the rounds, and what is reviewed by which scheme."""

    by: Cast
    chair: Account
    handler: Account
    """Of the first department of the second batch."""
    first: Sequence[Unit]
    second: Sequence[Unit]
    townships: Sequence[Unit]
    villages: Sequence[Unit]
    portal: tuple[Table, Table]
    """What the public's vote on the portal brought for the second batch (see ``demo_portal``)."""
    schemes: DemoSchemes


def make_programme(
    city: City, title: str, document: str, number: str, issuer: str, on: date, filing: str
) -> Programme:
    facts = {
        "title": title,
        "document_title": document,
        "document_number": number,
        "issuer": issuer,
        "issued_on": on,
        "filing_number": filing,
        "purpose": "",
    }
    return rounds.save_programme(by=city.by.organiser, facts=facts)


def make_round(
    city: City,
    programme: Programme,
    version: SchemeVersion,
    title: str,
    period: str,
    units: Sequence[Unit],
    before: Round | None = None,
) -> Round:
    by = city.by.organiser
    if before is None:
        found = rounds.create_round(
            by=by, programme=programme, version=version, title=title, period=period
        )
    else:
        found = rounds.copy_round(
            by=by, predecessor=before, title=title, period=period, with_targets=False
        )
    found = rounds.add_units(by=by, round=found, units=units)
    return rounds.order_targets(by=by, round=found, how="strokes")


def announce(city: City, found: Round, number: str, days: int) -> Round:
    by, day = city.by.organiser, timezone.localdate() + timedelta(days=days)
    found = rounds.set_facts(
        by=by,
        round=found,
        title=found.title,
        period=found.period,
        held_on=day,
        place=_("市会议中心"),
        notice_number=number,
        notice=_(
            "请各单位主要负责同志围绕思想政治建设、年度目标任务、重点工作推进、群众关心的热点难点和"
            "工作作风准备述职报告，于评议前五个工作日报送。述职后由分管领导点评，当场评议打分。"
        ),
    )
    return rounds.announce(by=by, round=found, reason=_("已报市委常委会研究同意"))


def make_vote(city: City, found: Round, *inputs: str, **how: str) -> Poll:
    way = Direction(how["direction"]).label if "direction" in how else ""
    return rounds.hold_poll(
        by=city.by.organiser,
        round=found,
        title=_("%(round)s（%(direction)s）") % {"round": found.title, "direction": way}
        if way
        else found.title,
        inputs=inputs,
        keys_held="site",
        **how,  # type: ignore[arg-type]
    )


def compute_and_check(city: City, found: Round) -> Computation:
    one = actions.compute(by=city.by.organiser, round=found)
    opinion = _("抽查三个对象，与票数和所附材料核对无误")
    return actions.check(by=city.by.checker, computation=one, opinion=opinion)


def publish(city: City, found: Round, scope: str) -> None:
    """Computed, checked, signed and told, on the portal too."""
    actions.sign(by=city.chair, computation=compute_and_check(city, found))
    telling = Telling(
        scope=scope,
        on_portal=True,
        title=_("%(title)s评分结果") % {"title": found.title},
        text=_("现将评分结果予以公示。对结果有异议的，请在公示期内提出。"),
        contact=_("市述职评议办公室，电话 0000-1234567（演示）"),
    )
    actions.publish(by=city.by.organiser, round=found, how=telling)


def settle(found: Round, days: int) -> None:
    """Told ``days`` ago, so that the public notice is over: nothing else in the demo waits for the
    calendar."""
    then = timezone.now() - timedelta(days=days)
    due = due_after(timezone.localdate(then), 5, TermUnit.WORKING)
    told = Publication.objects.filter(computation__round=found)
    told.update(published_at=then, ends_on=due.day, derivation=derivation(due))
