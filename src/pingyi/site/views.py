"""The pages that belong to no room: home, desk, health."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pingyi import __version__
from pingyi.apps.people.queries.scope import grants_today
from pingyi.apps.people.views.forms import account_of
from pingyi.apps.pledges.queries import published_campaigns
from pingyi.apps.polls.enums import Admission
from pingyi.apps.polls.models import Channel
from pingyi.apps.polls.queries import public_votes
from pingyi.apps.polls.steps import COURSE
from pingyi.apps.scores.queries import published
from pingyi.base.desk import desk_of
from pingyi.base.figures import day, moment
from pingyi.base.parts import Item
from pingyi.site.beginning import first_steps

NEWEST = 5
POINTS = (
    ("lock", _("票是保密的"), _("用过的投票码与选票分开存放，单凭数据库看不出谁投了什么。")),
    ("calculator", _("分是算得清的"), _("每个得分都能展开到规则、票数和算式。")),
    ("refresh", _("结果可以复算"), _("计分的全部材料可打成一包，任何人离线重算，一字不差。")),
)
"""What the start page says of the house: icon, title, text."""


def home(request: HttpRequest) -> HttpResponse:
    """The start page: the desk for those signed in."""
    if request.user.is_authenticated:
        return redirect("desk")
    shown = {
        "votes": votes_now(),
        "results": results_now(),
        "pledges": pledges_now(),
        "points": POINTS,
    }
    return render(request, "site/home.html", shown)


def votes_now() -> list[Item]:
    """What the public may vote on now, and the pages that go with it."""
    return [
        Item(
            title=channel.poll.title,
            address=reverse(_way_in(channel), args=[channel.poll.slug]),
            note=_vote_note(channel),
            state=(_("演练"), "warning") if channel.poll.rehearsal else (_("投票中"), "active"),
        )
        for channel in public_votes()
    ] + [
        Item(title=title, address=address)
        for poll in {channel.poll.pk: channel.poll for channel in public_votes()}.values()
        for title, address, _icon in COURSE.public_pages_of(poll)
    ]


def results_now() -> list[Item]:
    """What was published last, and how long objections are open."""
    today = timezone.localdate()
    return [
        Item(
            title=one.title,
            address=reverse("boards:result", args=[one.pk]),
            note=gettext("公示至%(day)s") % {"day": day(one.ends_on)},
            state=(_("公示中"), "active") if today <= one.ends_on else (_("已公布"), "done"),
        )
        for one in published()[:NEWEST]
    ]


def pledges_now() -> list[Item]:
    """The newest campaigns of which pledges were published."""
    return [
        Item(
            title=one.title,
            address=f"{reverse('pledges:public')}?campaign={one.pk}",
            note=gettext("已公布%(number)s份承诺书") % {"number": one.told},  # type: ignore[attr-defined]
        )
        for one in published_campaigns()[:NEWEST]
    ]


def _way_in(channel: Channel) -> str:
    return "voter:open" if channel.admission == Admission.OPEN else "voter:vote"


def _vote_note(channel: Channel) -> str:
    how = gettext("凭票单上的二维码或投票码进入；没有票单的，请向发放票单的单位领取。")
    if channel.admission == Admission.OPEN:
        how = gettext("人人可以参加，不用投票码，不登记姓名。")
    if channel.closes_at is None:
        return how
    window = {"from": moment(channel.opens_at), "to": moment(channel.closes_at)}
    if channel.opens_at is None:
        return gettext("%(to)s 截止。") % window + how
    return gettext("%(from)s 至 %(to)s。") % window + how


@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """待办 first; whoever has no role yet is told who gives one, and whoever starts with nothing,
    where."""
    roles = {grant.role for grant in grants_today(account_of(request))}
    shown = {**desk_of(request.user), "roles": roles, "steps": first_steps(roles)}
    return render(request, "site/desk.html", shown)


def health(request: HttpRequest) -> JsonResponse:
    """200 when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok", "version": __version__})
