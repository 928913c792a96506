"""What inspections put on a desk."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pingyi.apps.inspections import queries
from pingyi.apps.inspections.enums import InspectionState as S
from pingyi.apps.inspections.models import Inspection
from pingyi.apps.people.access import has_role
from pingyi.apps.people.models import Account
from pingyi.base.desk import Place
from pingyi.base.figures import day
from pingyi.base.parts import Item

_NEXT: dict[str, object] = {
    S.APPROVED: gettext_lazy("已批准，待组成督导组、开始督查"),
    S.CONCLUDED: gettext_lazy("已形成结论，待印发通报"),
}


def on_desk(account: Account) -> Iterator[tuple[Place, Item]]:
    """Plans to be approved, inspections that wait for their next step, units to be visited,
    objections to be decided; for units what they may object to."""
    return chain(_of_office(account), _of_team(account), _of_unit(account))


def _of_office(account: Account) -> Iterator[tuple[Place, Item]]:
    if not has_role(account, *queries.OFFICE):
        return
    mine = queries.of_office(account)
    for one in mine.filter(state=S.DRAFTED).exclude(author=account):
        yield "waiting", _item(one, _("督查方案待批准"))
    if has_role(account, *queries.OFFICERS):
        for one in mine.filter(state__in=_NEXT):
            yield "waiting", _item(one, str(_NEXT[S(one.state)]))
    today = timezone.localdate()
    for asked in queries.pending_objections(account):
        place = asked.conclusion.place
        title = _("%(unit)s申请复核，待决定") % {"unit": place.title}
        note = _("%(day)s前作出决定") % {"day": day(asked.due_on)}
        address = reverse("inspections:decide", args=[place.inspection_id, asked.pk])
        late: Place = "late" if asked.due_on < today else "waiting"
        yield late, Item(title=title, address=address, note=note)


def _of_team(account: Account) -> Iterator[tuple[Place, Item]]:
    for one in queries.of_team(account).filter(state=S.RUNNING):
        left = queries.unvisited(one).count()
        if left:
            note = _("还有%(number)s个单位没有走访") % {"number": left}
            address = reverse("inspections:field", args=[one.pk])
            yield "waiting", Item(title=one.title, address=address, note=note)


def _of_unit(account: Account) -> Iterator[tuple[Place, Item]]:
    if not has_role(account, *queries.OWNERS):
        return
    for sent in queries.open_conclusions(account).filter(object_by__gte=timezone.localdate()):
        one = sent.place.inspection
        yield (
            "news",
            _item(one, _("有异议的，可在%(day)s前申请复核") % {"day": day(sent.object_by)}),
        )


def _item(one: Inspection, note: str) -> Item:
    address = reverse("inspections:inspection", args=[one.pk])
    return Item(title=one.title, address=address, note=note)
