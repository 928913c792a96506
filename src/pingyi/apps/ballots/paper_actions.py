"""Typing in the ballots of paper: by two, each with a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from pingyi.apps.ballots import paper, wire
from pingyi.apps.ballots.desk import Desk, load_desk
from pingyi.apps.ballots.files import Upload, codes_of, turn_of
from pingyi.apps.ballots.models import PaperEntry
from pingyi.apps.ballots.paper import Place, Waiting
from pingyi.apps.people.access import require_for_all
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account
from pingyi.apps.polls.actions import lock_poll
from pingyi.apps.polls.models import Item, Poll
from pingyi.apps.schemes import paper_ballots
from pingyi.apps.schemes.ballot_forms import NOT_RATED
from pingyi.apps.schemes.paper_ballots import PaperBallot
from pingyi.base import audit
from pingyi.base.errors import Conflict, Invalid
from pingyi.proofs.envelopes import seal

_NO_LEAF = bytes(wire.LEAF_BYTES)


@transaction.atomic
def type_in(*, by: Account, poll: Poll, file: Upload | None, more: bool = False) -> int:
    """The first or the second entry of all ballots of paper that wait; no file: none came back.
    Whoever made an entry replaces it until both agree. ``more``: there were more in the urn than
    codes were exchanged; the account then doesn't balance. Returns how many ballots were read.

    Raises ``Invalid`` with everything that is wrong with the file.
    """
    require_for_all(by, Role.ORGANISER, Role.CHECKER)
    poll = lock_poll(poll)
    waits = paper.waiting(poll)
    if not waits:
        raise Conflict(
            _("现在没有要录入纸票的场次。"), _("换发过纸票的场次，锁定以后、清点以前录入。")
        )
    ballots = _read(poll, file) if file is not None else []
    desk = load_desk(poll)
    records = {one.item.pk: _records(desk, one.item, ballots) for one in waits}
    _all_used(poll, waits, ballots)
    for one in waits:
        _not_too_many(desk, one, records[one.item.pk], more)
    for one in waits:
        _keep(by, desk, one, records[one.item.pk])
    audit.record(by=by, verb=paper.TYPED, subject=poll, ballots=len(ballots), more=more)
    return len(ballots)


def _read(poll: Poll, file: Upload) -> list[PaperBallot]:
    return paper_ballots.read_paper_ballots(poll.version, file.content, file.name, codes_of(poll))


def _is_of(item: Item, ballot: PaperBallot) -> bool:
    return (item.channel.input_key, item.paper) == (ballot.input, ballot.paper)


def _records(desk: Desk, item: Item, ballots: Iterable[PaperBallot]) -> list[tuple[str, bytes]]:
    """(number on the sheet, ballot as in an envelope) of what is for this item."""
    places = {named.key: index for index, named in enumerate(desk.form.classes)}
    own = desk.items[item.number].paper.scope == "own"
    found = []
    for ballot in ballots:
        if not _is_of(item, ballot):
            continue
        rated = [place for place, row in enumerate(ballot.codes) if row[0] != NOT_RATED]
        codes, target = ballot.codes, wire.EVERY_TARGET
        if item.target is not None:
            if item.target.number - 1 not in rated:
                continue
            codes = ballot.codes[item.target.number - 1]
        elif own:
            codes, target = ballot.codes[rated[0]], rated[0] + 1
        answers = codes.astype("<u2").tobytes()
        record = wire.write_record(places[ballot.rater_class], target, _NO_LEAF, answers)
        found.append((ballot.label, record))
    return found


def _all_used(poll: Poll, waits: list[Waiting], ballots: list[PaperBallot]) -> None:
    """Nothing that was typed in may be lost. Raises ``Invalid``."""
    titles = list(poll.targets.values_list("title", flat=True))
    for ballot in ballots:
        mine = [one.item for one in waits if _is_of(one.item, ballot)]
        whole = any(item.target is None for item in mine)
        into = {item.target.number - 1 for item in mine if item.target is not None}
        rated = {place for place, row in enumerate(ballot.codes) if row[0] != NOT_RATED}
        lost = set() if whole else rated - into
        if lost:
            facts = {
                "label": ballot.label,
                "targets": "、".join(titles[place] for place in sorted(lost)),
            }
            raise Invalid(
                _("第 %(label)s 张评了“%(targets)s”，这些场次没有换发过纸票，或不在待录入之列。")
                % facts,
                _("请核对渠道、票种和对象；已经一致或已经清点的场次，把它的行删去。"),
                field="file",
            )


def _not_too_many(desk: Desk, one: Waiting, records: list[tuple[str, bytes]], more: bool) -> None:
    """At most as many as codes were exchanged, class by class, unless the urn itself has more.
    Raises ``Invalid``."""
    for (rater_class, target), number in _numbers(record for _label, record in records).items():
        if not more and number > one.exchanged.get((rater_class, target), 0):
            raise Invalid(
                _("“%(item)s”的“%(title)s”录入了 %(number)s 张，多于换发的 %(most)s 张。")
                % {
                    "item": one.item,
                    "title": desk.form.classes[rater_class].title,
                    "number": number,
                    "most": one.exchanged.get((rater_class, target), 0),
                },
                _(
                    "请核对票种。票箱里确实多出的，勾选“票箱里的纸票比换发的多”再传一次；"
                    "开箱后要由两人裁定才能公布。"
                ),
                field="file",
            )


def _numbers(records: Iterable[bytes]) -> Counter[Place]:
    return Counter(wire.read_record(record)[:2] for record in records)


def _keep(by: Account, desk: Desk, one: Waiting, records: list[tuple[str, bytes]]) -> None:
    item = one.item
    turn = turn_of(by, {entry.turn: entry for entry in one.entries})
    plain = [record for _label, record in records]
    label = paper.label_of(desk.slug, item, turn, len(plain))
    sealed = seal(label, desk.items[item.number].public_key, plain) if plain else b""
    PaperEntry.objects.filter(item=item, turn=turn).delete()
    PaperEntry.objects.create(
        item=item,
        turn=turn,
        digests=[[number, paper.digest_of(desk.slug, item, record)] for number, record in records],
        sealed=sealed,
        entered_by=str(by),
    )
