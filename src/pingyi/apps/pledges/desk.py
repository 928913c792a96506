"""What pledges put on a desk."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.ledger.queries import OWNERS, SUPERVISORS
from pingyi.apps.people.access import has_role
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account
from pingyi.apps.pledges import queries
from pingyi.apps.pledges.enums import PledgeState
from pingyi.apps.pledges.models import Pledge
from pingyi.base.desk import Place
from pingyi.base.figures import day
from pingyi.base.parts import Item


def on_desk(account: Account) -> Iterator[tuple[Place, Item]]:
    """For the unit its pledge to be written or accounted for; for others how many wait."""
    if has_role(account, *OWNERS):
        yield from _own(account)
    if has_role(account, Role.ORGANISER):
        handed = queries.supervised(account, Role.ORGANISER).filter(state=PledgeState.HANDED_IN)
        yield from _count(handed, _("%(number)s份承诺书待公布"), "state=handed_in")
    if has_role(account, *SUPERVISORS):
        mine = queries.supervised(account, *SUPERVISORS)
        to_settle = mine.filter(queries.to_settle())
        yield from _count(to_settle, _("%(number)s份承诺书待核实交账"), "view=to_settle")
        settled = mine.filter(state=PledgeState.SETTLED).exclude(settled_by=account)
        yield from _count(settled, _("%(number)s份承诺书待办结"), "state=settled")


def _own(account: Account) -> Iterator[tuple[Place, Item]]:
    today = timezone.localdate()
    own = queries.own(account).select_related("campaign").order_by("campaign__closes_on", "pk")
    for pledge in own.filter(state=PledgeState.DRAFTED):
        closes = pledge.campaign.closes_on
        note = pledge.returned_reason or _("%(day)s截止") % {"day": day(closes)}
        late = closes < today
        state = (pledge.get_state_display(), "late" if late else "waiting")
        yield "late" if late else "waiting", _item(pledge, note, state)
    for pledge in own.filter(queries.to_settle(), items__account="").distinct():
        note = _("年底交账：请填报完成情况并上传证明材料")
        yield "waiting", _item(pledge, note, (pledge.get_state_display(), "active"))


def _item(pledge: Pledge, note: str, state: tuple[str, object]) -> Item:
    title = _("公开承诺：%(title)s") % {"title": pledge.campaign.title}
    address = reverse("pledges:pledge", args=[pledge.pk])
    return Item(title=title, address=address, note=note, state=state)  # type: ignore[arg-type]


def _count(rows: QuerySet[Pledge], title: str, query: str) -> Iterator[tuple[Place, Item]]:
    number = rows.count()
    if number:
        address = f"{reverse('pledges:index')}?{query}"
        yield "waiting", Item(title=title % {"number": number}, address=address)
