"""What comes by file: paper ballots counted by hand (entered twice, by two people, compared), and
figures of an agency."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from pingyi.apps.ballots.models import FigureEntry, PaperEntry, TallyEntry
from pingyi.apps.people.access import require_another, require_for_all
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account
from pingyi.apps.polls.actions import lock_poll
from pingyi.apps.polls.enums import OVER, PollState, Way
from pingyi.apps.polls.models import Poll
from pingyi.apps.schemes import tables
from pingyi.base import audit
from pingyi.base.errors import Conflict, Invalid
from pingyi.base.marks import mark_of, need_seen

Rows = Sequence[Mapping[str, str]]
_NUMBERS = {"count", "expected", "present", "issued", "returned", "valid", "invalid", "population"}


@dataclass(frozen=True)
class Upload:
    """An uploaded file."""

    name: str
    content: bytes


def codes_of(poll: Poll) -> list[str]:
    return list(poll.targets.values_list("code", flat=True))


@transaction.atomic
def enter_tally(*, by: Account, poll: Poll, tallies: Upload, rolls: Upload | None) -> TallyEntry:
    """The first or the second entry of counted sheets. Whoever made an entry replaces it until
    both agree. Raises ``Invalid`` with everything that is wrong with the files."""
    require_for_all(by, Role.ORGANISER, Role.CHECKER)
    poll = lock_poll(poll)
    if poll.state in {PollState.DRAFT, *OVER}:
        raise Conflict(_("对象和渠道还没有封定，或投票已作废、已清除。"))
    entries = {entry.turn: entry for entry in TallyEntry.objects.filter(poll=poll)}
    if len(entries) == 2 and not differences(entries[1], entries[2]):
        raise Conflict(_("两遍录入已经一致，不能再改。"))
    signer = f"{by.name}（{by.username}）"
    turn = turn_of(by, entries)
    codes = codes_of(poll)
    read = {"tallies": tables.read_rows(poll.version, "tallies", *_parts(tallies), codes)}
    if rolls is not None:
        read["rolls"] = tables.read_rows(poll.version, "rolls", *_parts(rolls), codes)
    taken = set(poll.channels.filter(way=Way.FILE).values_list("input_key", flat=True))
    if any(row["input"] not in taken for rows in read.values() for row in rows):
        raise Invalid(
            _("这里只收汇总票渠道的表。"), _("逐票渠道的人数在票册里填写。"), field="file"
        )
    digest = hashlib.sha256(json.dumps(read, sort_keys=True).encode()).hexdigest()
    TallyEntry.objects.filter(poll=poll, turn=turn).delete()
    entry = TallyEntry.objects.create(
        poll=poll, turn=turn, rows=read, digest=digest, entered_by=signer
    )
    audit.record(by=by, verb="ballots.tally.entered", subject=poll, turn=turn, digest=digest)
    return entry


def turn_of(by: Account, entries: Mapping[int, TallyEntry] | Mapping[int, PaperEntry]) -> int:
    """Which of the two entries is this person's. Raises ``Conflict`` where it can be neither."""
    for turn, entry in entries.items():
        if entry.entered_by == str(by):
            return turn
    free = next((turn for turn in (1, 2) if turn not in entries), None)
    if free is None:
        raise Conflict(_("两遍都已有人录入，须由录入人本人更正。"))
    for entry in entries.values():
        require_another(by, entry.entered_by, _("两遍录入须由两人完成。"))
    return free


def _parts(upload: Upload) -> tuple[bytes, str]:
    return upload.content, upload.name


@dataclass(frozen=True)
class Difference:
    """A cell in which the two entries differ; None: the row is not there."""

    table: str
    row: tuple[str, ...]
    column: str
    first: str | None
    second: str | None


def differences(first: TallyEntry, second: TallyEntry) -> list[Difference]:
    """Cell by cell."""
    found = []
    for table in ("tallies", "rolls"):
        left, right = _by_key(first.rows.get(table, ())), _by_key(second.rows.get(table, ()))
        for key in sorted({*left, *right}):
            mine, theirs = left.get(key), right.get(key)
            for column in sorted(_NUMBERS & {*(mine or {}), *(theirs or {})}):
                pair = (mine.get(column) if mine else None, theirs.get(column) if theirs else None)
                if pair[0] != pair[1]:
                    found.append(Difference(table, key, column, pair[0], pair[1]))
    return found


def _by_key(rows: Rows) -> dict[tuple[str, ...], Mapping[str, str]]:
    return {
        tuple(value for name, value in row.items() if name not in _NUMBERS): row for row in rows
    }


def agreed_tally(poll: Poll) -> Mapping[str, Rows]:
    """The tables of both entries where they agree. Raises ``Conflict`` where they do not."""
    entries = list(TallyEntry.objects.filter(poll=poll).order_by("turn"))
    if not entries:
        return {}
    if len(entries) < 2 or differences(*entries):
        raise Conflict(
            _("汇总票的两遍录入还不一致，或只录了一遍。"), _("请到“录入汇总票”页核对后更正。")
        )
    found: Mapping[str, Rows] = entries[0].rows
    return found


@transaction.atomic
def enter_figures(*, by: Account, poll: Poll, file: Upload, seen: str | None = None) -> FigureEntry:
    """Scores of an agency and other supplied figures; replaces what was there, if ``seen`` is
    still its mark (``Stale``)."""
    require_for_all(by, Role.ORGANISER)
    poll = lock_poll(poll)
    if poll.state in {PollState.DRAFT, *OVER}:
        raise Conflict(_("对象和渠道还没有封定，或投票已作废、已清除。"))
    need_seen(seen, mark_of_figures(poll), poll, verbs=["ballots.figures.entered"])
    rows = tables.read_rows(poll.version, "figures", *_parts(file), codes_of(poll))
    digest = hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()
    FigureEntry.objects.filter(poll=poll).delete()
    entry = FigureEntry.objects.create(
        poll=poll, rows=rows, digest=digest, entered_by=f"{by.name}（{by.username}）"
    )
    facts = {"digest": digest, "rows": len(rows)}
    audit.record(by=by, verb="ballots.figures.entered", subject=poll, **facts)
    return entry


def mark_of_figures(poll: Poll) -> str:
    """The mark of the figures that were entered last."""
    return mark_of(*FigureEntry.objects.filter(poll=poll).values_list("digest", "entered_by"))
