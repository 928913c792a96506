"""Forms that make history of units."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from pingyi.apps.people.access import find_unit, require
from pingyi.apps.people.actions import changes, units
from pingyi.apps.people.enums import Role
from pingyi.apps.people.forms.fields import HouseForm
from pingyi.apps.people.forms.units import Abolish, Correct, GroundForm, Merge, Move, Rename, Split
from pingyi.apps.people.models import Account, Unit
from pingyi.apps.people.views.forms import answer_form
from pingyi.base.marks import fields_mark

Act = Callable[[Account, Unit, Any], object]


def _answer(
    request: HttpRequest,
    code: str,
    form_class: type[HouseForm],
    act: Act,
    words: tuple[object, object],
    changed: str = "",
) -> HttpResponse:
    """``words``: title of the page, and the question asked before sending; ``changed``: the field
    of the unit that is saved over, unless another has changed it meanwhile."""
    unit = find_unit(request.user, code)
    account = require(request.user, Role.ORGANISER, unit=unit)
    seen = {"seen": fields_mark(unit, (changed,))} if changed else {}
    form = form_class(request.POST or None, account=account, initial=seen)

    def act_on(_data: dict[str, Any]) -> None:
        act(account, unit, form)

    return answer_form(
        request,
        form,
        act_on,
        title=words[0],
        back=reverse("people:unit", args=[unit.code]),
        done=_("已登记。"),
        ask=words[1],
        subject=unit,
    )


@login_required
def unit_rename(request: HttpRequest, code: str) -> HttpResponse:
    def act(account: Account, unit: Unit, form: Rename) -> None:
        data = form.cleaned_data
        changes.rename_unit(
            by=account, unit=unit, title=data["title"], ground=form.ground, seen=data["seen"]
        )

    ask = _("更名后，以前的记录仍显示原名称。确认更名？")
    return _answer(request, code, Rename, act, (_("单位更名"), ask), "title")


@login_required
def unit_correct(request: HttpRequest, code: str) -> HttpResponse:
    def act(account: Account, unit: Unit, form: Correct) -> None:
        units.correct_title(by=account, unit=unit, **form.cleaned_data)

    ask = _("更正不留沿革，以前的记录也显示更正后的名称。确认更正？")
    return _answer(request, code, Correct, act, (_("更正名称"), ask), "title")


@login_required
def unit_move(request: HttpRequest, code: str) -> HttpResponse:
    def act(account: Account, unit: Unit, form: Move) -> None:
        data = form.cleaned_data
        changes.move_unit(
            by=account, unit=unit, parent=data["parent"], ground=form.ground, seen=data["seen"]
        )

    ask = _("下级单位随同调整，各级的查看范围随之改变。确认调整？")
    return _answer(request, code, Move, act, (_("调整隶属"), ask), "path")


@login_required
def unit_merge(request: HttpRequest, code: str) -> HttpResponse:
    def act(account: Account, unit: Unit, form: Merge) -> None:
        into = form.cleaned_data["into"]
        changes.merge_units(by=account, units=[unit], into=into, ground=form.ground)

    ask = _("该单位随之撤销，任职、分工和授权在生效之日结束，下级单位划入承继单位。确认并入？")
    return _answer(request, code, Merge, act, (_("并入其他单位"), ask))


@login_required
def unit_split(request: HttpRequest, code: str) -> HttpResponse:
    def act(account: Account, unit: Unit, form: Split) -> None:
        data = form.cleaned_data
        changes.split_unit(
            by=account, unit=unit, into=data["into"], ends=data["ends"], ground=form.ground
        )

    ask = _("统计将按分设后的单位延续。确认分设？")
    return _answer(request, code, Split, act, (_("分设"), ask))


@login_required
def unit_abolish(request: HttpRequest, code: str) -> HttpResponse:
    def act(account: Account, unit: Unit, form: GroundForm) -> None:
        changes.abolish_unit(by=account, unit=unit, ground=form.ground)

    ask = _("任职、分工和授权在生效之日结束，撤销后不能恢复。确认撤销？")
    return _answer(request, code, Abolish, act, (_("撤销单位"), ask))
