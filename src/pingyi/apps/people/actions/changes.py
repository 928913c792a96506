"""What becomes of units: renamed, moved, merged, split, abolished. Each with day and basis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from pingyi.apps.people.access import User, require, require_for_all
from pingyi.apps.people.actions.checking import (
    check_fields,
    need_past,
    need_words,
    told,
)
from pingyi.apps.people.actions.units import IMPORTS, TITLE_VERBS, need_living
from pingyi.apps.people.enums import Role, UnitChangeKind
from pingyi.apps.people.models import (
    Account,
    Charge,
    Grant,
    Succession,
    Tenure,
    Unit,
    UnitChange,
)
from pingyi.base import audit
from pingyi.base.errors import Conflict, Invalid
from pingyi.base.marks import fields_mark, need_seen


@dataclass(frozen=True)
class Ground:
    """When, by which document, and why."""

    on: date
    basis: str
    reason: str

    def checked(self) -> Ground:
        """Raises ``Invalid`` for a day to come and for empty words."""
        return Ground(
            need_past(self.on),
            need_words(self.basis, _("依据文件"), "basis"),
            need_words(self.reason, _("事由"), "reason"),
        )


@transaction.atomic
def rename_unit(
    *, by: User, unit: Unit, title: str, ground: Ground, seen: str | None = None
) -> UnitChange:
    """Give a unit a new title from a day on; earlier records keep the old one. ``seen``: the mark
    of the title that was on the page."""
    account, unit = _begin(by, unit)
    need_seen(seen, fields_mark(unit, ("title",)), unit, verbs=TITLE_VERBS, imports=IMPORTS)
    ground = ground.checked()
    title = need_words(title, _("单位名称"), "title")
    if title == unit.title:
        raise Conflict(_("名称没有变化。"), _("请填写新的名称。"), field="title")
    _after_the_last(unit, UnitChangeKind.RENAMED, ground.on)
    before, unit.title = unit.title, title
    check_fields(unit)
    unit.save()
    return _note(
        account, unit, UnitChangeKind.RENAMED, ground, title_before=before, title_after=title
    )


@transaction.atomic
def move_unit(
    *, by: User, unit: Unit, parent: Unit | None, ground: Ground, seen: str | None = None
) -> UnitChange:
    """Put a unit, with everything below it, under another (None: at the top). ``seen``: the mark
    of the place that was on the page."""
    account, unit = _begin(by, unit)
    need_seen(
        seen, fields_mark(unit, ("path",)), unit, verbs=["people.unit.moved"], imports=IMPORTS
    )
    ground = ground.checked()
    before = unit.parent()
    if (before.pk if before else None) == (parent.pk if parent else None):
        raise Conflict(_("上级单位没有变化。"), _("请选择新的上级单位。"), field="parent")
    if parent is None:
        require_for_all(by, Role.ORGANISER)
        roots = Unit.objects.get_last_root_node()
        Unit.objects.move(unit, roots, "last-sibling")
    else:
        require(by, Role.ORGANISER, unit=parent)
        parent = Unit.objects.select_for_update().get(pk=parent.pk)
        need_living(parent)
        if parent.path.startswith(unit.path):
            raise Conflict(
                _("%(parent)s就在%(unit)s之下，不能反过来。")
                % {"parent": parent.title, "unit": unit.title},
                _("请选择别的上级单位。"),
                field="parent",
            )
        Unit.objects.move(unit, parent, "last-child")
    unit.refresh_from_db()
    return _note(
        account,
        unit,
        UnitChangeKind.MOVED,
        ground,
        other_before=_named(before),
        other_after=_named(parent),
    )


@transaction.atomic
def merge_units(*, by: User, units: Sequence[Unit], into: Unit, ground: Ground) -> list[UnitChange]:
    """End units in another, which carries on for them. What was below them moves below it."""
    account, into = _begin(by, into)
    ground = ground.checked()
    if not units or any(unit.pk == into.pk for unit in units):
        raise Invalid(
            _("请选择被并入的单位，且不能是承继单位自己。"), _("请重新选择。"), field="units"
        )
    changes = []
    for chosen in units:
        unit = _begin(by, chosen)[1]
        if into.path.startswith(unit.path):
            raise Conflict(
                _("%(into)s在%(unit)s之下，不能承继它。")
                % {"into": into.title, "unit": unit.title},
                _("请先调整隶属关系。"),
            )
        for child in list(unit.children()):
            move_unit(by=by, unit=child, parent=into, ground=ground)
        unit.refresh_from_db()
        change = _end(account, unit, UnitChangeKind.MERGED, ground, other_after=_named(into))
        with told():
            Succession.objects.create(predecessor=unit, successor=into, change=change)
        changes.append(change)
        into.refresh_from_db()
    return changes


@transaction.atomic
def split_unit(
    *, by: User, unit: Unit, into: Sequence[Unit], ends: bool, ground: Ground
) -> UnitChange:
    """Units (made before) come out of one, which ends or lives on beside them."""
    account, unit = _begin(by, unit)
    ground = ground.checked()
    if not into or any(part.pk == unit.pk for part in into):
        raise Invalid(
            _("请选择分设出的单位，且不能是原单位自己。"), _("请重新选择。"), field="into"
        )
    for part in into:
        require(by, Role.ORGANISER, unit=part)
        need_living(part)
    told_before = Succession.objects.filter(
        predecessor=unit,
        successor__in=list(into),
        change__kind=UnitChangeKind.SPLIT,
        change__on=ground.on,
    )
    if told_before.exists():
        raise Conflict(_("这次分设已经登记。"), _("请看该单位的沿革。"), field="into")
    named = "、".join(_named(part) for part in into)
    if ends:
        change = _end(account, unit, UnitChangeKind.SPLIT, ground, other_after=named)
    else:
        change = _note(account, unit, UnitChangeKind.SPLIT, ground, other_after=named)
    with told():
        for part in into:
            Succession.objects.create(predecessor=unit, successor=part, change=change)
    return change


@transaction.atomic
def abolish_unit(*, by: User, unit: Unit, ground: Ground) -> UnitChange:
    """End a unit without successor. What is below it must have gone first."""
    account, unit = _begin(by, unit)
    return _end(account, unit, UnitChangeKind.ABOLISHED, ground.checked())


def _begin(by: User, unit: Unit) -> tuple[Account, Unit]:
    """Access, and the unit locked and living."""
    account = require(by, Role.ORGANISER, unit=unit)
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    need_living(unit)
    return account, unit


def _end(
    account: Account, unit: Unit, kind: UnitChangeKind, ground: Ground, other_after: str = ""
) -> UnitChange:
    """The unit ends that day, and with it its posts, charges and grants."""
    living = unit.children().filter(abolished_on=None).first()
    if living is not None:
        raise Conflict(
            _("%(unit)s之下还有%(child)s等存续单位。")
            % {"unit": unit.title, "child": living.title},
            _("请先调整或撤销下级单位。"),
        )
    unit.abolished_on = ground.on
    with told():
        unit.save()
    for model, owner in ((Tenure, "post__unit"), (Charge, "unit"), (Grant, "unit")):
        open_ones = model.objects.filter(**{owner: unit}).filter(
            Q(until=None) | Q(until__gt=ground.on)
        )
        for each in open_ones:
            each.until = max(ground.on, each.since or ground.on)
            each.save()
    before = _named(unit.parent())
    return _note(account, unit, kind, ground, other_before=before, other_after=other_after)


def _note(
    account: Account, unit: Unit, kind: UnitChangeKind, ground: Ground, **words: str
) -> UnitChange:
    words.setdefault("title_before", unit.title)
    words.setdefault("title_after", unit.title if unit.abolished_on is None else "")
    with told():
        change = UnitChange.objects.create(
            unit=unit,
            kind=kind,
            on=ground.on,
            basis=ground.basis,
            reason=ground.reason,
            recorded_by=str(account),
            **words,
        )
    audit.record(
        by=account,
        verb=f"people.unit.{kind.value}",
        subject=unit,
        on=ground.on,
        basis=ground.basis,
        reason=ground.reason,
        **words,
    )
    return change


def _after_the_last(unit: Unit, kind: UnitChangeKind, day: date) -> None:
    """Names of a day are read from the order of the changes: none slips in before another."""
    last = unit.changes.filter(kind=kind).last()
    if last is not None and day < last.on:
        raise Conflict(
            _("上一次更名在%(day)s，这次不能更早。") % {"day": last.on.isoformat()},
            _("请核对日期。"),
            field="on",
        )


def _named(unit: Unit | None) -> str:
    return f"{unit.title}（{unit.code}）" if unit is not None else ""
