"""The plan of a table of leaders in charge."""

from __future__ import annotations

from django.utils.translation import gettext as _

from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account, Charge, Person, Unit
from pingyi.apps.people.queries.plans.planned import CodeBook, Planned, check_doubles
from pingyi.apps.people.queries.plans.posts import check_period
from pingyi.apps.people.queries.scope import reach_of
from pingyi.base.sheets.reading import Row


def plan_charges(rows: list[Row], account: Account) -> list[Planned]:
    """New charges, and those whose days change. Leaders and units must be there."""
    reach = reach_of(account, Role.ORGANISER)
    persons = {person.code: person for person in Person.objects.all()}
    units: dict[str, Unit] = {unit.code: unit for unit in Unit.objects.all()}
    charges: dict[tuple[str, str, str], list[Charge]] = {}
    for charge in Charge.objects.select_related("leader", "unit").order_by("pk"):
        key = (charge.leader.code, charge.unit.code, charge.kind)
        charges.setdefault(key, []).append(charge)
    leaders, places = CodeBook(persons), CodeBook(units)
    check_doubles(rows, "leader", _key)
    planned = []
    for row in rows:
        each = Planned(row)
        planned.append(each)
        check_period(row)
        if leaders.check_known(row, "leader", _("人员编号")):
            name = persons[row.get("leader")].name
            if row.get("name") and row.get("name") != name:
                row.tell(
                    "name", _("这个编号是“%(name)s”。") % {"name": name}, _("请核对编号和姓名。")
                )
        if places.check_known(row, "unit", _("单位编码")):
            _check_unit(row, units[row.get("unit")], reach.covers(units[row.get("unit")]))
        found = charges.get((row.get("leader"), row.get("unit"), row.get("kind")), [])
        each.subject = _match(row, found)
        if each.subject is None:
            each.is_new = True
        else:
            each.compare("since", each.subject.since)
            each.compare("until", each.subject.until)
    return planned


def _key(row: Row) -> object:
    return tuple(row.get(column) for column in ("leader", "unit", "kind", "since"))


def _match(row: Row, found: list[Charge]) -> Charge | None:
    for charge in found:
        if charge.since is not None and charge.since.isoformat() == row.get("since"):
            return charge
    return next((charge for charge in found if charge.until is None), None)


def _check_unit(row: Row, unit: Unit, covered: bool) -> None:
    if not covered:
        row.tell("unit", _("不在您管理的范围内。"), _("请由上级组织者办理。"))
    elif unit.abolished_on is not None and not row.get("until"):
        row.tell("unit", _("该单位已撤销。"), _("请填写截止日期，或改为存续的单位。"))
