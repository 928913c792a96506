"""Units: list, tree, file, facts."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pingyi.apps.people.access import find_unit, has_role, require
from pingyi.apps.people.actions import units as actions
from pingyi.apps.people.enums import Role
from pingyi.apps.people.forms.units import EditUnit, NewUnit, UnitFilter
from pingyi.apps.people.models import Unit
from pingyi.apps.people.queries.scope import SEES_UNITS, visible_units
from pingyi.apps.people.queries.units import (
    heads_text,
    leaders_of,
    leaders_text,
    posts_in,
    search_units,
    successors_of,
    with_leaders,
)
from pingyi.apps.people.views.forms import account_of, answer_form
from pingyi.apps.people.views.stories import unit_story
from pingyi.base.listing import Chip, Column, Listing
from pingyi.base.marks import fields_mark

COLUMNS = (
    Column("code", gettext_lazy("编码"), sort="code"),
    Column(
        "title",
        gettext_lazy("名称"),
        sort="title",
        link=lambda unit: reverse("people:unit", args=[unit.code]),
        phone=True,
    ),
    Column("get_kind_display", gettext_lazy("类别"), sort="kind", phone=True),
    Column("heads", gettext_lazy("一把手"), value=heads_text, phone=True),
    Column("leaders", gettext_lazy("分管或包联领导"), value=leaders_text),
    Column("population", gettext_lazy("常住人口"), sort="population", kind="number"),
    Column("abolished_on", gettext_lazy("撤销日期"), sort="abolished_on", kind="day"),
)
_OFFERED = 20


@login_required
def unit_list(request: HttpRequest) -> HttpResponseBase:
    require(request.user, *SEES_UNITS)
    listing = Listing(
        title=_("单位"),
        rows=with_leaders(visible_units(request.user)),
        columns=COLUMNS,
        filters=UnitFilter,
        chips=(
            Chip(_("全部"), ""),
            Chip(_("存续"), "living=yes"),
            Chip(_("市直部门"), "kind=municipal_department&living=yes"),
            Chip(_("乡镇"), "kind=township&living=yes"),
        ),
        nothing=_("还没有单位，可从 Excel 导入。"),
    )
    may_change = has_role(request.user, Role.ORGANISER)
    return listing.respond(request, "people/units.html", may_change=may_change)


@login_required
def unit_tree(request: HttpRequest) -> HttpResponse:
    """The top of what the account sees; branches unfold."""
    require(request.user, *SEES_UNITS)
    units = search_units(visible_units(request.user))
    paths = set(units.values_list("path", flat=True))
    tops = [path for path in paths if path[: -Unit.steplen] not in paths]
    branches = units.filter(path__in=tops)
    return render(request, "people/tree.html", {"units": branches})


@login_required
def unit_branch(request: HttpRequest, code: str) -> HttpResponse:
    """The units directly below one, as a part of the tree."""
    unit = find_unit(request.user, code)
    below = search_units(unit.children())
    return render(request, "people/tree_part.html", {"units": below})


@login_required
def unit_options(request: HttpRequest) -> HttpResponse:
    """What matches the text of a field, to choose from."""
    require(request.user, *SEES_UNITS)
    text = request.GET.get(request.GET.get("field", ""), "")
    units = search_units(visible_units(request.user), text=text)[:_OFFERED]
    options = [(unit.code, unit.title) for unit in units]
    return render(request, "people/options.html", {"options": options})


@login_required
def unit_file(request: HttpRequest, code: str) -> HttpResponse:
    unit = find_unit(request.user, code)
    above = visible_units(request.user).filter(pk__in=unit.ancestors().values("pk"))
    context = {
        "unit": unit,
        "above": above,
        "facts": _facts(unit),
        "team": posts_in(unit),
        "charges": leaders_of([unit]).get(unit.pk, []),
        "children": with_leaders(search_units(unit.children()))[:50],
        "story": unit_story(unit),
        "may_change": has_role(request.user, Role.ORGANISER, unit=unit),
    }
    return render(request, "people/unit.html", context)


def _facts(unit: Unit) -> list[tuple[object, object]]:
    facts: list[tuple[object, object]] = [
        (_("编码"), unit.code),
        (_("类别"), unit.get_kind_display()),
        (_("简称"), unit.short_title),
        (_("常住人口"), unit.population),
        (_("联系方式"), unit.contact),
        (_("成立日期"), unit.founded_on),
    ]
    if unit.abolished_on is not None:
        following = "、".join(each.title for each in successors_of(unit))
        facts += [(_("撤销日期"), unit.abolished_on), (_("承继单位"), following)]
    return facts


@login_required
def unit_new(request: HttpRequest) -> HttpResponse:
    require(request.user, Role.ORGANISER)
    account = account_of(request)
    parent = visible_units(account).filter(code=request.GET.get("parent", "")).first()
    form = NewUnit(request.POST or None, account=account, initial={"parent": parent})

    def act(data: dict[str, Any]) -> None:
        actions.create_unit(by=account, **data)

    back = reverse("people:unit", args=[parent.code]) if parent else reverse("people:units")
    return answer_form(request, form, act, title=_("新增单位"), back=back, done=_("已新增单位。"))


@login_required
def unit_edit(request: HttpRequest, code: str) -> HttpResponse:
    unit = find_unit(request.user, code)
    account = require(request.user, Role.ORGANISER, unit=unit)
    facts = {name: getattr(unit, name) for name in actions.FACTS}
    facts["seen"] = fields_mark(unit, actions.FACTS)
    form = EditUnit(request.POST or None, account=account, initial=facts)

    def act(data: dict[str, Any]) -> None:
        actions.update_unit(by=account, unit=unit, **data)

    return answer_form(
        request,
        form,
        act,
        title=_("修改基本情况"),
        back=reverse("people:unit", args=[unit.code]),
        done=_("已保存。"),
        submit=_("保存"),
        subject=unit,
    )
