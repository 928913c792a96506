"""A ledger that comes in from a table, and goes out again."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from tests.apps.ledger.hands import Town, now, past, today
from tests.apps.ledger.test_pages import client_of
from tests.apps.people.ground import account, unit
from tests.apps.people.tables import as_csv, as_xlsx

from pingyi.apps.ledger import actions
from pingyi.apps.ledger.actions import Facts, Owner, imports
from pingyi.apps.ledger.enums import ColumnKind, EntryState, Light
from pingyi.apps.ledger.models import Entry, EntryDraft
from pingyi.apps.ledger.models.campaigns import OwnColumn
from pingyi.apps.ledger.sheets.table import table_of
from pingyi.apps.notices.models import Notice
from pingyi.apps.people.enums import Role
from pingyi.base import audit
from pingyi.base.drafts import RowState
from pingyi.base.errors import Conflict, Refused
from pingyi.base.models import AuditEntry
from pingyi.base.sheets.templates import write_template

pytestmark = pytest.mark.django_db

HEAD = ("编号", "事项", "牵头单位", "状态", "完成期限", "进度（%）", "销号日期", "挂账日期")
OWN = (
    OwnColumn("资金", "资金", ColumnKind.NUMBER),
    OwnColumn("层级", "层级", ColumnKind.CHOICE, ("市级", "县级")),
    OwnColumn("验收日", "验收日", ColumnKind.DAY),
)


@pytest.fixture
def town() -> Town:
    return Town()


def upload(
    town: Town, rows: Sequence[Sequence[Any]], head: Sequence[str] = HEAD, **how: Any
) -> EntryDraft:
    return bring(town, as_csv(rows, head), "台账.csv", **how)


def bring(town: Town, content: bytes, name: str, by: Any = None) -> EntryDraft:
    return imports.upload_entries(
        by=by or town.organiser, campaign=town.campaign, file_name=name, content=content
    )


def told(draft: EntryDraft) -> dict[int, str]:
    return {
        row.number: "".join(f"{p['column']}：{p['what']}{p['mend']}" for p in row.problems)
        for row in draft.rows.filter(state=RowState.ERROR)
    }


def states(draft: EntryDraft) -> list[str]:
    return [row.state for row in draft.rows.all()]


def commit(town: Town, draft: EntryDraft, **how: Any) -> imports.Outcome:
    return imports.commit_entries(by=town.organiser, draft=draft, **how)


def own_columns(town: Town) -> None:
    town.campaign = actions.save_campaign(
        by=town.organiser,
        campaign=town.campaign,
        facts={},
        categories=["防汛", "供水"],
        columns=OWN,
    )


def test_an_old_ledger_with_merged_cells_and_dates_in_words_comes_in(town: Town) -> None:
    """As officers keep it: a title above, the unit merged over its rows, days in any writing."""
    head = ["", "事项", "责任单位", "协办单位", "整改期限", "挂账日期", "状态", "销号日期"]
    title = ["述职评议问题整改台账", *[""] * 7]
    water = "云州市水利局"
    rows = [
        head,
        ["", "清淤滞后", water, "002", "2016年9月30日", "2016.7.1", "整改中", ""],
        ["", "水库渗漏", "", "", 42643, "20160701", "已销号", "2016/8/15"],
        ["", "泵站停机", "", "", "2016-12-31", "", "", ""],
    ]
    draft = bring(town, as_xlsx(rows, title, merge=[(2, 2, 4, 2)]), "台账.xlsx")
    assert told(draft) == {}
    assert commit(town, draft) == imports.Outcome(3, 0, 0)
    first, second, third = Entry.objects.order_by("pk")
    assert [one.lead_unit for one in (first, second, third)] == [town.water] * 3
    assert [one.title for one in first.support_units.all()] == ["云州市卫生计生委"]
    assert (first.registered_on, first.due_on) == (date(2016, 7, 1), date(2016, 9, 30))
    assert (first.state, first.light) == (EntryState.RECTIFYING, Light.RED)
    assert second.due_on == date(2016, 9, 30)
    assert (second.state, second.closed_on, second.progress) == ("closed", date(2016, 8, 15), 100)
    assert (third.state, third.registered_on) == (EntryState.REGISTERED, today())
    assert first.leader == town.leader
    assert [one.number[-5:] for one in (first, second, third)] == ["00001", "00002", "00003"]


def test_what_was_closed_before_is_told_as_such(town: Town) -> None:
    rows = [["", "旧账", "001", "已销号", "", "", "2016-08-15", "2016-07-01"]]
    commit(town, upload(town, rows))
    imported = Entry.objects.get()
    words = "导入时已销号，未在本系统验收"
    browser = client_of(town.organiser)
    page = browser.get(reverse("ledger:entry", args=[imported.number])).content.decode()
    assert words in page
    story = AuditEntry.objects.get(verb="ledger.entry.imported")
    assert words in story.details["note"]
    assert story.subject_id == str(imported.pk)
    verified = town.closed()
    page = browser.get(reverse("ledger:entry", args=[verified.number])).content.decode()
    assert words not in page
    assert not list(audit.verify())


WRONG: dict[str, tuple[str, ...]] = {
    "没有单位“云州市天文局”": ("", "甲", "云州市天文局"),
    "不止一个": ("", "甲", "东村"),
    "已撤销": ("", "甲", "云州市卫生局"),
    "新事项不能从“申请销号”开始": ("", "甲", "001", "申请销号"),
    "已认领的事项缺少牵头单位": ("", "甲", "", "已认领"),
    "缺少销号日期": ("", "甲", "001", "已销号"),
    "却填了销号日期": ("", "甲", "001", "挂账", "", "", "2016-01-01", "2016-01-01"),
    "没有“好了”这一项": ("", "甲", "001", "好了"),
    "早于挂账日期": ("", "甲", "001", "", "2016-01-01", "", "", "2016-01-02"),
    "还没有到": ("", "甲", "001", "", "", "", "", "2099-01-01"),
    "不是日期": ("", "甲", "001", "", "下月底"),
    "0到100": ("", "甲", "001", "整改中", "", "101"),
    "却有进度": ("", "甲", "001", "挂账", "", "5"),
    "进度不到100": ("", "甲", "001", "已销号", "", "60", "2016-02-01", "2016-01-01"),
    "没有编号“2016-00001”": ("2016-00001", "甲", "001"),
    "缺少事项": ("", "", "001"),
    "超过300个": ("", "长" * 301, "001"),
}


@pytest.mark.parametrize("words", WRONG)
def test_what_is_wrong_with_a_row_is_told(town: Town, words: str) -> None:
    for parent, code in ((town.water, "11"), (town.health, "12")):
        unit(code, "东村", parent, "village")
    gone = unit("13", "云州市卫生局", town.root)
    gone.abolished_on = today()
    gone.save()
    draft = upload(town, [["", "好的一行", "001"], WRONG[words]])
    assert list(told(draft)) == [3]
    assert words in told(draft)[3]
    with pytest.raises(Conflict, match="还有1行有误"):
        commit(town, draft)
    assert commit(town, draft, skip_errors=True) == imports.Outcome(1, 0, 1)


def test_the_same_table_twice_enters_nothing_twice(town: Town) -> None:
    rows = [["", "清淤滞后", "001"], ["", "清淤滞后", "002"], ["", "清淤滞后", "001"]]
    draft, other = upload(town, rows), upload(town, rows[:1], by=town.inspector)
    assert list(told(draft)) == [4]
    assert "与第2行重复" in told(draft)[4]
    commit(town, draft, skip_errors=True)
    with pytest.raises(Conflict, match="第2行"):
        imports.commit_entries(by=town.inspector, draft=other)
    again = upload(town, rows)
    assert list(told(again)) == [2, 3, 4]
    assert Entry.objects.first().number in told(again)[3]  # type: ignore[union-attr]


FIXED = {
    "牵头单位": "002",
    "配合单位": "002",
    "责任人": "别人",
    "整改措施": "别的措施",
    "挂账日期": "2016-01-01",
    "完成期限": "2099-01-01",
    "进度（%）": "100",
    "状态": "已销号",
    "销号日期": "2016-01-01",
}


@pytest.mark.parametrize("title", FIXED)
def test_no_import_does_what_takes_a_verb(town: Town, title: str) -> None:
    """Nobody closes, moves or reassigns an entry by a table: two people, or its unit, do."""
    entry = town.rectifying()
    before = Entry.objects.filter(pk=entry.pk).values().get()
    draft = upload(town, [[entry.number, entry.title, FIXED[title]]], ["编号", "事项", title])
    assert "导入不改" in told(draft)[2]
    with pytest.raises(Conflict):
        commit(town, draft, skip_errors=True)
    assert Entry.objects.filter(pk=entry.pk).values().get() == before


def test_words_and_own_columns_are_corrected_by_number(town: Town) -> None:
    own_columns(town)
    entry, other = town.registered(), town.registered("另一件")
    head = ["事项", "编号", "内容", "分类", "资金", "层级", "验收日", "类型"]
    row = [
        "清淤严重滞后",
        entry.number,
        "一行\n二行",
        "防汛",
        "1,200.50",
        "市级",
        "2016年9月1日",
        "任务",
    ]
    draft = upload(town, [["另一件", other.number, *[""] * 6], row], head)
    assert states(draft) == ["same", "changed"]
    assert commit(town, draft) == imports.Outcome(0, 1, 0)
    after = now(entry)
    assert (after.title, after.text, after.category) == ("清淤严重滞后", "一行\n二行", "防汛")
    assert after.extra == {"资金": "1200.50", "层级": "市级", "验收日": "2016-09-01"}
    assert (after.kind, after.version, now(other).version) == ("task", entry.version + 1, 1)
    assert after.due_on == entry.due_on
    clear = upload(town, [["清淤严重滞后", entry.number, "清空", "", "清空", "", "", ""]], head)
    commit(town, clear)
    assert (now(entry).text, "资金" in now(entry).extra) == ("", False)
    wrong = upload(town, [["清淤", entry.number, "", "气象", "很多", "乡级", "", "清空"]], head)
    for words in ("没有“气象”这一项", "不是数字", "没有“乡级”这一项", "类型不能清空"):
        assert words in told(wrong)[2]


def test_who_changed_an_entry_meanwhile_is_not_written_over(town: Town) -> None:
    entry, other = town.registered(), town.registered("另一件")
    rows = [[other.number, "另一件改"], [entry.number, "表里的写法"]]
    draft = upload(town, rows, ["编号", "事项"])
    actions.edit(by=town.inspector, entry=entry, seen=1, facts=Facts(entry.title, "补充内容"))
    with pytest.raises(Conflict, match="涉及第3行"):
        commit(town, draft)
    assert now(other).title == "另一件"
    imports.plan_again(by=town.organiser, draft=draft)
    commit(town, draft)
    assert (now(entry).title, now(entry).text) == ("表里的写法", "补充内容")
    with pytest.raises(Conflict, match="已经提交过"):
        commit(town, draft)


def test_what_is_over_or_ones_own_or_elsewhere_is_not_corrected(town: Town) -> None:
    closed, own = town.closed(), town.registered("自己单位的")
    elsewhere = actions.register(
        by=town.organiser,
        campaign=actions.save_campaign(by=town.organiser, facts={"title": "别的专项"}),
        facts=Facts("别处"),
    )
    both = account("both", Role.ORGANISER)
    both.grants.create(role=Role.UNIT_HANDLER, unit=town.water, since=today())
    rows = [[one.number, "改写"] for one in (closed, own, elsewhere)]
    problems = told(upload(town, rows, ["编号", "事项"], by=both))
    assert "已销号" in problems[2]
    assert "您所在的单位" in problems[3]
    assert "别的专项" in problems[4]


def export(browser: Client, town: Town, kind: str, language: str) -> bytes:
    address = f"{reverse('ledger:index')}?campaign={town.campaign.pk}&export={kind}"
    answer: Any = browser.get(address, headers={"accept-language": language})
    return b"".join(answer.streaming_content)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_goes_out_comes_in_unchanged(town: Town, kind: str, language: str) -> None:
    own_columns(town)
    extra = {"资金": "1200.50", "层级": "市级", "验收日": "2016-09-01"}
    facts = Facts("=SUM(A1)", "-一行\r\n\r\n二行 ", category="不在专项里的类", extra=extra)
    entry = town.registered()
    actions.edit(by=town.organiser, entry=entry, seen=1, facts=facts)
    owner = Owner(town.water, [town.health], "余行之")
    actions.assign(by=town.organiser, entry=entry, owner=owner)
    for one in (town.applied(), town.closed(), past(town.rectifying(), 3)):
        assert one.pk
    town.registered("没有单位的", unit=None)
    content = export(client_of(town.organiser), town, kind, language)
    with translation.override(language):
        draft = bring(town, content, f"台账.{kind}")
    assert told(draft) == {}
    assert set(states(draft)) == {"same"}
    assert len(states(draft)) == 5


def test_statements_do_not_grow_with_the_rows(town: Town) -> None:
    """Three hundred rows more, as GB18030: some statements for each hundred, none for each row,
    those that come in closed with their second look among them."""
    counts = []
    for number in (20, 320):
        closed = ["已销号", "", "", today().isoformat()]
        rows = [
            ["", f"第{n}件，共{number}", f"00{n % 2 + 1}", *(closed if n % 2 else [])]
            for n in range(number)
        ]
        with CaptureQueriesContext(connection) as asked:
            commit(town, bring(town, as_csv(rows, HEAD, "gb18030"), "台账.csv"))
        counts.append(len(asked))
    assert Entry.objects.count() == 340
    assert counts[1] - counts[0] < 60, counts
    assert Notice.objects.filter(account=town.handler).count() == 2
    assert Entry.objects.filter(look_back_on__isnull=False).count() == 170


def test_the_pages_from_template_to_commit(town: Town) -> None:
    own_columns(town)
    browser = client_of(town.organiser)
    first: Any = browser.get(reverse("ledger:import_choose"), follow=True)
    assert "下载空白模板" in first.content.decode()
    template: Any = browser.get(reverse("ledger:import_template", args=[town.campaign.pk]))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(template.streaming_content)))
    heads = [cell.value for cell in book.worksheets[0][1]]
    assert heads[:2] == ["编号", "事项*"]
    assert heads[-3:] == ["资金", "层级", "验收日"]
    lists = [rule.formula1 for rule in book.worksheets[0].data_validations.dataValidation]
    assert '"防汛,供水"' in lists
    assert '"市级,县级"' in lists
    file = io.BytesIO(as_csv([["", "好的", "001"], ["", "坏的", "天文局"]], HEAD))
    file.name = "台账.csv"
    address = reverse("ledger:import_upload", args=[town.campaign.pk])
    answer: Any = browser.post(address, {"file": file}, follow=True)
    page = answer.content.decode()
    assert "没有单位“天文局”" in page
    draft = EntryDraft.objects.get()
    marked: Any = browser.get(reverse("ledger:import_marked", args=[draft.pk]))
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(marked.streaming_content))).worksheets[0]
    assert "天文局" in sheet["C3"].comment.text
    address = reverse("ledger:import", args=[draft.pk])
    assert browser.post(address).status_code == 422
    assert browser.post(address, {"skip_errors": "on"}).status_code == 302
    assert Entry.objects.get().title == "好的"
    assert client_of(town.inspector).get(address).status_code == 409, "another's draft"
    assert browser.post(reverse("ledger:import_again", args=[draft.pk])).status_code == 409
    other = upload(town, [["", "另一件", "001"]])
    discard = reverse("ledger:import_discard", args=[other.pk])
    assert browser.post(discard).status_code == 302
    assert not EntryDraft.objects.filter(pk=other.pk).exists()


def test_a_table_may_name_any_unit_so_only_those_for_all_bring_it_in(town: Town) -> None:
    county = account("county", Role.ORGANISER, unit=town.water)
    for one in (county, town.checker, town.handler):
        with pytest.raises(Refused):
            upload(town, [["", "甲", "001"]], by=one)
        assert client_of(one).get(reverse("ledger:import_choose")).status_code == 403


def test_a_template_filled_in_english_is_understood(town: Town) -> None:
    with translation.override("en"):
        table = table_of(town.campaign)
        content = write_template(table, [{"title": "dredging", "state": "registered"}])
        draft = bring(town, content, "ledger.xlsx")
    assert states(draft) == ["new"]
