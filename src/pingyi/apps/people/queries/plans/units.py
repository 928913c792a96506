"""The plan of a table of units. Parents may stand after their children; circles are told."""

from __future__ import annotations

from django.utils.translation import gettext as _

from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account, Unit
from pingyi.apps.people.queries.plans.planned import (
    CodeBook,
    Planned,
    check_code,
    check_doubles,
    check_length,
    check_numbers,
)
from pingyi.apps.people.queries.scope import Reach, reach_of
from pingyi.apps.people.rules.tables import TOP
from pingyi.base.sheets.reading import Row

FACTS = ("kind", "short_title", "population", "sort_order", "contact")


def plan_units(rows: list[Row], account: Account) -> list[Planned]:
    """New units, changed facts, titles and parents; refused beyond the account's reach."""
    return _Plan(rows, reach_of(account, Role.ORGANISER)).make()


class _Plan:
    def __init__(self, rows: list[Row], reach: Reach) -> None:
        self.reach = reach
        self.units: dict[str, Unit] = {unit.code: unit for unit in Unit.objects.all()}
        by_path = {unit.path: unit.code for unit in self.units.values()}
        self.parents: dict[str, str] = {
            unit.code: by_path.get(unit.path[: -Unit.steplen], "") for unit in self.units.values()
        }
        self.planned = [Planned(row, subject=self.units.get(row.get("code"))) for row in rows]
        self.by_code = {each.row.get("code"): each for each in self.planned}

    def make(self) -> list[Planned]:
        rows = [each.row for each in self.planned]
        book = CodeBook(self.units)
        check_numbers(rows, "code", book)
        for each in self.planned:
            check_code(each.row, "code")
            check_length(each.row, title=120, short_title=40, contact=200)
        check_doubles(rows, "code", lambda row: row.get("code") or None)
        everything = CodeBook([*self.units, *self.by_code])
        for each in self.planned:
            self._check_parent(each, everything)
            if each.subject is None:
                self._plan_new(each)
            else:
                self._plan_changes(each)
        self._check_circles()
        self._follow_errors()
        return self.planned

    def _check_parent(self, each: Planned, book: CodeBook) -> None:
        code = each.row.get("parent")
        if not code or code == TOP:
            return
        if book.check_known(each.row, "parent", _("上级编码")):
            unit = self.units.get(code)
            if unit is not None and unit.abolished_on is not None:
                each.row.tell("parent", _("上级单位已撤销。"), _("请改为存续的单位。"))

    def _plan_new(self, each: Planned) -> None:
        each.is_new = True
        row = each.row
        if not row.get("parent"):
            row.tell("parent", _("缺少上级编码。"), _("顶层单位请填“%(top)s”。") % {"top": TOP})
        elif not self._covers_new(row.get("parent")):
            row.tell("parent", _("不在您管理的范围内。"), _("请由上级组织者办理。"))

    def _covers_new(self, parent: str) -> bool:
        """Does the account reach the place, through new parents up to one that exists?"""
        seen = set()
        while parent not in self.units and parent in self.by_code and parent not in seen:
            seen.add(parent)
            parent = self.by_code[parent].row.get("parent")
        if parent == TOP:
            return self.reach.everything
        unit = self.units.get(parent)
        return unit is None or self.reach.covers(unit)

    def _plan_changes(self, each: Planned) -> None:
        unit, row = each.subject, each.row
        if not self.reach.covers(unit):
            row.tell("code", _("这个编码已被您管理范围以外的单位使用。"), _("请换一个编码。"))
            return
        if unit.abolished_on is not None:
            row.tell("code", _("该单位已撤销，不能修改。"), _("请删去这一行。"))
            return
        each.compare("title", unit.title)
        for column in FACTS:
            each.compare(column, getattr(unit, column))
        before, after = self.parents[unit.code], row.get("parent")
        after = "" if after == TOP else after or before
        if after != before:
            each.changes.append(["parent", before, after])
            target = self.units.get(after)
            if not (self.reach.covers(target) if target else self._covers_new(after)):
                row.tell("parent", _("不在您管理的范围内。"), _("请由上级组织者办理。"))
            if not after and not self.reach.everything:
                row.tell("parent", _("不能把单位移到顶层。"), _("请由上级组织者办理。"))

    def _check_circles(self) -> None:
        above = dict(self.parents)
        for code, each in self.by_code.items():
            parent = each.row.get("parent")
            if parent or code not in above:
                above[code] = "" if parent == TOP else parent
        done: set[str] = set()
        for start in self.by_code:
            trail: list[str] = []
            code = start
            while code and code not in done and code not in trail:
                trail.append(code)
                code = above.get(code, "")
            if code in trail:
                self._tell_circle(trail[trail.index(code) :])
            done.update(trail)

    def _tell_circle(self, circle: list[str]) -> None:
        shown = " → ".join([*circle, circle[0]])
        for code in circle:
            if code in self.by_code:
                self.by_code[code].row.tell(
                    "parent",
                    _("上下级绕成了圈：%(circle)s。") % {"circle": shown},
                    _("请改正其中一行的上级编码。"),
                )

    def _follow_errors(self) -> None:
        """A row below a new unit whose own row is wrong cannot be taken in either."""
        below: dict[str, list[Planned]] = {}
        for each in self.planned:
            below.setdefault(each.row.get("parent"), []).append(each)
        front = [each for each in self.planned if each.row.problems and each.is_new]
        while front:
            wrong = front.pop()
            for each in below.get(wrong.row.get("code"), []):
                if not each.row.problems:
                    each.row.tell(
                        "parent",
                        _("上级单位在第%(row)s行，那一行有误。") % {"row": wrong.row.number},
                        _("改正那一行即可。"),
                    )
                    if each.is_new:
                        front.append(each)
