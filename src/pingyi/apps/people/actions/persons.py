"""Persons, who holds which post, and who is in charge of which unit."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from pingyi.apps.people.access import User, require, require_person
from pingyi.apps.people.actions.checking import (
    changed_fields,
    check_fields,
    need_code,
    need_words,
    told,
)
from pingyi.apps.people.actions.units import need_living
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Charge, Person, Post, Tenure, Unit
from pingyi.apps.people.rules.codes import plain_words
from pingyi.base import audit
from pingyi.base.errors import Conflict, Invalid
from pingyi.base.marks import fields_mark, need_seen

PERSON_FACTS = ("name", "surname_strokes", "sort_order", "contact")


@transaction.atomic
def create_person(*, by: User, code: str, name: str, **facts: Any) -> Person:
    """A new person, without a post. ``facts`` as in ``PERSON_FACTS``."""
    account = require(by, Role.ORGANISER)
    person = Person(code=need_code(code), name=need_words(name, _("姓名"), "name"))
    _set_facts(person, facts)
    with told():
        person.save(force_insert=True)
    audit.record(by=account, verb="people.person.created", subject=person, code=person.code)
    return person


@transaction.atomic
def update_person(*, by: User, person: Person, seen: str | None = None, **facts: Any) -> Person:
    """Change facts of a person. The code never changes. ``seen``: as in ``update_unit``."""
    account = require_person(by, person)
    person = Person.objects.select_for_update().get(pk=person.pk)
    need_seen(
        seen,
        fields_mark(person, PERSON_FACTS),
        person,
        verbs=["people.person.updated"],
        imports="people.posts.imported",
    )
    if "name" in facts:
        facts["name"] = need_words(facts["name"], _("姓名"), "name")
    changes = _set_facts(person, facts)
    if changes:
        with told():
            person.save()
        audit.record(by=account, verb="people.person.updated", subject=person, changes=changes)
    return person


def _set_facts(person: Person, facts: dict[str, Any]) -> dict[str, list[str]]:
    unknown = set(facts) - set(PERSON_FACTS)
    if unknown:
        raise Invalid(_("不能这样修改：%(names)s。") % {"names": "、".join(sorted(unknown))})
    if "contact" in facts:
        facts["contact"] = plain_words(facts["contact"] or "")
    changes = changed_fields(person, facts)
    check_fields(person)
    return changes


@transaction.atomic
def appoint(
    *, by: User, person: Person, unit: Unit, title: str, kind: str, since: date | None = None
) -> Tenure:
    """Put a person into a post of a unit; the post is made if the unit has none of that title."""
    account = require(by, Role.ORGANISER, unit=unit)
    need_living(unit)
    title = need_words(title, _("职务"), "title")
    post = Post.objects.filter(unit=unit, title=title).first()
    with told():
        if post is None:
            post = Post(unit=unit, title=title, kind=kind)
            check_fields(post)
            post.save()
        elif post.kind != kind:
            raise Conflict(
                _("%(post)s的职务类别是“%(kind)s”。")
                % {"post": post, "kind": post.get_kind_display()},
                _("请选择这一类别，或换一个职务名称。"),
                field="kind",
            )
        tenure = Tenure.objects.create(post=post, person=person, since=since)
    audit.record(
        by=account, verb="people.tenure.begun", subject=person, post=str(post), since=since
    )
    return tenure


@transaction.atomic
def end_tenure(*, by: User, tenure: Tenure, until: date) -> Tenure:
    """From that day on the person doesn't hold the post any more."""
    account = require(by, Role.ORGANISER, unit=tenure.post.unit)
    tenure = Tenure.objects.select_for_update().get(pk=tenure.pk)
    if tenure.until is not None:
        raise Conflict(
            _("这一任职已于%(day)s结束。") % {"day": tenure.until.isoformat()}, _("请刷新页面。")
        )
    tenure.until = until
    with told():
        tenure.save()
    audit.record(
        by=account,
        verb="people.tenure.ended",
        subject=tenure.person,
        post=str(tenure.post),
        until=until,
    )
    return tenure


@transaction.atomic
def put_in_charge(
    *, by: User, leader: Person, unit: Unit, kind: str, since: date | None = None
) -> Charge:
    """Make a leader answer for a unit (分管、包乡县). It widens what the leader's account sees."""
    account = require(by, Role.ORGANISER, unit=unit)
    need_living(unit)
    charge = Charge(leader=leader, unit=unit, kind=kind, since=since)
    check_fields(charge)
    with told():
        charge.save()
    audit.record(
        by=account,
        verb="people.charge.begun",
        subject=unit,
        leader=leader.code,
        name=leader.name,
        kind=kind,
        since=since,
    )
    return charge


@transaction.atomic
def end_charge(*, by: User, charge: Charge, until: date) -> Charge:
    """From that day on the leader doesn't answer for the unit any more."""
    account = require(by, Role.ORGANISER, unit=charge.unit)
    charge = Charge.objects.select_for_update().get(pk=charge.pk)
    if charge.until is not None:
        raise Conflict(
            _("这项分工已于%(day)s结束。") % {"day": charge.until.isoformat()}, _("请刷新页面。")
        )
    charge.until = until
    with told():
        charge.save()
    audit.record(
        by=account,
        verb="people.charge.ended",
        subject=charge.unit,
        leader=charge.leader.code,
        name=charge.leader.name,
        kind=charge.kind,
        until=until,
    )
    return charge
