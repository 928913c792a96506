"""Reading polls."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from pingyi.apps.people.models import Unit
from pingyi.apps.people.queries.units import heads_of, search_units
from pingyi.apps.polls.enums import CAST, Admission, Casting, ItemState, PollState, Way
from pingyi.apps.polls.models import Channel, Poll
from pingyi.apps.schemes.ballot_forms import BallotForm, ballot_form
from pingyi.base.errors import Missing
from pingyi.base.models import AuditEntry
from pingyi.base.references import Subject


def find(slug: str) -> Poll:
    """Raises ``Missing``."""
    poll = Poll.objects.select_related("version").filter(slug=slug).first()
    if poll is None:
        raise Missing(_("没有这次投票。"), _("请核对网址，或从投票列表进入。"))
    return poll


def visible() -> QuerySet[Poll]:
    """All polls, for those who may read polls."""
    return Poll.objects.select_related("version")


def form_of(poll: Poll) -> BallotForm:
    """What the poll's scheme asks of a ballot."""
    return ballot_form(poll.version)


def by_code(poll: Poll) -> QuerySet[Channel]:
    """Channels that take a code for a casting."""
    return poll.channels.filter(way__in=CAST, admission=Admission.CODE)


def open_to_all(poll: Poll) -> QuerySet[Channel]:
    """Channels in which everybody may cast, without a code."""
    return poll.channels.filter(admission=Admission.OPEN)


def open_votes() -> QuerySet[Poll]:
    """Polls that are voted on now and have an open channel."""
    return Poll.objects.filter(state=PollState.VOTING, channels__admission=Admission.OPEN)


def public_votes() -> QuerySet[Channel]:
    """Channels that the public may vote through now, the one that ends first on top."""
    votes = Channel.objects.filter(
        way=Way.PUBLIC, poll__state=PollState.VOTING, items__state=ItemState.OPEN
    )
    return votes.select_related("poll").distinct().order_by("closes_at", "id")


@dataclass(frozen=True)
class Obstacle:
    """What keeps a poll from being prepared, or should be known before."""

    text: str
    blocks: bool = True
    about: str = ""
    """What has to be set otherwise: ``targets``, ``channel`` or ``facts``."""


def channels_were_set(poll: Poll) -> bool:
    """Did somebody say of each channel that takes part how it comes in? What a new vote begins
    with is nobody's word."""
    used = {str(key) for key in poll.channels.exclude(way=Way.NONE).values_list("pk", flat=True)}
    told = AuditEntry.objects.filter(
        verb="polls.channel.set", subject_kind="polls.channel", subject_id__in=used
    )
    return used == set(told.values_list("subject_id", flat=True))


def obstacles(poll: Poll) -> list[Obstacle]:
    """What must be mended before a poll can be prepared, and what should be known."""
    found = []
    form = form_of(poll)
    if not poll.targets.exists():
        found.append(Obstacle(_("还没有评议对象：请先录入。"), about="targets"))
    channels = list(poll.channels.all())
    if all(channel.way == Way.NONE for channel in channels):
        found.append(Obstacle(_("没有一个渠道在这次投票：请至少选定一个。"), about="channel"))
    for channel in channels:
        found.extend(_of_channel(form, channel))
    if not poll.rehearsal and not (poll.basis and poll.filing_number):
        found.append(Obstacle(_("正式投票须填写依据文号和备案号。"), about="facts"))
    if poll.keys_held == "site" and not poll.rehearsal:
        text = _("密钥由服务器保管：掌握服务器和密钥的管理员能够把票与投票码对应起来。")
        found.append(Obstacle(text, blocks=False, about="facts"))
    return found


def why_not_open(form: BallotForm, channel: Channel) -> str:
    """Why a channel can't be open to everybody; empty where it can, or needs codes anyway."""
    if channel.admission != Admission.OPEN:
        return ""
    name = {"title": channel.title}
    source = form.channel(channel.input_key)
    if channel.way != Way.PUBLIC:
        return _("“%(title)s”不是网络投票，不能开放投票。") % name
    if channel.casting != Casting.WHOLE:
        return _("“%(title)s”每个对象单独投，由主持人开放和锁定，不能开放投票。") % name
    if len(source.classes) != 1:
        return _("“%(title)s”有几个票种，没有投票码分不出是哪一种，不能开放投票。") % name
    if any(form.paper(key).scope == "own" for key in source.papers):
        return _("“%(title)s”每人只评本单位，没有投票码不知道是哪个单位，不能开放投票。") % name
    return ""


def _of_channel(form: BallotForm, channel: Channel) -> list[Obstacle]:
    found: list[Obstacle] = []
    if channel.way == Way.NONE:
        return found
    name = {"title": channel.title}
    papers = [form.paper(key) for key in form.channel(channel.input_key).papers]
    if channel.casting == Casting.SHEET:
        if any(paper.has_rules_over_ballot for paper in papers):
            text = _("“%(title)s”有按整张票判定的规则，不能逐个对象投票。")
            found.append(Obstacle(text % name, about="channel"))
        if any(paper.scope == "own" for paper in papers):
            text = _("“%(title)s”每人只评本单位，不能逐个对象投票。")
            found.append(Obstacle(text % name, about="channel"))
    if any(paper.recusal != "none" for paper in papers) and channel.way != Way.FILE:
        text = _("“%(title)s”要求回避本单位，而投票码不记单位：请改用纸票，或在方案中取消回避。")
        found.append(Obstacle(text % name, about="channel"))
    if refusal := why_not_open(form, channel):
        found.append(Obstacle(refusal, about="channel"))
    elif channel.admission == Admission.OPEN:
        text = _("“%(title)s”开放投票：认设备不认人，结果宜作参考，不宜计分。")
        found.append(Obstacle(text % name, blocks=False, about="channel"))
    if channel.way == Way.PUBLIC and channel.closes_at is None:
        found.append(Obstacle(_("“%(title)s”没有截止时间。") % name, about="channel"))
    if channel.way == Way.PUBLIC and channel.opens_at is None:
        text = _("“%(title)s”没有开始时间，不会自动开放，须由主持人在控制台开放。")
        found.append(Obstacle(text % name, blocks=False, about="channel"))
    return found


MOST_UNITS = 2_000
"""Units that are offered at a time."""


def units_to_pick(poll: Poll) -> list[Unit]:
    """Living units that are no target yet, in the order of the tree."""
    there = set(poll.targets.values_list("code", flat=True))
    living = search_units(Unit.objects.all()).order_by("path")
    return [unit for unit in living[:MOST_UNITS] if unit.code not in there]


def presenters_of(units: Iterable[Unit]) -> dict[int, str]:
    """Unit id → its head's name."""
    return {unit: held[0].person.name for unit, held in heads_of(units).items() if held}


def find_subject(poll_id: str) -> Subject | None:
    """The poll that a reference leads to."""
    poll = Poll.objects.filter(pk=poll_id).first() if poll_id.isdecimal() else None
    return Subject(poll.title, reverse("polls:poll", args=[poll.slug])) if poll else None
