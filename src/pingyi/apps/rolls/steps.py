"""What rolls add to the steps of a poll."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.urls import reverse
from django.utils.translation import gettext as _

from pingyi.apps.people.enums import Role
from pingyi.apps.polls.enums import CAST, PollState
from pingyi.apps.polls.models import Poll
from pingyi.apps.polls.queries import by_code, open_to_all
from pingyi.apps.polls.steps import Step
from pingyi.apps.rolls import queries
from pingyi.apps.rolls.models import Signature
from pingyi.base.steps import Room


def _steps(poll: Poll) -> Iterable[Step]:
    if not poll.channels.filter(way__in=CAST).exists():
        return
    at = [poll.slug]
    fixed = poll.state != PollState.DRAFT
    planned = poll.rolls.exists()
    printed = queries.printed(poll)
    signed = Signature.objects.filter(poll=poll).exists()
    yield Step(
        _("编制票册"),
        reverse("rolls:plan", args=at),
        planned,
        _("按渠道、票种、测评表各一册，只记数目，不记姓名。"),
        ask=_("将按渠道、票种和测评表列出票册。现在编制吗？"),
        icon="clipboard-list",
        ready=fixed,
    )
    if open_to_all(poll).exists():
        yield from _open_steps(poll, planned=planned)
    if not by_code(poll).exists():
        return
    yield Step(
        _("填人数，生成投票码"),
        reverse("rolls:codes", args=at),
        bool(printed),
        _("已生成 %(number)s 个") % {"number": printed} if printed else "",
        icon="qrcode",
        ready=planned,
    )
    yield Step(
        _("核对人签认投票码"),
        reverse("rolls:signature", args=at),
        signed,
        "",
        icon="signature",
        roles=(Role.CHECKER,),
        ready=bool(printed),
    )
    yield from _paper_steps(poll, printed=bool(printed), signed=signed)


def _open_steps(poll: Poll, *, planned: bool) -> Iterable[Step]:
    """For those who come without a code: how many they can be, and how they learn of it."""
    at = [poll.slug]
    unknown = poll.rolls.filter(channel__in=open_to_all(poll), population=None)
    yield Step(
        _("填常住人口（开放投票）"),
        reverse("rolls:codes", args=at),
        planned and not unknown.exists(),
        _("票数超过人口时报警。"),
        icon="users",
        ready=planned,
    )
    yield Step(
        _("打印开放投票的海报"),
        reverse("rolls:poster", args=at),
        False,
        _("A4，带二维码，贴在办事大厅、公告栏。"),
        icon="qrcode",
        ready=planned,
        optional=True,
    )


def _paper_steps(poll: Poll, *, printed: bool, signed: bool) -> Iterable[Step]:
    """From the printer to the tellers."""
    at = [poll.slug]
    begun = poll.state not in {PollState.DRAFT, PollState.READY}
    yield Step(
        _("打印票单，确认印制完毕"),
        reverse("rolls:slips", args=at),
        printed and signed and (begun or not queries.can_print(poll)),
        _("印制完毕后底码销毁，投票码只在纸上。"),
        icon="printer",
        ready=signed,
    )
    yield Step(
        _("发放后作废剩余票单，清点"),
        reverse("rolls:counts", args=at),
        printed and not poll.rolls.filter(printed__gt=0, given_out=None).exists(),
        "",
        icon="calculator",
        roles=(Role.ORGANISER, Role.CHECKER),
        ready=signed,
    )


def _subjects(poll: Poll) -> Mapping[str, Iterable[object]]:
    return {"rolls.roll": poll.rolls.values_list("pk", flat=True)}


def _pages(poll: Poll) -> Iterable[tuple[object, str, str]]:
    yield _("票册"), reverse("rolls:rolls", args=[poll.slug]), "clipboard-list"
    if open_to_all(poll).exists():
        yield _("海报"), reverse("rolls:poster", args=[poll.slug]), "qrcode"
    yield _("票单"), reverse("rolls:slips", args=[poll.slug]), "printer"
    yield _("作废票单"), reverse("rolls:void", args=[poll.slug]), "ban"


ROOM = Room(_steps, _subjects, _pages)
