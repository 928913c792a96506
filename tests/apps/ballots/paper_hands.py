"""Ballots of paper for the tests: codes that were exchanged, and the tables of what was typed."""

from __future__ import annotations

import io

import openpyxl
from tests.apps.ballots.hall import DELEGATES, Vote, checker, vote
from tests.apps.schemes.hands import organiser

from pingyi.apps.ballots import (
    actions,
    paper,
    paper_actions,
)
from pingyi.apps.ballots.files import Upload
from pingyi.apps.ballots.wire import Answer
from pingyi.apps.polls.models import Item

OWN = "members_and_masses"
BALLOTS = {
    "1": [[90, 91, 92, 93, 94, 95], [80, 81, 82, 83, 84, 85], [70, 71, 72, 73, 74, 75]],
    "2": [[60, 61, 62, 63, 64, 65], [55, 56, 57, 58, 59, 50], [99, 98, 97, 96, 95, 94]],
}
"""Points of two ballots, target by target; the answer to so many points has that code."""
Points = dict[str, list[list[int]]]


def exchanged(number: int = 2, **how: object) -> Vote:
    """A vote in the hall in which so many delegates took paper and four cast."""
    town = vote(**how)
    for code in town.slips[DELEGATES][:number]:
        actions.exchange_for_paper(by=organiser(), poll=town.poll, typed=code)
    town.open("hall")
    for item in town.items("hall"):
        castings = [
            town.casting(code, item, plain(item, n))
            for n, code in enumerate(town.slips[DELEGATES][number:6])
        ]
        assert set(town.intake().take(castings)) == {Answer.COUNTED}
    town.lock_all()
    return town


def plain(item: Item, number: int) -> list[int]:
    return [40 + number + d for d in range(6)] * (1 if item.target else 3)


def table(town: Vote, ballots: Points) -> Upload:
    """The template, filled in; rows of ballots that are not given are taken out."""
    book = openpyxl.load_workbook(io.BytesIO(paper.template(town.fresh())))
    sheet = book.worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    label, target = headings.index("选票编号"), headings.index("对象编码")
    codes = list(town.poll.targets.values_list("code", flat=True))
    for row in sorted(range(2, sheet.max_row + 1), reverse=True):
        ballot = ballots.get(str(sheet.cell(row, label + 1).value))
        if ballot is None:
            sheet.delete_rows(row)
            continue
        points = ballot[codes.index(str(sheet.cell(row, target + 1).value))]
        for place, number in enumerate(points):
            sheet.cell(row, target + 2 + place).value = str(number)
    stream = io.BytesIO()
    book.save(stream)
    return Upload("纸票.xlsx", stream.getvalue())


def type_in_twice(town: Vote, ballots: Points) -> None:
    for by in (organiser(), checker()):
        paper_actions.type_in(by=by, poll=town.fresh(), file=table(town, ballots))


def one_too_many(town: Vote) -> Upload:
    """The form that came back, and another that says the same under the number 7."""
    book = openpyxl.load_workbook(io.BytesIO(table(town, {"1": BALLOTS["1"]}).content))
    rows = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows(min_row=2)]
    for row in rows:
        book.worksheets[0].append([row[0], row[1], row[2], "7", *row[4:]])
    stream = io.BytesIO()
    book.save(stream)
    return Upload("多.xlsx", stream.getvalue())
