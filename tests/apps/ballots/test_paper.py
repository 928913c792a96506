"""Ballots of paper, for which codes were exchanged: typed in by two, counted with the others."""

from __future__ import annotations

import io
from collections.abc import Sequence

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from tests.apps.ballots.hall import DELEGATES, LEADERS, PUBLIC, SERVICE, Vote, checker, vote
from tests.apps.ballots.paper_hands import (
    BALLOTS,
    OWN,
    exchanged,
    one_too_many,
    plain,
    table,
    type_in_twice,
)
from tests.apps.schemes.hands import account, organiser

from pingyi.apps.ballots import (
    actions,
    opening_actions,
    paper,
    paper_actions,
    paper_typing,
    scores,
)
from pingyi.apps.ballots.desk import Desk
from pingyi.apps.ballots.files import Upload
from pingyi.apps.ballots.models import ClassCount, OpenedSheets, Opening, PaperEntry
from pingyi.apps.ballots.paper import Waiting
from pingyi.apps.ballots.paper_typing import Mine
from pingyi.apps.ballots.reconciliation import reconcile
from pingyi.apps.ballots.wire import Answer
from pingyi.apps.people.enums import Role
from pingyi.apps.polls import ruling_actions, rulings
from pingyi.apps.polls.enums import RulingKind
from pingyi.apps.polls.models import Item
from pingyi.base.errors import Conflict, Invalid, Refused

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def all_counted(town: Vote) -> list[object]:
    counts = ClassCount.objects.filter(item__poll=town.poll, rater_class=DELEGATES)
    sheets = OpenedSheets.objects.filter(item__poll=town.poll, rater_class=DELEGATES)
    return [
        *counts.order_by("item__number").values_list("item__number", "valid", "invalid", "counts"),
        *(
            (number, target, counted, bytes(rows))
            for number, target, counted, rows in sheets.order_by(
                "item__number", "target__number", "counted"
            ).values_list("item__number", "target__number", "counted", "rows")
        ),
    ]


@pytest.mark.parametrize("casting", ["whole", "sheet"])
def test_paper_and_phones_count_as_if_all_had_phones(casting: str) -> None:
    town = exchanged(casting=casting)
    type_in_twice(town, BALLOTS)
    town.open_boxes()
    other = vote(casting=casting)
    other.open("hall")
    for item in other.items("hall"):
        ballots: list[Sequence[int]] = [plain(item, n) for n in range(4)]
        for points in BALLOTS.values():
            rows = [points[item.target.number - 1]] if item.target else points
            ballots.append([number for row in rows for number in row])
        castings = [
            other.casting(code, item, answers)
            for code, answers in zip(other.slips[DELEGATES], ballots, strict=True)
        ]
        assert set(other.intake().take(castings)) == {Answer.COUNTED}
    other.lock_all()
    other.open_boxes()
    assert all_counted(town) == all_counted(other)
    lines = [line for line in reconcile(town.fresh()) if line.key == DELEGATES]
    for line in lines:
        assert (line.returned, line.typed, line.paper, line.spent) == (6, 2, 2, 6)
        assert list(line.findings()) == []
    assert not PaperEntry.objects.exists()


def test_who_rates_the_own_unit_counts_for_that_unit() -> None:
    """RY-02: a village's members rate their own secretary alone."""
    targets = [
        {"code": "V1", "title": "柳林村"},
        {"code": "V2", "title": "石桥村"},
    ]
    town = vote(pack="ruyang-two-way", targets=targets, numbers={OWN: 6})
    desk = town.desk()
    first, *rest = [code for code in town.slips[OWN] if _village(desk, code) == 2]
    (number,) = actions.exchange_for_paper(by=organiser(), poll=town.poll, typed=first)
    item = town.poll.items.get(number=number)
    actions.open_item(by=organiser(), item=item)
    assert set(town.intake().take([town.casting(code, item) for code in rest])) == {Answer.COUNTED}
    actions.lock_item(by=organiser(), item=item)
    book = openpyxl.load_workbook(io.BytesIO(paper.template(town.fresh())))
    sheet = book.worksheets[0]
    assert (sheet.max_row, sheet.cell(2, 5).value) == (2, None)
    page = paper_typing.typing_page(organiser(), town.poll, paper.waiting(town.fresh()))
    assert [(stack["number"], stack["targets"]) for stack in page["stacks"]] == [(1, [2])]
    sheet.cell(2, 6).value = "较差"
    for village, refused in (("V1", True), ("V2", False)):
        sheet.cell(2, 5).value = village
        stream = io.BytesIO()
        book.save(stream)
        for by in (organiser(), checker()):
            file = Upload("票.xlsx", stream.getvalue())
            if refused:
                with pytest.raises(Invalid, match="录入了 1 张，多于换发的 0 张"):
                    paper_actions.type_in(by=by, poll=town.fresh(), file=file)
            else:
                paper_actions.type_in(by=by, poll=town.fresh(), file=file)
    opening_actions.inspect_item(by=organiser(), item=item)
    opening_actions.confirm_inspection(by=checker(), item=item)
    opening_actions.open_box(by=organiser(), item=item)
    count = ClassCount.objects.get(item=item, rater_class=OWN)
    assert (count.returned, count.paper, count.typed) == (6, 1, 1)
    told = count.by_target["V2"]
    assert (told["returned"], told["paper"], told["typed"], told["valid"]) == (6, 1, 1, 6)
    spent = {
        line.target: (line.returned, line.typed, line.paper, line.spent)
        for line in reconcile(town.fresh())
        if line.number == number and line.key == OWN
    }
    assert spent == {"柳林村": (0, 0, 0, 0), "石桥村": (6, 1, 1, 6)}


def _village(desk: Desk, code: str) -> int:
    known = desk.holder(code)
    assert known is not None
    return known[1].target


def test_the_box_stays_shut_until_two_have_typed_in_the_same() -> None:
    town = exchanged()
    (item,) = town.items("hall")
    with pytest.raises(Conflict, match="换发了 2 张纸票"):
        opening_actions.inspect_item(by=organiser(), item=item)
    paper_actions.type_in(by=organiser(), poll=town.fresh(), file=table(town, BALLOTS))
    with pytest.raises(Conflict, match="换发了 2 张纸票"):
        opening_actions.inspect_all(by=organiser(), poll=town.fresh())
    assert Opening.objects.get().item.channel.input_key == "online"  # it holds up no other
    wrong = {**BALLOTS, "2": [[60, 61, 62, 63, 64, 66], *BALLOTS["2"][1:]]}
    paper_actions.type_in(by=checker(), poll=town.fresh(), file=table(town, wrong))
    (one,) = paper.waiting(town.fresh())
    assert one.only == (["2"], ["2"])
    third = account(Role.ORGANISER, "third")
    assert paper_typing.mine_of(checker(), [one]) == Mine(sealed=True, taken=False, differ=("2",))
    assert paper_typing.mine_of(third, [one]) == Mine(sealed=False, taken=True, differ=())
    with pytest.raises(Conflict, match="换发了 2 张纸票"):
        opening_actions.inspect_item(by=organiser(), item=item)
    with pytest.raises(Conflict, match="两遍都已有人录入"):
        paper_actions.type_in(by=third, poll=town.fresh(), file=table(town, BALLOTS))
    paper_actions.type_in(by=checker(), poll=town.fresh(), file=table(town, BALLOTS))
    assert paper.waiting(town.fresh()) == []
    with pytest.raises(Conflict, match="没有要录入纸票"):
        paper_actions.type_in(by=checker(), poll=town.fresh(), file=None)
    record = opening_actions.inspect_item(by=organiser(), item=item)
    assert (record.paper, record.typed, record.ballots) == (2, 2, 4)


def test_numbers_that_differ_stand_in_order() -> None:
    def entry(turn: int, by: object, *digests: str) -> PaperEntry:
        labels = [[str(n), digest] for n, digest in enumerate(digests, 1)]
        return PaperEntry(turn=turn, digests=labels, entered_by=str(by))

    by = organiser()
    first = entry(1, by, *"abcdefghij")
    waits = [
        Waiting(Item(number=1), {}, (first, entry(2, "another", *"aBcdefghiJ"))),
        Waiting(Item(number=2), {}, (first, entry(2, "another", *"Abcdefghij"))),
        Waiting(Item(number=3), {}, (first,)),
    ]
    assert paper_typing.mine_of(by, waits).differ == ("1", "2", "10")
    assert paper_typing.mine_of(checker(), waits) == Mine(sealed=False, taken=True, differ=())


def test_one_person_does_not_type_in_twice() -> None:
    town = exchanged()
    for _turn in range(2):
        paper_actions.type_in(by=organiser(), poll=town.fresh(), file=table(town, BALLOTS))
    (one,) = paper.waiting(town.fresh())
    assert [entry.turn for entry in one.entries] == [1]


def test_ballots_that_did_not_come_back_are_confirmed_by_two() -> None:
    town = exchanged()
    paper_actions.type_in(by=organiser(), poll=town.fresh(), file=None)
    paper_actions.type_in(by=checker(), poll=town.fresh(), file=None)
    town.open_boxes()
    (line,) = (one for one in reconcile(town.fresh()) if one.key == DELEGATES)
    assert (line.returned, line.typed, line.paper, line.spent) == (4, 0, 2, 6)
    assert list(line.findings()) == []


def test_no_more_than_were_exchanged_and_only_of_that_class() -> None:
    town = exchanged(number=1)
    with pytest.raises(Invalid, match="录入了 2 张，多于换发的 1 张"):
        paper_actions.type_in(by=organiser(), poll=town.fresh(), file=one_too_many(town))
    content = table(town, {"1": BALLOTS["1"]})
    titles = {named.key: named.title for named in town.desk().form.classes}
    other = content.content
    book = openpyxl.load_workbook(io.BytesIO(other))
    for row in range(2, book.worksheets[0].max_row + 1):
        book.worksheets[0].cell(row, 2).value = titles[LEADERS]
    stream = io.BytesIO()
    book.save(stream)
    with pytest.raises(Invalid, match="录入了 1 张，多于换发的 0 张"):
        paper_actions.type_in(
            by=organiser(), poll=town.fresh(), file=Upload("错.xlsx", stream.getvalue())
        )
    assert not PaperEntry.objects.exists()


def test_an_urn_with_more_than_were_exchanged_is_counted_and_takes_a_ruling() -> None:
    town = vote()
    first, *codes = town.slips[DELEGATES]
    actions.exchange_for_paper(by=organiser(), poll=town.poll, typed=first)
    town.open("hall")
    (item,) = town.items("hall")
    codes += [*town.slips[LEADERS], *town.slips[SERVICE]]
    castings = [town.casting(code, item) for code in codes]
    assert set(town.intake().take(castings)) == {Answer.COUNTED}
    town.lock_all()
    for by in (organiser(), checker()):
        paper_actions.type_in(by=by, poll=town.fresh(), file=one_too_many(town), more=True)
    town.open_boxes()
    (line,) = [found for found in reconcile(town.fresh()) if found.key == DELEGATES]
    assert (line.typed, line.paper, line.spent, line.returned) == (2, 1, 6, 7)
    assert list(line.findings()) == ["录入纸票 2 张，多于换纸票 1 张。"]
    with pytest.raises(Conflict, match="多于"):
        scores.ranking(town.fresh())
    (case,) = [
        case
        for case in rulings.cases_of(town.fresh())
        if case.kind == RulingKind.UNBALANCED and "over" in case.about
    ]
    assert case.about["over"] == {str(line.number): 1}
    assert "足以改变位次" in case.allows
    assert case.barred == {organiser().username, checker().username}
    ruling = ruling_actions.apply_for_ruling(
        by=organiser(), poll=town.fresh(), case=case, reason="查实", basis="云办〔2026〕8号"
    )
    with pytest.raises(Refused, match="回避"):
        ruling_actions.approve(by=checker(), ruling=ruling)
    ruling_actions.approve(by=account(Role.CHECKER, "third"), ruling=ruling)
    assert not scores.ranking(town.fresh()).findings


def test_a_row_for_an_item_without_exchange_is_refused_and_not_lost() -> None:
    town = vote(casting="sheet")
    early, *later = town.items("hall")
    actions.open_item(by=organiser(), item=early)
    actions.lock_item(by=organiser(), item=early)
    code = town.slips[DELEGATES][0]
    spent = actions.exchange_for_paper(by=organiser(), poll=town.poll, typed=code)
    assert spent == [item.number for item in later]
    for item in later:
        actions.open_item(by=organiser(), item=item)
        actions.lock_item(by=organiser(), item=item)
    good = table(town, {"1": BALLOTS["1"]})
    book = openpyxl.load_workbook(io.BytesIO(good.content))
    sheet = book.worksheets[0]
    row = [cell.value for cell in sheet[2]]
    sheet.insert_rows(2)
    for place, value in enumerate([*row[:4], "SLJ", *row[5:]], 1):
        sheet.cell(2, place).value = value
    stream = io.BytesIO()
    book.save(stream)
    with pytest.raises(Invalid, match="第 1 张评了“市水利局”"):
        paper_actions.type_in(
            by=organiser(), poll=town.fresh(), file=Upload("a.xlsx", stream.getvalue())
        )
    assert not PaperEntry.objects.exists()
    assert paper_actions.type_in(by=organiser(), poll=town.fresh(), file=good) == 1
    assert PaperEntry.objects.count() == 2


def test_what_is_wrong_with_the_file_is_told_with_its_row() -> None:
    town = exchanged()
    wrong = {**BALLOTS, "1": [[101, 91, 92, 93, 94, 95], *BALLOTS["1"][1:]]}
    with pytest.raises(Invalid, match="101"):
        paper_actions.type_in(by=organiser(), poll=town.fresh(), file=table(town, wrong))


def test_only_after_the_item_is_locked_and_only_where_it_is_needed() -> None:
    town = vote()
    actions.exchange_for_paper(by=organiser(), poll=town.poll, typed=town.slips[SERVICE][0])
    town.open("hall")
    with pytest.raises(Conflict, match="没有要录入纸票"):
        paper_actions.type_in(by=organiser(), poll=town.fresh(), file=None)
    town.lock_all()
    (one,) = paper.waiting(town.fresh())
    assert (one.item.channel.input_key, one.number) == ("hall", 1)
    assert not [line for line in reconcile(town.fresh()) if line.key == PUBLIC and line.spent]


@pytest.mark.once
def test_the_page_takes_both_entries_and_tells_what_differs() -> None:
    town = exchanged()
    address = reverse("ballots:paper", args=[town.poll.slug])
    pages = []
    for by, ballots in ((organiser(), BALLOTS), (checker(), {"1": BALLOTS["1"]})):
        client = Client()
        client.force_login(by, backend=BACKEND)
        file = io.BytesIO(table(town, ballots).content)
        file.name = "纸票.xlsx"
        pages.append(client.post(address, {"file": file}, follow=True).content.decode())
    assert "录了一遍" in pages[0]
    assert "两遍录入不一致" in pages[1]
    assert "第一遍对不上的：2" in pages[1]
    assert client.post(address, {"none": ""}).status_code == 422
    client.force_login(account(Role.ORGANISER, "third"), backend=BACKEND)
    assert "须由录入人本人更正" in client.get(address).content.decode()
    client.force_login(checker(), backend=BACKEND)
    shut = client.get(reverse("ballots:opening", args=[town.poll.slug])).content.decode()
    assert "先由两人录入" in shut


@pytest.mark.once
def test_the_page_takes_more_than_were_exchanged_only_when_told_so() -> None:
    town = exchanged(number=1)
    address = reverse("ballots:paper", args=[town.poll.slug])
    client = Client()
    client.force_login(organiser(), backend=BACKEND)

    def file() -> io.BytesIO:
        upload = io.BytesIO(one_too_many(town).content)
        upload.name = "纸票.xlsx"
        return upload

    refused = client.post(address, {"file": file()})
    assert refused.status_code == 422
    assert "勾选“票箱里的纸票比换发的多”" in refused.content.decode()
    taken = client.post(address, {"file": file(), "more": "on"}, follow=True)
    assert "录了一遍" in taken.content.decode()
