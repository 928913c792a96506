"""Tables brought in: what is read, told, shown, and written."""

from __future__ import annotations

import io
import os
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests.apps.people.ground import BASIS, City, account, fresh
from tests.apps.people.tables import UNIT_HEAD as HEAD
from tests.apps.people.tables import Rows, as_csv, as_xlsx

from pingyi.apps.people.actions import changes, imports, units
from pingyi.apps.people.enums import ImportKind, Role
from pingyi.apps.people.models import Account, Charge, ImportDraft, ImportRow, Person, Tenure, Unit
from pingyi.apps.people.rules.tables import table_of
from pingyi.base.drafts import RowState
from pingyi.base.errors import Conflict, HouseError, Invalid, Refused
from pingyi.base.models import AuditEntry
from pingyi.base.sheets.templates import write_template

pytestmark = pytest.mark.once
LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"


def upload(
    city: City, content: bytes, kind: ImportKind = ImportKind.UNITS, name: str = ""
) -> ImportDraft:
    name = name or ("a.xlsx" if content.startswith(b"PK") else "a.csv")
    return imports.upload_table(by=city.organiser, kind=kind, file_name=name, content=content)


def told(draft: ImportDraft) -> dict[int, str]:
    """Row number → its problems in words."""
    return {
        row.number: "".join(p["what"] + p["mend"] for p in row.problems)
        for row in draft.rows.filter(state=RowState.ERROR)
    }


def states(draft: ImportDraft) -> list[str]:
    return [str(row.state) for row in draft.rows.all()]


GOOD = [
    ("10302", "河东村", "村（社区）", "103", "1,200"),
    ("103", "枣园镇", "乡镇", "100", "３２０００"),
    ("101", "柳林镇", "乡镇", "100", ""),
    ("102", "石桥镇", "乡镇", "100", "28000.0"),
]


@pytest.mark.parametrize(
    "content",
    [
        as_csv(GOOD),
        as_csv(GOOD, encoding="utf-8"),
        as_csv(GOOD, encoding="gb18030"),
        as_xlsx(GOOD),
        as_csv([[f"{c}*" for c in HEAD], *GOOD], head=["2016年单位表", "", "", "", ""]),
        as_csv([(b, a, *rest) for a, b, *rest in GOOD], head=(HEAD[1], HEAD[0], *HEAD[2:])),
    ],
)
def test_children_may_stand_before_parents_and_codes_decide(city: City, content: bytes) -> None:
    before = Unit.objects.count()
    draft = upload(city, content)
    assert states(draft) == ["new", "new", "same", "changed"]
    assert Unit.objects.count() == before
    assert not AuditEntry.objects.exists()
    outcome = imports.commit_import(by=city.organiser, draft=draft)
    assert (outcome.new, outcome.changed, outcome.skipped) == (2, 1, 0)
    village = Unit.objects.get(code="10302")
    parent = village.parent()
    assert parent is not None
    assert (parent.code, parent.population, village.population) == ("103", 32_000, 1_200)
    assert fresh(city.other_town).population == 28_000
    assert Unit.objects.find_problems() == ([], [], [], [], [])
    with pytest.raises(Conflict, match="已经提交过"):
        imports.commit_import(by=city.organiser, draft=draft)
    assert states(upload(city, content)) == ["same"] * 4


WRONG: dict[str, Rows] = {
    "与第3行重复": [("5", "甲", "其他", "00"), ("5", "乙", "其他", "00")],
    "与第2行重复": [("ａ5", "甲", "其他", "00"), ("A5", "乙", "其他", "00")],
    "没有“镇”这一项": [("5", "甲", "镇", "00")],
    "缺少单位名称": [("5", "", "其他", "00")],
    "缺少单位编码": [("", "甲", "其他", "00")],
    "“水利”不合规": [("水利", "甲", "其他", "00")],
    "缺少上级编码": [("5", "甲", "其他", "")],
    "没有上级编码“77”": [("5", "甲", "其他", "77")],
    "如 001": [("1", "甲", "其他", "00")],
    "上下级绕成了圈：5 → 6 → 5": [("5", "甲", "其他", "6"), ("6", "乙", "其他", "5")],
    "上下级绕成了圈：100 → 101 → 100": [("100", "清河县", "县（市、区）", "101")],
    "第2行，那一行有误": [("5", "甲", "错", "00"), ("6", "乙", "其他", "5")],
    "变成了数字": [("1.23E+11", "甲", "其他", "00")],
    "不是零或正整数。请填写整数，如 32000": [("5", "甲", "其他", "00", "三万")],
    "超过120个": [("5", "甲" * 121, "其他", "00")],
    "表头之外": [("5", "甲", "其他", "00", "1", "多余")],
}


@pytest.mark.parametrize("words", WRONG)
def test_a_row_tells_what_is_wrong_and_nothing_is_written(city: City, words: str) -> None:
    before = list(Unit.objects.values_list())
    draft = upload(city, as_csv(WRONG[words]))
    assert words in "".join(told(draft).values()), told(draft)
    with pytest.raises(Conflict, match="行有误"):
        imports.commit_import(by=city.organiser, draft=draft, ground=BASIS)
    assert list(Unit.objects.values_list()) == before


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.csv", "找不到表头"),
        (b"\x89PNG", "a.png", "不认识"),
        (b"PK\x03\x04broken", "a.xlsx", "打不开"),
        (b"\xff\xfe\xff", "a.csv", "编码"),
        (as_csv([], head=("编号", "名")), "a.csv", "找不到表头"),
        (as_csv([("1", "甲")], head=("单位编码", "作风")), "a.csv", "不认识的列：作风"),
        (as_csv([("1", "1")], head=("单位编码", "单位编码")), "a.csv", "重复的列：单位编码"),
        (as_csv([("1", "甲")], head=("单位编码", "单位名称")), "a.csv", "缺少的列：单位类别"),
        (as_csv([]), "a.csv", "没有内容"),
        (as_csv([('1"', "x")]).replace(b'""', b'"'), "a.csv", "引号"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(
    city: City, content: bytes, name: str, words: str
) -> None:
    with pytest.raises(Invalid, match=words):
        upload(city, content, name=name)


def test_a_code_that_became_a_number_is_told(city: City) -> None:
    rows = [(2.0, "云州市卫生计生委", "市直部门", "00"), ("003", "新局", "其他", "00")]
    draft = upload(city, as_xlsx([*rows, (4, "新院", "其他", "00")]))
    assert set(told(draft)) == {2, 4}
    assert "被电子表格变成了数字" in told(draft)[2]
    assert "如 002" in told(draft)[2]
    assert "如 04" in told(draft)[4]


def test_merged_cells_downwards_count_for_each_row_and_across_are_refused(city: City) -> None:
    rows = [
        ("5", "甲村", "村（社区）", "101"),
        ("6", "乙村", "村（社区）", ""),
        ("7", "丙村", "村（社区）", "101"),
    ]
    draft = upload(city, as_xlsx(rows, merge=[(1, 3, 2, 3), (3, 1, 3, 2)]))
    assert set(told(draft)) == {4}
    assert "横向合并" in told(draft)[4]
    imports.commit_import(by=city.organiser, draft=draft, skip_errors=True)
    assert Unit.objects.get(code="6").parent() == city.town


def test_titles_and_parents_change_with_their_basis_or_as_corrections(city: City) -> None:
    rows = [("001", "云州市水务局", "市直部门", "00"), ("101", "柳林镇", "乡镇", "00")]
    draft = upload(city, as_csv(rows))
    changed = [row.changes for row in draft.rows.all()]
    assert changed == [[["title", "云州市水利局", "云州市水务局"]], [["parent", "100", "00"]]]
    with pytest.raises(Invalid, match="调整了上级"):
        imports.commit_import(by=city.organiser, draft=draft)
    imports.commit_import(by=city.organiser, draft=draft, ground=BASIS)
    water, town = fresh(city.water), fresh(city.town)
    assert water.title_on(date(2016, 6, 30)) == "云州市水利局"
    assert town.parent() == city.root
    assert [change.kind for change in town.changes.all()] == ["moved"]
    assert fresh(city.village).parent() == town
    again = upload(city, as_csv([("001", "云州市水利水务局", "市直部门", "00")]))
    imports.commit_import(by=city.organiser, draft=again)
    assert fresh(city.water).title_on(date(2016, 7, 1)) == "云州市水利水务局"


def test_parents_and_children_may_change_places(city: City) -> None:
    rows = [
        ("100", "清河县", "县（市、区）", "10101"),
        ("101", "柳林镇", "乡镇", "00"),
        ("10101", "柳林村", "村（社区）", "101"),
    ]
    imports.commit_import(by=city.organiser, draft=upload(city, as_csv(rows)), ground=BASIS)
    assert [u.code for u in fresh(city.other_town).ancestors()] == ["00", "101", "10101", "100"]
    assert Unit.objects.find_problems() == ([], [], [], [], [])


def test_a_commit_whose_base_changed_says_so(city: City) -> None:
    draft = upload(city, as_csv([("001", "云州市水务局", "市直部门", "00"), *GOOD]))
    changes.rename_unit(by=city.organiser, unit=city.water, title="云州市水务局", ground=BASIS)
    units.create_unit(by=city.organiser, code="103", title="甲", kind="other", parent=city.root)
    before = list(Unit.objects.values_list())
    with pytest.raises(Conflict, match="涉及第2、4行，本次没有导入"):
        imports.commit_import(by=city.organiser, draft=draft, ground=BASIS)
    assert list(Unit.objects.values_list()) == before
    draft = imports.plan_again(by=city.organiser, draft=draft)
    assert states(draft) == ["same", "new", "changed", "same", "changed"]
    imports.commit_import(by=city.organiser, draft=draft, ground=BASIS)


def test_an_empty_cell_changes_nothing_and_a_word_clears(city: City) -> None:
    units.update_unit(by=city.organiser, unit=city.town, population=5, contact="王 123")
    head = (*HEAD, "联系方式")
    same = [("101", "柳林镇", "乡镇", "", "", "")]
    assert states(upload(city, as_csv(same, head))) == ["same"]
    draft = upload(city, as_csv([("101", "柳林镇", "乡镇", "", "清空", "清空")], head))
    imports.commit_import(by=city.organiser, draft=draft)
    town = fresh(city.town)
    assert (town.population, town.contact) == (None, "")


def test_a_large_table_with_mistakes_all_over(city: City) -> None:
    """Each of them told at its row and marked in the file that comes back; all others come in."""
    number, every = (10_000, 33) if LONG else (300, 10)
    wrong = range(every, number, every)
    rows: list[list[object]] = [
        [f"V{i:05}", f"第{i}村", "村（社区）", "101", i] for i in range(number)
    ]
    mistakes = ((1, "", "缺少单位名称"), (2, "镇", "没有“镇”这一项"), (3, "X9", "没有上级编码"))
    for place, i in enumerate(wrong):
        column, text, _told = mistakes[place % 3]
        rows[i][column] = text
    draft = upload(city, as_xlsx(rows))
    found = told(draft)
    assert list(found) == [i + 2 for i in wrong]
    for place, words in enumerate(found.values()):
        assert mistakes[place % 3][2] in words
    _name, content = imports.marked_file(by=city.organiser, draft=draft)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert {c.row for row in sheet.iter_rows() for c in row if c.comment} == set(found)
    outcome = imports.commit_import(by=city.organiser, draft=draft, skip_errors=True)
    assert (outcome.new, outcome.skipped) == (number - len(wrong), len(wrong))
    there = Unit.objects.filter(path__startswith=city.town.path).count()
    assert there == number - len(wrong) + 2  # the town itself, and the village it had


def test_an_import_stays_within_reach_and_with_its_owner(city: City) -> None:
    county = account("county", Role.ORGANISER, unit=city.county)
    rows = [
        ("001", "改名", "市直部门", ""),
        ("5", "甲", "其他", "00"),
        ("6", "乙", "其他", "101"),
        ("7", "丙", "其他", "无"),
        ("8", "丁", "其他", "5"),
    ]
    draft = imports.upload_table(
        by=county, kind=ImportKind.UNITS, file_name="a.csv", content=as_csv(rows)
    )
    assert set(told(draft)) == {2, 3, 5, 6}
    assert "水利" not in str(told(draft)), "a guessed code tells no title"
    for by in (city.organiser, account("handler", Role.UNIT_HANDLER, unit=city.county)):
        with pytest.raises(HouseError):
            imports.commit_import(by=by, draft=draft, skip_errors=True)
    with pytest.raises(Refused):
        imports.upload_table(
            by=county, kind=ImportKind.ACCOUNTS, file_name="a.csv", content=as_csv(rows)
        )


def test_persons_posts_and_charges(city: City) -> None:
    head = ("人员编号", "姓名", "单位编码", "职务", "职务类别", "任职日期", "免职日期", "姓氏笔画")
    rows = [
        ("p1", "苏望北", "001", "局长", "一把手", datetime(2013, 3, 1), "", 7),
        ("p1", "苏望北", "002", "主任", "一把手", "2010.5.1", "41334", "7"),
        ("p2", "林知夏", "", "", "", "", "", ""),
    ]
    draft = upload(city, as_xlsx(rows, head), ImportKind.POSTS)
    assert told(draft) == {}
    imports.commit_import(by=city.organiser, draft=draft)
    held = Tenure.objects.order_by("since").values_list("post__title", "since", "until")
    assert list(held) == [
        ("主任", date(2010, 5, 1), date(2013, 3, 1)),
        ("局长", date(2013, 3, 1), None),
    ]
    moved = [("P1", "苏望北", "001", "局长", "", "2013-03-01", "2016年7月1日", "")]
    draft = upload(city, as_csv(moved, head), ImportKind.POSTS)
    assert [row.changes for row in draft.rows.all()] == [[["until", "", "2016-07-01"]]]
    imports.commit_import(by=city.organiser, draft=draft)
    assert Tenure.objects.get(post__title="局长").until == date(2016, 7, 1)
    wrong = [
        ("P1", "苏望南", "001", "书记", "", "", "", ""),
        ("P1", "苏望北", "999", "书记", "一把手", "", "", ""),
        ("P3", "何其多", "001", "局长", "班子成员", "2016-02-30", "", "99"),
    ]
    problems = told(upload(city, as_csv(wrong, head), ImportKind.POSTS))
    for number, words in (
        (2, "与第3行同一编号"),
        (2, "缺少职务类别"),
        (3, "没有单位编码“999”"),
        (4, "职务类别是“一把手”"),
        (4, "不是日期"),
        (4, "笔画数不对"),
    ):
        assert words in problems[number]
    head = ("领导编号", "领导姓名", "单位编码", "分工类别", "起始日期")
    rows = [("L1", "顾长河", "001", "分管领导", "2016-01-01"), ("L1", "某", "100", "x", "")]
    draft = upload(city, as_csv(rows, head), ImportKind.CHARGES)
    assert set(told(draft)) == {3}
    imports.commit_import(by=city.organiser, draft=draft, skip_errors=True)
    assert Charge.objects.get().unit == city.water


def test_accounts_get_passwords_that_are_shown_once(city: City) -> None:
    admin = account("system", Role.SYSTEM_ADMIN)
    Person.objects.create(code="P1", name="苏望北")
    head = ("账号", "姓名", "人员编号", "电子邮箱", "两步验证")
    rows = [
        ("Ｓu", "苏望北", "p1", "su@example.com", "是"),
        ("he", "何其多", "", "", ""),
        ("li", "李某", "P1", "错", ""),
    ]
    draft = imports.upload_table(
        by=admin, kind=ImportKind.ACCOUNTS, file_name="a.csv", content=as_csv(rows, head)
    )
    assert set(told(draft)) == {2, 4}, "one person, two accounts"
    rows[2] = ("organiser", "改名", "", "", "")
    draft = imports.upload_table(
        by=admin, kind=ImportKind.ACCOUNTS, file_name="a.csv", content=as_csv(rows, head)
    )
    outcome = imports.commit_import(by=admin, draft=draft)
    assert (outcome.new, outcome.changed) == (2, 1)
    for username, _name, password in outcome.passwords:
        made = Account.objects.get(username=username)
        assert made.must_change_password
        assert made.check_password(password)
        assert password not in str(list(AuditEntry.objects.values_list("details", flat=True)))
    assert Account.objects.get(username="su").second_factor_required


EVIL = ['=HYPERLINK("http://x")', "+1+1", "-2", "@SUM(A1)", "<script>alert(1)</script>", "\t=1"]


def test_the_marked_file_comes_back_without_formulas(city: City) -> None:
    rows = [(f"N{n}", evil, "错误类别", "00", "") for n, evil in enumerate(EVIL)]
    for content, name in ((as_csv(rows), "表.csv"), (as_xlsx(rows), "表" * 240 + ".xlsx")):
        draft = upload(city, content, name=name)
        marked_name, marked = imports.marked_file(by=city.organiser, draft=draft)
        assert marked_name.endswith("-问题已标出.xlsx")
        book = openpyxl.load_workbook(io.BytesIO(marked))
        assert book.sheetnames[-1] == "问题清单"
        cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
        assert all(cell.data_type != "f" for cell in cells)
        first = book.worksheets[0]["C2"]
        assert "没有“错误类别”这一项" in first.comment.text
        assert first.fill.start_color.rgb.endswith("FFD9D9")
        assert book["问题清单"].max_row == len(EVIL) + 1


@pytest.mark.parametrize("kind", list(ImportKind))
def test_a_template_holds_its_columns_and_can_be_read_again(kind: ImportKind) -> None:
    table = table_of(kind)
    book = openpyxl.load_workbook(io.BytesIO(write_template(table, [{"code": "=001"}])))
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    assert heads == [c.title + ("*" if c.required else "") for c in table.columns]
    assert sheet["A2"].number_format == "@" or kind is not ImportKind.UNITS
    assert book.sheetnames[1] == "填写说明"
    lists = [v.formula1 for v in sheet.data_validations.dataValidation]
    assert len(lists) == sum(bool(c.choices) for c in table.columns)


def test_ten_thousand_rows_with_three_hundred_bad_ones(city: City) -> None:
    rows = [("T", "大镇", "乡镇", "100", "")]
    rows += [(f"V{n:05}", f"第{n}村", "村（社区）", "T", str(n)) for n in range(9_999)]
    for n in range(300):
        rows[33 * n + 1] = (f"V{33 * n:05}", "", "村（社区）", "T", "x")
    content = as_xlsx(rows)
    draft = upload(city, content)
    assert draft.rows.filter(state=RowState.ERROR).count() == 300
    imports.marked_file(by=city.organiser, draft=draft)
    outcome = imports.commit_import(by=city.organiser, draft=draft, skip_errors=True)
    assert (outcome.new, outcome.skipped) == (9_700, 300)
    assert Unit.objects.get(code="T").numchild == 9_699


class AnyTree(TestCase):
    @given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 13)), max_size=14), st.data())
    def test_a_planned_tree_is_sound_whatever_the_file(
        self, pairs: list[tuple[int, int]], data: st.DataObject
    ) -> None:
        """Whatever parents a file gives, what is committed is a tree; what isn't is told."""
        city = City()
        rows = [
            (f"U{code}", f"第{code}", "其他", "00" if parent == 13 else f"U{parent}", "")
            for code, parent in pairs
        ]
        if not rows:
            return
        for _round in range(2):
            draft = upload(city, as_csv(rows))
            if draft.rows.filter(state__in=[RowState.NEW, RowState.CHANGED]).exists():
                imports.commit_import(
                    by=city.organiser, draft=draft, skip_errors=True, ground=BASIS
                )
            assert Unit.objects.find_problems() == ([], [], [], [], [])
            for row in ImportRow.objects.filter(draft=draft).exclude(state=RowState.ERROR):
                cells = row.cells["cells"]
                parent = Unit.objects.get(code=cells["code"]).parent()
                assert parent is not None
                assert parent.code == cells["parent"]
            rows = data.draw(st.permutations(rows))
