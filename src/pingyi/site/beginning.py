"""The first steps of an installation in which there is nothing yet, on the desks of those who take
them."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext as _

from pingyi.apps.people.enums import ADMIN_ROLES, ImportKind, Role
from pingyi.apps.people.models import Account, Grant, Person, Unit
from pingyi.apps.polls.models import Poll
from pingyi.apps.rounds.models import Round
from pingyi.apps.schemes.queries import sealed_versions
from pingyi.base.parts import Item, StateKind


def first_steps(roles: Collection[str]) -> list[Item]:
    """What has to be done before anything can be appraised, in order; nothing from the first
    round on."""
    if Round.objects.exists():
        return []
    steps: list[Item] = []
    if Role.SYSTEM_ADMIN in roles:
        others = Account.objects.exclude(grants__role__in=ADMIN_ROLES).exists()
        title, note = _("建立账号"), _("先给组织者、核对人各建一个；初始密码当面交给本人。")
        steps.append(_step(title, note, reverse("people:account_new"), others))
    if Role.SECURITY_ADMIN in roles:
        granted = Grant.objects.filter(role=Role.ORGANISER).exists()
        title, note = _("授予角色"), _("在账号页上授予；组织者由此可以导入单位、建立方案。")
        steps.append(_step(title, note, reverse("people:accounts"), granted))
    if Role.ORGANISER in roles:
        units = reverse("people:import_upload", args=[ImportKind.UNITS])
        persons = reverse("people:import_upload", args=[ImportKind.POSTS])
        title, note = _("导入单位"), _("下载模板填写后上传；单位少的，也可以逐个新建。")
        steps.append(_step(title, note, units, Unit.objects.exists()))
        title, note = _("导入人员"), _("人员按单位编码归入单位，所以先有单位。")
        steps.append(_step(title, note, persons, Person.objects.exists()))
        title, note = _("选制度包，改好参数，封存方案"), _("试算看过结果再封存；封存后不能再改。")
        steps.append(_step(title, note, reverse("schemes:packs"), sealed_versions().exists()))
        title, note = _("建立一次演练投票"), _("从发票到开箱走一遍，再办正式的。")
        steps.append(_step(title, note, reverse("polls:create"), Poll.objects.exists()))
        title, note = _("办一轮正式评议"), _("登记评议制度，建轮次，发通知；正式投票在轮次里建立。")
        steps.append(_step(title, note, reverse("rounds:create"), False))
    return steps


def _step(title: str, note: str, address: str, done: bool) -> Item:
    state: tuple[object, StateKind] = (_("已完成"), "done") if done else (_("未开始"), "waiting")
    return Item(title=title, address=address, note=note, state=state)
