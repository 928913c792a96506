"""Persons: list, file, posts, charges."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pingyi.apps.people.access import find_person, find_unit, has_role, require
from pingyi.apps.people.actions import persons as actions
from pingyi.apps.people.enums import Role
from pingyi.apps.people.forms.persons import (
    Appoint,
    EditPerson,
    End,
    NewPerson,
    PersonFilter,
    PutInCharge,
)
from pingyi.apps.people.models import Charge, Person, Tenure
from pingyi.apps.people.queries.persons import (
    career_of,
    charges_of,
    posts_text,
    search_persons,
    with_posts,
)
from pingyi.apps.people.queries.scope import SEES_UNITS, visible_persons, visible_units
from pingyi.apps.people.views.forms import account_of, answer_form
from pingyi.apps.people.views.stories import person_story
from pingyi.base.errors import Missing
from pingyi.base.listing import Column, Listing
from pingyi.base.marks import fields_mark

COLUMNS = (
    Column("code", gettext_lazy("编号"), sort="code"),
    Column(
        "name",
        gettext_lazy("姓名"),
        sort="name",
        link=lambda person: reverse("people:person", args=[person.code]),
        phone=True,
    ),
    Column("posts", gettext_lazy("现任职务"), value=posts_text, phone=True),
    Column("surname_strokes", gettext_lazy("姓氏笔画"), sort="surname_strokes", kind="number"),
)
_OFFERED = 20


@login_required
def person_list(request: HttpRequest) -> HttpResponseBase:
    require(request.user, *SEES_UNITS)
    listing = Listing(
        title=_("人员"),
        rows=with_posts(visible_persons(request.user)),
        columns=COLUMNS,
        filters=PersonFilter,
        nothing=_("还没有人员，可从 Excel 导入。"),
    )
    may_change = has_role(request.user, Role.ORGANISER)
    return listing.respond(request, "people/persons.html", may_change=may_change)


@login_required
def person_options(request: HttpRequest) -> HttpResponse:
    """What matches the text of a field, to choose from."""
    require(request.user, Role.ORGANISER, Role.SYSTEM_ADMIN)
    text = request.GET.get(request.GET.get("field", ""), "")
    found = search_persons(Person.objects.order_by("name", "code"), text=text)[:_OFFERED]
    options = [(person.code, person.name) for person in found]
    return render(request, "people/options.html", {"options": options})


@login_required
def person_file(request: HttpRequest, code: str) -> HttpResponse:
    person = find_person(request.user, code)
    context = {
        "person": person,
        "facts": [
            (_("编号"), person.code),
            (_("姓氏笔画"), person.surname_strokes),
            (_("联系方式"), person.contact),
        ],
        "career": career_of(person),
        "charges": charges_of(person),
        "story": person_story(person),
        "may_change": has_role(request.user, Role.ORGANISER),
    }
    return render(request, "people/person.html", context)


@login_required
def person_new(request: HttpRequest) -> HttpResponse:
    account = require(request.user, Role.ORGANISER)
    form = NewPerson(request.POST or None, account=account)

    def act(data: dict[str, Any]) -> None:
        actions.create_person(by=account, **data)

    back = reverse("people:persons")
    return answer_form(request, form, act, title=_("新增人员"), back=back, done=_("已新增人员。"))


@login_required
def person_edit(request: HttpRequest, code: str) -> HttpResponse:
    person = find_person(request.user, code)
    account = require(request.user, Role.ORGANISER)
    facts = {name: getattr(person, name) for name in actions.PERSON_FACTS}
    facts["seen"] = fields_mark(person, actions.PERSON_FACTS)
    form = EditPerson(request.POST or None, account=account, initial=facts)

    def act(data: dict[str, Any]) -> None:
        actions.update_person(by=account, person=person, **data)

    return answer_form(
        request,
        form,
        act,
        title=_("修改人员"),
        back=reverse("people:person", args=[person.code]),
        done=_("已保存。"),
        submit=_("保存"),
        subject=person,
    )


@login_required
def appoint(request: HttpRequest, code: str) -> HttpResponse:
    unit = find_unit(request.user, code)
    account = require(request.user, Role.ORGANISER, unit=unit)
    form = Appoint(request.POST or None, account=account)

    def act(data: dict[str, Any]) -> None:
        actions.appoint(by=account, unit=unit, **data)

    back = reverse("people:unit", args=[unit.code])
    return answer_form(
        request, form, act, title=_("登记任职"), back=back, done=_("已登记任职。"), subject=unit
    )


@login_required
def put_in_charge(request: HttpRequest, code: str) -> HttpResponse:
    unit = find_unit(request.user, code)
    account = require(request.user, Role.ORGANISER, unit=unit)
    form = PutInCharge(request.POST or None, account=account)

    def act(data: dict[str, Any]) -> None:
        actions.put_in_charge(by=account, unit=unit, **data)

    back = reverse("people:unit", args=[unit.code])
    return answer_form(
        request, form, act, title=_("登记分工"), back=back, done=_("已登记分工。"), subject=unit
    )


@login_required
def end_tenure(request: HttpRequest, pk: int) -> HttpResponse:
    account = account_of(request)
    seen = Tenure.objects.filter(post__unit__in=visible_units(account).values("pk"))
    tenure = seen.select_related("post__unit", "person").filter(pk=pk).first()
    if tenure is None:
        raise Missing(_("没有找到这一任职。"), _("请从单位或人员页面进入。"))
    require(account, Role.ORGANISER, unit=tenure.post.unit)
    form = End(request.POST or None, account=account)

    def act(data: dict[str, Any]) -> None:
        actions.end_tenure(by=account, tenure=tenure, until=data["until"])

    back = reverse("people:unit", args=[tenure.post.unit.code])
    ask = _("历史任职仍然保留。确认登记免职？")
    return answer_form(
        request,
        form,
        act,
        title=_("登记免职"),
        back=back,
        done=_("已登记。"),
        ask=ask,
        subject=tenure,
    )


@login_required
def end_charge(request: HttpRequest, pk: int) -> HttpResponse:
    account = account_of(request)
    seen = Charge.objects.filter(unit__in=visible_units(account).values("pk"))
    charge = seen.select_related("unit", "leader").filter(pk=pk).first()
    if charge is None:
        raise Missing(_("没有找到这项分工。"), _("请从单位或人员页面进入。"))
    require(account, Role.ORGANISER, unit=charge.unit)
    form = End(request.POST or None, account=account)

    def act(data: dict[str, Any]) -> None:
        actions.end_charge(by=account, charge=charge, until=data["until"])

    back = reverse("people:unit", args=[charge.unit.code])
    ask = _("该领导的查看范围随之缩小。确认结束分工？")
    return answer_form(
        request,
        form,
        act,
        title=_("结束分工"),
        back=back,
        done=_("已登记。"),
        ask=ask,
        subject=charge,
    )
