"""Lists: order, pages, keyset pages, exports of what is shown."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from urllib.parse import parse_qs

import openpyxl
import pytest
from django.http import HttpRequest, QueryDict
from django.test import RequestFactory

from pingyi.base import export, paging
from pingyi.base.columns import Column
from pingyi.base.errors import Invalid
from pingyi.base.export import Sheet
from pingyi.base.listing import Chip, Listing, Shown
from pingyi.base.models import AuditEntry

COLUMNS = (
    Column("number", "序号", sort="number", kind="number"),
    Column("actor_name", "姓名", sort="actor_name"),
    Column("at", "时间", sort="at", kind="moment"),
)


def entries(total: int) -> None:
    AuditEntry.objects.bulk_create(
        AuditEntry(
            number=number,
            at=datetime(2026, 11, 22, 6, 5, number % 7, tzinfo=UTC),
            actor="li",
            actor_name=f"名{number % 3}",
            verb="test",
            digest=f"{number:064}",
            previous="",
        )
        for number in range(1, total + 1)
    )


def listing(**options: object) -> Listing:
    return Listing(
        **{
            "title": "审计",
            "rows": AuditEntry.objects.all(),
            "columns": COLUMNS,
            "order": "number",
            **options,
        }
    )


def ask(query: str = "") -> HttpRequest:
    return RequestFactory().get(f"/list/?{query}")


def numbers(shown: Shown) -> list[int]:
    return [int(str(row.key)) for row in shown.page_rows]


@pytest.mark.django_db
def test_pages_and_order() -> None:
    entries(60)
    assert numbers(Shown(listing(), ask())) == list(range(1, 26))
    assert numbers(Shown(listing(), ask("page=3"))) == list(range(51, 61))
    assert numbers(Shown(listing(), ask("page=99"))) == list(range(51, 61))
    assert numbers(Shown(listing(), ask("sort=-number")))[:2] == [60, 59]
    assert numbers(Shown(listing(), ask("sort=digest"))) == list(range(1, 26)), "not sortable"
    links = Shown(listing(), ask("page=2&x=1")).pager.links
    assert [str(link.title) for link in links] == [
        "首页",
        "上一页",
        "1",
        "2",
        "3",
        "下一页",
        "末页",
    ]
    assert parse_qs(links[-1].query) == {"page": ["3"], "x": ["1"]}
    assert Shown(listing(), ask()).pager.links[0].query == "", "the first page leads not to itself"


@pytest.mark.django_db
@pytest.mark.parametrize("sort", ["number", "-number", "actor_name", "-at"])
def test_keyset_pages_equal_counted_pages(sort: str) -> None:
    entries(61)
    whole = [
        number
        for page in range(1, 8)
        for number in numbers(Shown(listing(size=10), ask(f"sort={sort}&page={page}")))
    ]
    assert len(whole) == 61
    seen: list[int] = []
    query = f"sort={sort}"
    firsts = []
    while query:
        shown = Shown(listing(size=10, keyset=True), ask(query))
        assert shown.pager.total is None
        seen += numbers(shown)
        firsts.append(numbers(shown))
        query = shown.pager.links[2].query
    assert seen == whole
    back = shown.pager.links[1].query
    assert numbers(Shown(listing(size=10, keyset=True), ask(back))) == firsts[-2]
    last = Shown(listing(size=10, keyset=True), ask(f"sort={sort}")).pager.links[3].query
    assert numbers(Shown(listing(size=10, keyset=True), ask(last))) == whole[-10:]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "position", ["after=nonsense", "after=WyJ4IiwieSJd", "before=W10", "after="]
)
def test_an_unreadable_position_is_the_first_page(position: str) -> None:
    entries(30)
    query = position.replace("before", "after")
    assert numbers(Shown(listing(keyset=True), ask(query)))[0] == 1
    assert Shown(listing(keyset=True), ask(position)).page_rows


@pytest.mark.django_db
def test_as_many_queries_for_three_rows_as_for_thirty(django_assert_num_queries) -> None:
    entries(30)
    with django_assert_num_queries(2):
        numbers(Shown(listing(), ask()))
    with django_assert_num_queries(1):
        numbers(Shown(listing(keyset=True), ask()))


@pytest.mark.django_db
def test_chips_are_active_where_they_are_the_filter() -> None:
    shown = Shown(listing(chips=(Chip("全部", ""), Chip("李", "actor=li"))), ask("actor=li&page=2"))
    assert [chip["active"] for chip in shown.shown_chips] == [False, True]


@pytest.mark.django_db
@pytest.mark.parametrize(("on_phones", "css"), [(True, ""), (False, "d-none d-md-table-cell")])
def test_a_column_may_be_left_out_on_phones(on_phones: bool, css: str) -> None:
    """Then the others fit there."""
    entries(1)
    columns = (*COLUMNS[:1], Column("actor_name", "姓名", on_phones=on_phones))
    shown = Shown(listing(columns=columns), ask())
    assert [head.css for head in shown.heads] == ["is-number", css]
    assert [cell.css for cell in shown.page_rows[0].cells] == ["is-number", css]
    assert shown.fits is not on_phones


@pytest.mark.django_db
def test_export_is_what_is_shown() -> None:
    entries(30)
    answer = listing(period="2026年").respond(ask("sort=-number&export=csv"))
    assert "filename*=utf-8''" in answer["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert rows[0] == ["序号", "姓名", "时间"]
    assert [row[0] for row in rows[1:]] == [str(n) for n in range(30, 0, -1)]
    assert rows[1][2] == "2026年11月22日 14:05"

    book = openpyxl.load_workbook(
        io.BytesIO(listing(period="2026年").respond(ask("export=xlsx")).getvalue())
    )
    sheet = book.active
    assert sheet["A1"].value == "审计"
    assert sheet["A2"].value.startswith("时期：2026年")
    assert "打印时间：" in sheet["A2"].value
    assert [cell.value for cell in sheet[3]] == ["序号", "姓名", "时间"]
    assert sheet["A4"].value == 1
    assert sheet["C4"].value == datetime(2026, 11, 22, 14, 5, 1)
    assert sheet.max_row == 33
    assert sheet.print_title_rows == "$1:$3"
    assert "&P" in sheet.oddFooter.center.text
    with pytest.raises(Invalid):
        listing().respond(ask("export=pdf"))


DANGEROUS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "=cmd|' /C calc'!A0")
ONE = (Column("text", "=标题"),)


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_becomes_a_formula(text: str) -> None:
    rows = [SimpleNamespace(text=text)]
    plain = export.write_csv(Sheet("表", ONE), rows).decode("utf-8-sig")
    assert all(cell[0].startswith("'") for cell in csv.reader(io.StringIO(plain, newline="")))
    book = openpyxl.load_workbook(io.BytesIO(export.write_xlsx(Sheet("=表", ONE), rows)))
    for place in ("A1", "A3", "A4"):
        assert book.active[place].data_type == "s", place


@pytest.mark.parametrize(
    ("value", "csv_text", "xlsx"),
    [
        (Decimal("-1.50"), "-1.50", -1.5),
        (12, "12", 12),
        (110101199003070000, "110101199003070000", "110101199003070000"),
        (True, "是", "是"),
        (None, "", None),
        (date(2026, 1, 2), "2026年1月2日", datetime(2026, 1, 2)),
        ("00123", "00123", "00123"),
    ],
)
def test_values_keep_their_kind(value: object, csv_text: str, xlsx: object) -> None:
    rows = [SimpleNamespace(text=value)]
    lines = export.write_csv(Sheet("表", ONE), rows).decode("utf-8-sig").splitlines()
    assert lines[1].strip('"') == csv_text
    book = openpyxl.load_workbook(io.BytesIO(export.write_xlsx(Sheet("a/b:c", ONE), rows)))
    assert book.active["A4"].value == xlsx


def test_a_column_follows_relations_and_stops_at_nothing() -> None:
    column = Column("unit.title", "单位")
    assert column.of(SimpleNamespace(unit=SimpleNamespace(title="水利局"))) == "水利局"
    assert column.of(SimpleNamespace(unit=None)) is None


def test_a_query_keeps_its_filters() -> None:
    assert paging.without(QueryDict("a=1&page=2&export=csv"), "export", sort="b") == "a=1&sort=b"
