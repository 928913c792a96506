"""What becomes of each row of a ledger that is brought in: worked out without writing anything.

An entry that is there is corrected in its words only. Where it stands, by when it is due, how far
it is and whose it is are the business of the verbs, with the two people that they ask for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.ledger.enums import OPEN, EntryState
from pingyi.apps.ledger.models import Campaign, Entry
from pingyi.apps.ledger.queries import AT_A_TIME
from pingyi.apps.ledger.sheets.table import NEW_STATES, OWN, table_of
from pingyi.apps.ledger.sheets.units import UnitBook, parts_of
from pingyi.apps.people.models import Account, Unit
from pingyi.apps.people.queries.plans.planned import Planned, check_doubles, check_length
from pingyi.apps.people.queries.scope import homes_of
from pingyi.base.drafts import RowState
from pingyi.base.figures import day as shown_day
from pingyi.base.sheets.columns import CLEAR, BadCell, Table, narrow, read_cell, show_cell
from pingyi.base.sheets.reading import Row

LENGTHS = {
    "title": 300,
    "text": 3000,
    "category": 60,
    "person_name": 60,
    "measures": 5000,
    "source_title": 200,
}
OWN_LENGTH = 300
WORDS = ("title", "text", "kind", "category", "source_title")
"""What the import corrects, beside a campaign's own columns."""


@dataclass
class PlannedEntry(Planned):
    """A row, with the units that it names. ``subject`` is the entry that is there."""

    unit: Unit | None = None
    supports: list[Unit] = field(default_factory=list)

    @property
    def seen(self) -> int | None:
        """The version that would be corrected."""
        return self.subject.version if self.state == RowState.CHANGED else None

    def text(self, key: str) -> str:
        """A cell of a new row; cleared is empty."""
        cell = self.row.get(key)
        return "" if cell == CLEAR else cell

    def day(self, key: str) -> date | None:
        """A day of a row without problems."""
        cell = self.text(key)
        return date.fromisoformat(cell) if cell else None


def plan_entries(rows: list[Row], campaign: Campaign, account: Account) -> list[PlannedEntry]:
    """The plan of every row, in the order of the rows, in a number of statements that grows with
    every five hundred rows only."""
    return list(_Planner(rows, campaign, account).plan())


class _Planner:
    def __init__(self, rows: list[Row], campaign: Campaign, account: Account) -> None:
        self.rows, self.campaign = rows, campaign
        self.table: Table = table_of(campaign)
        self.columns = {column.key: column for column in self.table.columns}
        self.units = UnitBook()
        self.today = timezone.localdate()
        self.there = {
            entry.number: entry
            for entry in _found("number", (row.get("number") for row in rows), prefetch=True)
        }
        self.homes = homes_of(account)
        fresh = (row.get("title") for row in rows if not row.get("number"))
        self.twins = {
            _mark(one.title, one.text, one.lead_unit_id): one.number
            for one in _found("title", fresh, campaign=campaign)
        }

    def plan(self) -> Iterator[PlannedEntry]:
        check_doubles(self.rows, "number", lambda row: row.get("number") or None)
        own = {key: OWN_LENGTH for key in self.columns if key.startswith(OWN)}
        planned = []
        for row in self.rows:
            check_length(row, **LENGTHS, **own)
            planned.append(self._existing(row) if row.get("number") else self._new(row))
        self._check_twins(planned)
        return iter(planned)

    # Entries that are there

    def _existing(self, row: Row) -> PlannedEntry:
        entry = self.there.get(row.get("number"))
        plan = PlannedEntry(row, subject=entry)
        if entry is None:
            row.tell(
                "number",
                _("台账里没有编号“%(number)s”。") % {"number": row.get("number")},
                _("新事项请把编号留空；原有编号可放进自设栏目。"),
            )
            return plan
        if entry.campaign_id != self.campaign.pk:
            row.tell(
                "number",
                _("%(number)s属于专项“%(campaign)s”。")
                % {"number": entry.number, "campaign": entry.campaign.title},
                _("请在那个专项下导入。"),
            )
            return plan
        for key, mend in _fixed():
            self._compare_fixed(plan, entry, key, mend)
        for key in WORDS:
            self._compare(plan, key, getattr(entry, key))
        for key in self.columns:
            if key.startswith(OWN):
                self._compare(plan, key, entry.extra.get(key.removeprefix(OWN), ""))
        self._check_offered(plan, {change[0] for change in plan.changes})
        self._check_correctable(plan, entry)
        return plan

    def _compare(self, plan: PlannedEntry, key: str, before: object) -> None:
        plan.compare(key, self._written(key, before))

    def _written(self, key: str, value: object) -> str:
        """A value of the database in the way in which the table writes it."""
        text = "" if value is None else str(value)
        try:
            return read_cell(self.columns[key], text)
        except BadCell:
            return text

    def _compare_fixed(self, plan: PlannedEntry, entry: Entry, key: str, mend: str) -> None:
        cell = plan.row.get(key)
        if not cell or any(problem.column == key for problem in plan.row.problems):
            return
        if key == "lead_unit":
            same = self.units.is_called(cell, entry.lead_unit, entry.lead_title)
            now = entry.lead_title
        elif key == "supports":
            now = "、".join(one.title for one in entry.supports.all())
            same = self._same_supports(cell, entry)
        else:
            now = show_cell(self.columns[key], self._written(key, getattr(entry, key)))
            same = cell == self._written(key, getattr(entry, key))
        if not same:
            plan.row.tell(
                key,
                _("与台账不同：台账为“%(now)s”，导入不改。") % {"now": now or _("（空）")},
                mend,
            )

    def _same_supports(self, cell: str, entry: Entry) -> bool:
        names = parts_of(cell)
        helpers = list(entry.supports.all())
        return len(names) == len(helpers) and all(
            any(self.units.is_called(name, one.unit, one.title) for one in helpers)
            for name in names
        )

    def _check_correctable(self, plan: PlannedEntry, entry: Entry) -> None:
        if plan.row.get("kind") == CLEAR:
            plan.row.tell("kind", _("类型不能清空。"), _("请填写，或留空不改。"))
        if not plan.changes:
            return
        if entry.source_kind and plan.changed("source_title"):
            plan.row.tell("source_title", _("来源由系统记下，不能更正。"), _("请改回，或留空。"))
        if entry.state not in OPEN:
            plan.row.tell(
                "",
                _("%(number)s%(state)s，不能更正。")
                % {"number": entry.number, "state": entry.get_state_display()},
                _("确需更正的，先恢复或重新挂账。"),
            )
        helpers = [one.unit for one in entry.supports.all()]
        responsible = (entry.lead_unit, *helpers)
        if any(unit is not None and self.homes.cover(unit) for unit in responsible):
            plan.row.tell(
                "",
                _("%(number)s由您所在的单位负责，不能由您更正。") % {"number": entry.number},
                _("请由责任单位以外的督办人员办理。"),
            )

    # New ones

    def _new(self, row: Row) -> PlannedEntry:
        plan = PlannedEntry(row, is_new=True)
        if name := plan.text("lead_unit"):
            plan.unit = self.units.find(row, "lead_unit", name)
        names = parts_of(plan.text("supports"))
        found = (self.units.find(row, "supports", name) for name in names)
        helpers = {unit.pk: unit for unit in found if unit is not None and unit != plan.unit}
        plan.supports = list(helpers.values())
        self._check_offered(plan, set(row.cells))
        if not row.problems:
            for check in (_check_state, _check_days, _check_progress):
                check(plan, self.today)
        return plan

    def _check_offered(self, plan: PlannedEntry, keys: Iterable[str]) -> None:
        """What is to be chosen is one of what is offered."""
        for key in keys:
            column = self.columns[key]
            cell = plan.text(key)
            if not cell or not column.choices or cell in column.choices:
                continue
            plan.row.tell(
                key,
                _("没有“%(text)s”这一项。") % {"text": cell},
                _("请从下列各项中选择：%(choices)s。") % {"choices": "、".join(column.choices)},
            )

    def _check_twins(self, planned: Sequence[PlannedEntry]) -> None:
        """A new row that says of the same unit word for word what is there already: the table was
        brought in before, or has it twice."""
        marks = [
            _mark(one.text("title"), one.text("text"), one.unit.pk if one.unit else None)
            for one in planned
        ]
        often = Counter(mark for mark, one in zip(marks, planned, strict=True) if one.is_new)
        first: dict[Any, int] = {}
        for mark, one in zip(marks, planned, strict=True):
            if not one.is_new or one.row.problems:
                continue
            if mark in self.twins:
                one.row.tell(
                    "title",
                    _("台账里已有同一单位的同一事项%(number)s。") % {"number": self.twins[mark]},
                    _("是同一件的填上编号；不是的，请在内容里写明区别。"),
                )
            elif often[mark] > 1 and first.setdefault(mark, one.row.number) != one.row.number:
                one.row.tell(
                    "title",
                    _("与第%(row)s行重复。") % {"row": first[mark]},
                    _("请删去一行，或在内容里写明区别。"),
                )


def _mark(title: str, text: str, unit: int | None) -> tuple[str, str, int | None]:
    return narrow(title), narrow(text), unit


def _found(
    name: str, values: Iterable[str], prefetch: bool = False, **where: object
) -> Iterator[Entry]:
    keys = sorted({value for value in values if value})
    for start in range(0, len(keys), AT_A_TIME):
        rows = Entry.objects.filter(**{f"{name}__in": keys[start : start + AT_A_TIME]}, **where)
        if prefetch:
            rows = rows.select_related("campaign", "lead_unit").prefetch_related("supports__unit")
        yield from rows


def _fixed() -> tuple[tuple[str, str], ...]:
    """What an import doesn't change, and where it is done."""
    assign = _("请在事项页“分派”。")
    steps = _("请在事项页按认领、整改、申请销号、验收、销号逐步办理。")
    plan = _("由牵头单位在事项页“制定整改措施”里改。")
    return (
        ("lead_unit", assign),
        ("supports", assign),
        ("person_name", plan),
        ("measures", plan),
        ("registered_on", _("请改回，或留空。")),
        ("due_on", _("由牵头单位“申请延期”，或由督办人“分派”时改。")),
        ("progress", _("由牵头单位在事项页“填报进展”。")),
        ("state", steps),
        ("closed_on", steps),
    )


Check = Callable[[PlannedEntry, date], None]


def _check_state(plan: PlannedEntry, today: date) -> None:
    state = plan.text("state") or EntryState.REGISTERED
    if state not in NEW_STATES:
        offered = "、".join(str(one.label) for one in NEW_STATES)
        plan.row.tell(
            "state",
            _("新事项不能从“%(state)s”开始。") % {"state": EntryState(state).label},
            _("请从下列各项中选择：%(choices)s。") % {"choices": offered},
        )
    elif state in (EntryState.ACCEPTED, EntryState.RECTIFYING) and plan.unit is None:
        plan.row.tell("lead_unit", _("已认领的事项缺少牵头单位。"), _("请填写。"))
    closed = state == EntryState.CLOSED
    if closed and not plan.text("closed_on"):
        plan.row.tell("closed_on", _("已销号的事项缺少销号日期。"), _("请填写。"))
    elif plan.text("closed_on") and not closed:
        plan.row.tell("closed_on", _("没有销号，却填了销号日期。"), _("请删去，或改状态。"))


def _check_days(plan: PlannedEntry, today: date) -> None:
    registered = plan.day("registered_on") or today
    for key in ("registered_on", "closed_on"):
        found = plan.day(key)
        if found is not None and found > today:
            plan.row.tell(
                key,
                _("日期%(day)s还没有到。") % {"day": shown_day(found)},
                _("请填写今天或以前的日期。"),
            )
    for key in ("due_on", "closed_on"):
        found = plan.day(key)
        if key == "due_on" and not plan.text("registered_on"):
            continue  # an old entry without its day: what is late, is late
        if found is not None and found < registered:
            plan.row.tell(
                key,
                _("早于挂账日期%(day)s。") % {"day": shown_day(registered)},
                _("请核对两个日期；挂账日期留空的，按今天。"),
            )


def _check_progress(plan: PlannedEntry, today: date) -> None:
    percent = int(plan.text("progress") or 0)
    state = plan.text("state") or EntryState.REGISTERED
    if percent > 100:
        plan.row.tell("progress", _("进度是0到100之间的整数。"), _("请改正。"))
    elif state == EntryState.CLOSED and plan.text("progress") and percent < 100:
        plan.row.tell("progress", _("已销号的事项进度不到100。"), _("请改正，或留空。"))
    elif state in (EntryState.REGISTERED, EntryState.ACCEPTED) and percent:
        plan.row.tell("progress", _("还没有开始整改，却有进度。"), _("请删去，或改为“整改中”。"))
