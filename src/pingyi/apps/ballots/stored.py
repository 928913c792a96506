"""What the stores hold of a vote: each kind of row with its fields, and one real row of it.

Real rows are shown of rehearsals and demos only, and of sheets only where a class has at least the
poll's smallest cell on a target and is not of one mind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from pingyi.apps.ballots.box import Batch
from pingyi.apps.ballots.boxes import box_of
from pingyi.apps.ballots.models import Leaves, OpenedSheets
from pingyi.apps.ballots.open_items import open_items, slots_of
from pingyi.apps.ballots.opening import Codes, unpack_rows
from pingyi.apps.ballots.slots import Slot
from pingyi.apps.polls.models import Poll
from pingyi.apps.polls.queries import form_of, open_to_all
from pingyi.apps.rolls.models import Code
from pingyi.apps.schemes.ballot_forms import NOT_RATED, PaperForm

HEX_BYTES = 48
"""Of long values, so many bytes are shown."""
MOST_SHEETS = 8
MOST_LEAVES = 5


@dataclass(frozen=True)
class Field:
    name: str
    """As the store calls it."""
    meaning: str
    value: str = ""
    """Of a real row, as text or hexadecimal; empty where none is shown."""


@dataclass(frozen=True)
class Kind:
    """A kind of row: what it is, where it lies and until when, its fields."""

    title: str
    where: str
    fields: tuple[Field, ...]
    empty: str = ""
    """Why no real row is shown, where one is wanted."""


@dataclass(frozen=True)
class _Found:
    """Real rows of a poll; None where there is none, or none may be shown."""

    code: Code | None = None
    batch: Batch | None = None
    slot: Slot | None = None
    sheets: OpenedSheets | None = None
    leaves: Leaves | None = None


def kinds(poll: Poll, *, live: bool) -> list[Kind]:
    """All kinds of rows that a vote leaves, in the order of a vote."""
    found = _find(poll) if live else _Found()
    return [
        _code(found.code, live),
        _mark(found.batch, live),
        _envelope(poll, found.batch, live),
        *([_slot(found.slot, live)] if open_to_all(poll).exists() else []),
        _sheets(poll, found.sheets, live),
        _leaves(found.leaves, live),
    ]


def _find(poll: Poll) -> _Found:
    return _Found(
        Code.objects.filter(poll=poll).order_by("serial").first(),
        _first_batch(poll),
        next((slot for item in open_items(poll) for slot in slots_of(item)), None),
        _large_enough(poll),
        Leaves.objects.filter(item__poll=poll, number__gt=0).order_by("item__number").first(),
    )


def _first_batch(poll: Poll) -> Batch | None:
    """The first batch that holds ballots."""
    box = box_of(poll.slug)
    if not box.exists():
        return None
    try:
        for item in poll.items.values_list("number", flat=True):
            for batch in box.batches(item):
                if batch.count and batch.marks:
                    return batch
    finally:
        box.close()
    return None


def _large_enough(poll: Poll) -> OpenedSheets | None:
    """Sheets of a class on a target: at least the smallest cell, and no answer that all gave."""
    found = OpenedSheets.objects.filter(item__poll=poll, counted=True).select_related(
        "target", "item"
    )
    for sheets in found.filter(number__gte=poll.smallest_cell).order_by("-number", "id"):
        rows = unpack_rows(bytes(sheets.rows), sheets.dimensions)
        if not (rows == rows[0]).all(axis=0).any():
            return sheets
    return None


def _code(code: Code | None, live: bool) -> Kind:
    roll = f"{code.roll_id}" if code else ""
    return Kind(
        _("投票码"),
        _("主数据库。印好票单后，码本身不再保存，只留下面这一行。"),
        (
            Field(
                "digest",
                _("码的带密钥摘要；没有服务器钥匙夹里的密钥，算不回也试不出码。"),
                _hex(bytes(code.digest)) if code else "",
            ),
            Field("serial", _("随机次序的序号，与姓名、座位无关。"), _text(code, "serial")),
            Field("roll", _("票册：票种和测评表，没有人名。"), roll),
        ),
        _nothing(code, live, _("还没有制作投票码。")),
    )


def _mark(batch: Batch | None, live: bool) -> Kind:
    mark = batch.marks[0] if batch else None
    return Kind(
        _("用码记录：这个码用过了"),
        _("票箱（单独的文件或表，不进日常备份），开箱后删除。"),
        (
            Field("item", _("哪一场。"), _text(mark, "item")),
            Field(
                "serial",
                _("哪个序号的码用过了；开放投票没有码，这里是设备暗号的带密钥摘要，算不回暗号。"),
                _text(mark, "serial"),
            ),
            Field(
                "batch",
                _("随哪一批进箱。冷清时一批可能只有一张票；里面写了什么，没有私钥看不到。"),
                _text(batch, "key"),
            ),
            Field(
                "tag",
                _("认出同一台设备重发同一张票的暗记；没有服务器的密钥，它什么也验不了。"),
                _hex(mark.tag) if mark else "",
            ),
        ),
        _nothing(mark, live, _("现在票箱里没有票：还没有人投，或已开箱删除。")),
    )


def _envelope(poll: Poll, batch: Batch | None, live: bool) -> Kind:
    sealed = _("密文：只有这一场的私钥能打开。私钥加了锁，开锁要三份分片中的两份。")
    if poll.keys_held == "site":
        sealed = _("密文：只有这一场的私钥能打开。本次投票的私钥由服务器保管。")
    return Kind(
        _("密封信封：一批选票"),
        _("票箱，与用码记录在一起；开箱后先毁钥匙，再删信封。"),
        (
            Field("count", _("信封里有几张票，已打乱。"), _text(batch, "count")),
            Field("sealed", sealed, _hex(batch.sealed) if batch else ""),
            Field(
                "slot",
                _("开放投票的第几时段，每段至少 200 票；凭码投票的都是 0。"),
                _text(batch, "slot"),
            ),
            Field(
                "mac",
                _("封条：收票程序给每一批盖的印，绑着上一批；塞进、改动、抽走都会在开箱时露出来。"),
                _hex(batch.mac) if batch else "",
            ),
        ),
        _nothing(batch, live, _("现在票箱里没有票：还没有人投，或已开箱删除。")),
    )


def _slot(slot: Slot | None, live: bool) -> Kind:
    return Kind(
        _("时段：开放投票的粗略计数"),
        _("票箱，开箱后删除；主数据库只留各时段的开始时间和票数。"),
        (
            Field("began", _("时段开始，取整到十分钟（1970年起的分钟数）。"), _text(slot, "began")),
            Field("count", _("这个时段的票数。"), _text(slot, "count")),
            Field("minute", _("最近有票进箱的一分钟，"), _text(slot, "minute")),
            Field("in_minute", _("和这一分钟的票数，只用来算下面一项。"), _text(slot, "in_minute")),
            Field("peak", _("一分钟最多的票数，用来发现突增。"), _text(slot, "peak")),
        ),
        _nothing(slot, live, _("现在票箱里没有票：还没有人投，或已开箱删除。")),
    )


def _sheets(poll: Poll, sheets: OpenedSheets | None, live: bool) -> Kind:
    fields = [
        Field("rater_class", _("票种。"), _class_title(poll, sheets) if sheets else ""),
        Field("target", _("评议对象。"), sheets.target.title if sheets else ""),
        Field("number", _("张数。"), _text(sheets, "number")),
        Field(
            "rows",
            _(
                "各张测评单的答案，从小到大排好，次序里没有任何信息；同一张票对其他对象的答案已拆开。"
            ),
            "\n".join(_lines(poll, sheets)) if sheets else "",
        ),
    ]
    nothing = _("还没有开箱，或没有一个票种达到最小公开票数且意见不全相同。")
    return Kind(
        _("开箱后的测评单"),
        _("主数据库，长期保存。没有码、没有序号、没有时间。"),
        tuple(fields),
        _nothing(sheets, live, nothing),
    )


def _lines(poll: Poll, sheets: OpenedSheets) -> Iterator[str]:
    rows: Codes = unpack_rows(bytes(sheets.rows), sheets.dimensions)
    paper = form_of(poll).paper(sheets.item.paper)
    for row in rows[:MOST_SHEETS]:
        raw = row.astype("<u2").tobytes().hex(" ", 2)
        yield f"{raw}  =  " + " ".join(_reading(paper, int(code)) for code in row)
    if len(rows) > MOST_SHEETS:
        yield _("……以下 %(number)s 张从略") % {"number": len(rows) - MOST_SHEETS}


def _reading(paper: PaperForm, code: int) -> str:
    if code < len(paper.answers):
        return paper.answers[code].label
    special = {paper.abstained: _("弃权"), paper.not_informed: _("不了解"), NOT_RATED: "—"}
    return special.get(code, "?")


def _class_title(poll: Poll, sheets: OpenedSheets) -> str:
    return form_of(poll).rater_class(sheets.rater_class).title


def _leaves(leaves: Leaves | None, live: bool) -> Kind:
    data = bytes(leaves.data) if leaves else b""
    shown = [data[i : i + 32].hex() for i in range(0, min(len(data), 32 * MOST_LEAVES), 32)]
    return Kind(
        _("回执"),
        _("主数据库，全部公布。与测评单分开存放，也已排序，两边没有对应关系。"),
        (Field("data", _("各票的随机回执，每个 32 字节，由投票人的设备产生。"), "\n".join(shown)),),
        _nothing(leaves, live, _("还没有开箱。")),
    )


def _nothing(row: object | None, live: bool, text: str) -> str:
    return text if live and row is None else ""


def _text(row: object | None, name: str) -> str:
    return "" if row is None else str(getattr(row, name))


def _hex(data: bytes) -> str:
    """In pairs of bytes; long ones cut, with their length."""
    shown = data[:HEX_BYTES].hex(" ", 2)
    if len(data) <= HEX_BYTES:
        return shown
    return shown + " … " + _("（共 %(number)s 字节）") % {"number": len(data)}
