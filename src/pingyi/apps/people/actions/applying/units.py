"""Units of a plan: planted into the tree, moved from the top down, then changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from pingyi.apps.people.actions.changes import Ground
from pingyi.apps.people.enums import UnitChangeKind
from pingyi.apps.people.models import Account, Unit, UnitChange
from pingyi.apps.people.queries.plans.planned import Planned, value_of
from pingyi.apps.people.queries.plans.units import FACTS
from pingyi.apps.people.rules.tables import TOP
from pingyi.base.errors import Conflict

_BATCH = 500


def apply_units(todo: list[Planned], account: Account, ground: Ground | None) -> None:
    _plant([plan for plan in todo if plan.is_new])
    changed = [plan for plan in todo if not plan.is_new]
    if ground is not None:
        _move([plan for plan in changed if plan.changed("parent")], account, ground)
    _change(changed, account, ground)


def _plant(new: list[Planned]) -> None:
    """Add new units level by level, with paths worked out here: one statement for each level
    instead of several for each unit."""
    waiting = new
    while waiting:
        planted = {
            unit.code: unit
            for unit in Unit.objects.filter(code__in=_parents(waiting)).select_for_update()
        }
        ready = [plan for plan in waiting if _parent(plan) is None or _parent(plan) in planted]
        if not ready:
            raise Conflict(_("上级单位不见了。"), _("请重新预览。"))
        _plant_level(ready, planted)
        done = {id(plan) for plan in ready}
        waiting = [plan for plan in waiting if id(plan) not in done]


def _parents(plans: Iterable[Planned]) -> set[str]:
    return {parent for plan in plans if (parent := _parent(plan)) is not None}


def _parent(plan: Planned) -> str | None:
    code = plan.row.get("parent")
    return None if code == TOP else code


def _plant_level(ready: list[Planned], parents: dict[str, Unit]) -> None:
    last: dict[str, int] = {}
    units = []
    for plan in ready:
        code = _parent(plan)
        parent = parents[code] if code is not None else None
        above = parent.path if parent is not None else ""
        if above not in last:
            last[above] = _last_step(parent)
        last[above] += 1
        depth = len(above) // Unit.steplen + 1
        unit = _new_unit(plan)
        unit.path, unit.depth = Unit._get_path(above, depth, last[above]), depth
        units.append(unit)
        if parent is not None:
            parent.numchild += 1
    Unit.objects.bulk_create(units, batch_size=_BATCH)
    Unit.objects.bulk_update(parents.values(), ["numchild"], batch_size=_BATCH)


def _last_step(parent: Unit | None) -> int:
    if parent is None:
        last = Unit.objects.get_last_root_node()
    else:
        last = Unit.objects.get_children(parent).order_by("path").last()
    return 0 if last is None else int(Unit._str2int(last.path[-Unit.steplen :]))


def _new_unit(plan: Planned) -> Unit:
    row = plan.row
    return Unit(
        code=row.get("code"),
        title=row.get("title"),
        kind=row.get("kind"),
        short_title=value_of(row, "short_title", ""),
        population=value_of(row, "population", None, int),
        sort_order=value_of(row, "sort_order", 0, int) or 0,
        contact=value_of(row, "contact", ""),
    )


def _move(moved: list[Planned], account: Account, ground: Ground) -> None:
    """From the top of the tree-to-be down, so that no step puts a unit under itself."""
    todo = {plan.row.get("code"): plan for plan in moved}
    while todo:
        free = [code for code, plan in todo.items() if not _waits(plan, todo)]
        if not free:
            raise Conflict(_("上下级绕成了圈。"), _("请重新预览。"))
        for code in free:
            _move_one(todo.pop(code), account, ground)


def _waits(plan: Planned, todo: dict[str, Planned]) -> bool:
    """Is the new parent, or one above it, still to be moved?"""
    code = _parent(plan)
    unit = Unit.objects.filter(code=code).first() if code else None
    if unit is None:
        return False
    above = {unit.code, *unit.ancestors().values_list("code", flat=True)}
    return bool((above & set(todo)) - {plan.row.get("code")}) or plan.row.get("code") in above


def _move_one(plan: Planned, account: Account, ground: Ground) -> None:
    unit = Unit.objects.get(pk=plan.subject.pk)
    before, code = unit.parent(), _parent(plan)
    if code is None:
        after = None
        Unit.objects.move(unit, Unit.objects.get_last_root_node(), "last-sibling")
    else:
        after = Unit.objects.get(code=code)
        Unit.objects.move(unit, after, "last-child")
    UnitChange.objects.create(
        unit=unit,
        kind=UnitChangeKind.MOVED,
        title_before=unit.title,
        title_after=unit.title,
        other_before=_named(before),
        other_after=_named(after),
        **_grounded(account, ground),
    )


def _named(unit: Unit | None) -> str:
    return f"{unit.title}（{unit.code}）" if unit is not None else ""


def _grounded(account: Account, ground: Ground) -> dict[str, Any]:
    return {
        "on": ground.on,
        "basis": ground.basis,
        "reason": ground.reason,
        "recorded_by": str(account),
    }


def _change(changed: list[Planned], account: Account, ground: Ground | None) -> None:
    units, renamings = [], []
    for plan in changed:
        unit, row = plan.subject, plan.row
        if plan.changed("title") and ground is not None:
            _check_order(unit, ground)
            renamings.append(
                UnitChange(
                    unit=unit,
                    kind=UnitChangeKind.RENAMED,
                    title_before=unit.title,
                    title_after=row.get("title"),
                    **_grounded(account, ground),
                )
            )
        unit.title = row.get("title") or unit.title
        unit.kind = row.get("kind") or unit.kind
        unit.short_title = value_of(row, "short_title", unit.short_title)
        unit.population = value_of(row, "population", unit.population, int)
        unit.sort_order = value_of(row, "sort_order", unit.sort_order, int) or 0
        unit.contact = value_of(row, "contact", unit.contact)
        units.append(unit)
    Unit.objects.bulk_update(units, ["title", *FACTS], batch_size=_BATCH)
    UnitChange.objects.bulk_create(renamings, batch_size=_BATCH)


def _check_order(unit: Unit, ground: Ground) -> None:
    last = unit.changes.filter(kind=UnitChangeKind.RENAMED).last()
    if last is not None and ground.on < last.on:
        raise Conflict(
            _("%(unit)s上一次更名在%(day)s，这次不能更早。")
            % {"unit": unit.title, "day": last.on.isoformat()},
            _("请核对日期。"),
            field="on",
        )
