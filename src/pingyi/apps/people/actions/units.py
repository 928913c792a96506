"""Units: made, their facts kept, a slip of the pen corrected. History is in ``changes``."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from pingyi.apps.people.access import User, require, require_for_all
from pingyi.apps.people.actions.checking import (
    changed_fields,
    check_fields,
    need_code,
    need_past,
    need_words,
    told,
)
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Unit
from pingyi.apps.people.rules.codes import plain_words
from pingyi.base import audit
from pingyi.base.errors import Conflict, Invalid
from pingyi.base.marks import fields_mark, need_seen

FACTS = ("kind", "short_title", "population", "sort_order", "contact", "founded_on")
"""What may change without a basis; titles, parents and ends are ``changes``."""

IMPORTS = "people.units.imported"
TITLE_VERBS = ("people.unit.title_corrected", "people.unit.renamed")


@transaction.atomic
def create_unit(
    *, by: User, code: str, title: str, kind: str, parent: Unit | None = None, **facts: Any
) -> Unit:
    """A new unit below ``parent`` (without: a root). ``facts`` as in ``FACTS``."""
    if parent is None:
        account = require_for_all(by, Role.ORGANISER)
    else:
        account = require(by, Role.ORGANISER, unit=parent)
        parent = Unit.objects.select_for_update().get(pk=parent.pk)
        need_living(parent)
    unit = Unit(code=need_code(code), title=need_words(title, _("单位名称"), "title"), kind=kind)
    _set_facts(unit, facts)
    with told():
        if parent is None:
            Unit.objects.add_root(instance=unit)
        else:
            Unit.objects.add_child(parent, instance=unit)
    audit.record(
        by=account,
        verb="people.unit.created",
        subject=unit,
        code=unit.code,
        parent=parent.code if parent else "",
    )
    return unit


@transaction.atomic
def update_unit(*, by: User, unit: Unit, seen: str | None = None, **facts: Any) -> Unit:
    """Change facts of a unit. Raises ``Invalid`` for what ``FACTS`` doesn't list, ``Stale`` where
    ``seen`` isn't their mark any more."""
    account = require(by, Role.ORGANISER, unit=unit)
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    need_seen(seen, fields_mark(unit, FACTS), unit, verbs=["people.unit.updated"], imports=IMPORTS)
    changes = _set_facts(unit, facts)
    if changes:
        with told():
            unit.save()
        audit.record(by=account, verb="people.unit.updated", subject=unit, changes=changes)
    return unit


@transaction.atomic
def correct_title(
    *, by: User, unit: Unit, title: str, reason: str, seen: str | None = None
) -> Unit:
    """Mend a title that was never right. It leaves no history but the audit log: what changed
    in the world is a renaming. ``seen``: the mark of the title that was on the page."""
    account = require(by, Role.ORGANISER, unit=unit)
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    need_seen(seen, fields_mark(unit, ("title",)), unit, verbs=TITLE_VERBS, imports=IMPORTS)
    changes = changed_fields(unit, {"title": need_words(title, _("单位名称"), "title")})
    if not changes:
        raise Conflict(_("名称没有变化。"), _("请填写更正后的名称。"), field="title")
    check_fields(unit)
    unit.save()
    audit.record(
        by=account,
        verb="people.unit.title_corrected",
        subject=unit,
        changes=changes,
        reason=need_words(reason, _("事由"), "reason"),
    )
    return unit


def need_living(unit: Unit) -> None:
    """Raises ``Conflict`` for an abolished unit."""
    if unit.abolished_on is not None:
        raise Conflict(
            _("%(unit)s已于%(day)s撤销。")
            % {"unit": unit.title, "day": unit.abolished_on.isoformat()},
            _("请选择存续的单位。"),
        )


def _set_facts(unit: Unit, facts: dict[str, Any]) -> dict[str, list[str]]:
    unknown = set(facts) - set(FACTS)
    if unknown:
        raise Invalid(_("不能这样修改：%(names)s。") % {"names": "、".join(sorted(unknown))})
    for name in ("short_title", "contact"):
        if name in facts:
            facts[name] = plain_words(facts[name] or "")
    founded: date | None = facts.get("founded_on")
    if founded is not None:
        need_past(founded, "founded_on")
    changes = changed_fields(unit, facts)
    check_fields(unit)
    return changes
