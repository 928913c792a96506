"""A trial's results beside those of last year, target by target, with every difference said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from pingyi.engine.errors import BadTable, Collector
from pingyi.engine.grammar.scheme import Scheme
from pingyi.engine.numbers import NotANumber, parse_exact, short_text
from pingyi.engine.tables.codes import BECAME_NUMBER, CodeBook
from pingyi.engine.tables.columns import Cell, Column, Table
from pingyi.engine.tables.sheets import read_sheet

LAST = Table(
    "last",
    "上年结果表",
    (
        Column("target", "对象编码", Cell.CODE, True, "编码", "code", ("编码", "评议对象")),
        Column("title", "对象名称", Cell.TEXT, False, "名称", "name", ("名称",)),
        Column("score", "得分", Cell.NUMBER, False, "公布的得分", "published score", ("总分",)),
        Column("grade", "等次", Cell.TEXT, False, "公布的等次", "published grade"),
        Column("rank", "位次", Cell.WHOLE, False, "公布的位次", "published rank", ("名次", "排名")),
    ),
    "上年公布的结果，每个对象一行。",
    "Last year's published results.",
)


@dataclass(frozen=True)
class Standing:
    """What was published of one target."""

    title: str
    score: Fraction | None
    grade: str
    rank: int | None


def read_last(path: Path, codes: Iterable[str]) -> dict[str, Standing]:
    """Last year's results from a file. Raises ``BadTable`` with everything wrong."""
    sheet = read_sheet(path, LAST, {})
    problems, book = Collector(sheet.file), CodeBook(codes)
    found: dict[str, Standing] = {}
    first_rows: dict[str, int] = {}
    for row in sheet.rows:
        code, place = row.get("target"), sheet.place(row, "target")
        lost = book.problem(code, place) if code else None
        if not code:
            problems.add("cell_empty", place, name="对象编码")
        elif lost is not None and lost.code in BECAME_NUMBER:
            problems.take(lost)
        elif code in found:
            problems.add("row_twice", place, name=code, first=first_rows[code])
        first_rows.setdefault(code, row.number)
        score = _number(row.get("score"))
        rank = _number(row.get("rank"))
        for key, number in (("score", score), ("rank", rank)):
            if row.get(key) and number is None:
                problems.add("not_a_number", sheet.place(row, key), text=row.get(key))
        found[code] = Standing(
            row.get("title"), score, row.get("grade"), None if rank is None else int(rank)
        )
    problems.raise_if_any(BadTable)
    return found


def _number(text: str) -> Fraction | None:
    try:
        return parse_exact(text)
    except NotANumber:
        return None


def last_of(result: Mapping[str, Any]) -> dict[str, Standing]:
    """The same from a result of the engine."""
    return {
        row["target"]: Standing(
            row["title"], _number(row["score"] or ""), row["grade"] or "", row["rank"]
        )
        for row in result["results"]
    }


def compared(row: Mapping[str, Any], old: Standing | None) -> dict[str, Any]:
    """The old standing beside a row of a result, and the differences as sentences."""
    if old is None:
        return {"old": None, "differences": [_("上年结果里没有这个对象。")], "same": False}
    new_score = _number(row["score"] or "")
    differences = []
    if old.score != new_score and (old.score is not None or new_score is not None):
        differences.append(
            _("得分 %(old)s → %(new)s%(by)s")
            % {
                "old": _shown(old.score),
                "new": _shown(new_score),
                "by": _by(old.score, new_score),
            }
        )
    if old.grade and old.grade != (row["grade"] or ""):
        differences.append(
            _("等次 %(old)s → %(new)s") % {"old": old.grade, "new": row["grade"] or "—"}
        )
    if old.rank is not None and old.rank != row["rank"]:
        differences.append(_rank_words(old.rank, row["rank"]))
    shown = {"score": _shown(old.score), "grade": old.grade or "—", "rank": old.rank}
    return {"old": shown, "differences": differences, "same": not differences}


def _by(old: Fraction | None, new: Fraction | None) -> str:
    if old is None or new is None:
        return ""
    sign = "+" if new > old else "−"
    return f"（{sign}{short_text(abs(new - old))}）"


def _rank_words(old: int, new: int | None) -> str:
    if new is None:
        return _("位次 %(old)s → 无") % {"old": old}
    facts = {"old": old, "new": new, "by": abs(old - new)}
    if new < old:
        return _("位次 %(old)s → %(new)s，上升 %(by)s 位") % facts
    return _("位次 %(old)s → %(new)s，下降 %(by)s 位") % facts


def _shown(value: Fraction | None) -> str:
    return "—" if value is None else short_text(value)


def changed_parts(
    scheme: Scheme, old: Mapping[str, Any], new: Mapping[str, Any]
) -> list[dict[str, str]]:
    """The nodes of one target whose values the two schemes work out differently."""
    found = []
    for name, node in new["nodes"].items():
        before = old["nodes"].get(name)
        if before is not None and before["exact"] != node["exact"]:
            found.append(
                {
                    "title": scheme.nodes[name].title,
                    "old": before["value"] or "—",
                    "new": node["value"] or "—",
                }
            )
    return found
