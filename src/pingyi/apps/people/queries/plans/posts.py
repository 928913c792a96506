"""The plan of a table of persons in posts: one row for each post that a person holds or held."""

from __future__ import annotations

from django.utils.translation import gettext as _

from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account, Person, Post, Tenure, Unit
from pingyi.apps.people.queries.plans.planned import (
    CodeBook,
    Planned,
    check_code,
    check_doubles,
    check_length,
    check_numbers,
)
from pingyi.apps.people.queries.scope import reach_of
from pingyi.base.sheets.columns import CLEAR
from pingyi.base.sheets.reading import Row

PERSON_FACTS = ("name", "surname_strokes", "contact")
MOST_STROKES = 64
Key = tuple[str, str, str]
"""Person, unit, title of the post."""


def plan_posts(rows: list[Row], account: Account) -> list[Planned]:
    """New persons and tenures, changed facts, tenures that end."""
    return _Plan(rows, account).make()


class _Plan:
    def __init__(self, rows: list[Row], account: Account) -> None:
        self.reach = reach_of(account, Role.ORGANISER)
        self.planned = [Planned(row) for row in rows]
        self.persons = {person.code: person for person in Person.objects.all()}
        self.units: dict[str, Unit] = {unit.code: unit for unit in Unit.objects.all()}
        self.posts = {(p.unit.code, p.title): p for p in Post.objects.select_related("unit")}
        self.kinds: dict[tuple[str, str], tuple[str, int]] = {}
        self.tenures: dict[Key, list[Tenure]] = {}
        for tenure in Tenure.objects.select_related("person", "post__unit").order_by("pk"):
            key = (tenure.person.code, tenure.post.unit.code, tenure.post.title)
            self.tenures.setdefault(key, []).append(tenure)

    def make(self) -> list[Planned]:
        rows = [each.row for each in self.planned]
        check_numbers(rows, "person", CodeBook(self.persons))
        for row in rows:
            check_code(row, "person")
            check_length(row, name=60, post=60, contact=200)
            strokes = row.get("surname_strokes")
            if strokes.isdecimal() and not 0 < int(strokes) <= MOST_STROKES:
                row.tell("surname_strokes", _("笔画数不对。"), _("请填写1到64。"))
        check_doubles(rows, "person", _tenure_key)
        self._check_agreement(rows)
        book = CodeBook(self.units)
        for each in self.planned:
            person = self.persons.get(each.row.get("person"))
            each.is_new = person is None
            if person is not None:
                for column in PERSON_FACTS:
                    each.compare(column, getattr(person, column))
            if each.row.get("unit") or each.row.get("post"):
                self._plan_tenure(each, book)
            check_period(each.row)
        return self.planned

    def _check_agreement(self, rows: list[Row]) -> None:
        """Rows of one person must say the same of that person."""
        first: dict[tuple[str, str], Row] = {}
        for row in rows:
            for column in PERSON_FACTS:
                cell = row.get(column)
                if not cell:
                    continue
                other = first.setdefault((row.get("person"), column), row)
                if other.get(column) != cell:
                    words = _("与第%(row)s行同一编号，内容不同：“%(text)s”。")
                    mend = _("请核对是不是同一个人。")
                    row.tell(column, words % {"row": other.number, "text": other.get(column)}, mend)
                    other.tell(column, words % {"row": row.number, "text": cell}, mend)

    def _plan_tenure(self, each: Planned, book: CodeBook) -> None:
        row = each.row
        for column, title in (("unit", _("单位编码")), ("post", _("职务"))):
            if not row.get(column):
                row.tell(column, _("缺少%(title)s。") % {"title": title}, _("任职的两项都要填写。"))
                return
        if not book.check_known(row, "unit", _("单位编码")):
            return
        unit = self.units[row.get("unit")]
        if not self.reach.covers(unit):
            row.tell("unit", _("不在您管理的范围内。"), _("请由上级组织者办理。"))
        self._check_kind(row)
        tenure = self._match(row)
        if tenure is not None:
            each.subject = tenure
            each.compare("since", tenure.since)
            each.compare("until", tenure.until)
            return
        each.is_new = True
        if unit.abolished_on is not None and not row.get("until"):
            row.tell("unit", _("该单位已撤销。"), _("请填写免职日期，或改为存续的单位。"))

    def _match(self, row: Row) -> Tenure | None:
        """The tenure that a row is about: one of that beginning, else the open one."""
        key = (row.get("person"), row.get("unit"), row.get("post"))
        tenures = self.tenures.get(key, [])
        for tenure in tenures:
            if tenure.since is not None and tenure.since.isoformat() == row.get("since"):
                return tenure
        return next((tenure for tenure in tenures if tenure.until is None), None)

    def _check_kind(self, row: Row) -> None:
        place = (row.get("unit"), row.get("post"))
        kind = row.get("kind")
        known = self.posts.get(place)
        if known is not None:
            if kind and kind != known.kind:
                row.tell(
                    "kind",
                    _("%(post)s的职务类别是“%(kind)s”。")
                    % {"post": known, "kind": known.get_kind_display()},
                    _("请改为这一类别，或换一个职务名称。"),
                )
            return
        if kind == CLEAR or (not kind and place not in self.kinds):
            row.tell("kind", _("新的职务缺少职务类别。"), _("请选择。"))
            return
        first = self.kinds.setdefault(place, (kind, row.number))
        if kind and first[0] != kind:
            row.tell(
                "kind",
                _("与第%(row)s行同一职务，类别不同。") % {"row": first[1]},
                _("请改为一致。"),
            )


def _tenure_key(row: Row) -> object:
    key = tuple(row.get(column) for column in ("person", "unit", "post", "since"))
    return key if row.get("person") else None


def check_period(row: Row) -> None:
    since, until = row.get("since"), row.get("until")
    if since and until and CLEAR not in {since, until} and until < since:
        row.tell("until", _("早于起始日期%(since)s。") % {"since": since}, _("请核对两个日期。"))
