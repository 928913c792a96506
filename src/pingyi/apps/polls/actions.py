"""What is done with polls before anybody votes. Opening and locking belong to the box."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from pingyi.apps.notices.actions import tell
from pingyi.apps.people.access import require_for_all
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account
from pingyi.apps.people.queries.accounts import holders_of
from pingyi.apps.polls import queries
from pingyi.apps.polls.access import may
from pingyi.apps.polls.enums import CAST, Admission, Casting, KeyHolding, PollState, Way
from pingyi.apps.polls.models import Channel, Item, Poll, Target
from pingyi.apps.polls.workflow import POLL
from pingyi.apps.schemes.ballot_forms import BallotForm
from pingyi.apps.schemes.models import SchemeVersion
from pingyi.base import audit
from pingyi.base.errors import Conflict, Invalid
from pingyi.base.marks import fields_mark, mark_of, need_seen
from pingyi.base.references import Reference
from pingyi.base.stories import last_told

MOST_TARGETS = 1_000
FACTS = ("title", "basis", "filing_number", "keys_held", "smallest_cell")
CHANNEL_FACTS = ("way", "casting", "admission", "opens_at", "closes_at")
STATE_TITLES: dict[str, object] = {state.value: state.label for state in PollState}


@transaction.atomic
def create_poll(
    *,
    by: Account,
    title: str,
    version: SchemeVersion,
    rehearsal: bool,
    basis: str = "",
    filing_number: str = "",
    keys_held: str = KeyHolding.SPLIT,
    smallest_cell: int = 5,
) -> Poll:
    """A poll under a sealed scheme version, with a channel for each input of the scheme. Without
    a basis and a filing number of its own it has the scheme's.

    Raises ``Conflict`` for a version that is not sealed.
    """
    require_for_all(by, Role.ORGANISER)
    poll = Poll(
        title=title.strip(),
        version=version,
        rehearsal=rehearsal,
        basis=basis.strip() or version.basis_document,
        filing_number=filing_number.strip() or version.filing_number,
        keys_held=keys_held,
        smallest_cell=smallest_cell,
    )
    form = queries.form_of(poll)
    if not poll.title:
        raise Invalid(_("请填写名称。"), field="title")
    poll.save()
    for channel in form.channels:
        way = Way.HALL if channel.kind == "ballots" else Way.FILE
        Channel.objects.create(poll=poll, input_key=channel.key, title=channel.title, way=way)
    audit.record(by=by, verb="polls.poll.created", subject=poll, rehearsal=rehearsal)
    return poll


@transaction.atomic
def set_facts(
    *,
    by: Account,
    poll: Poll,
    title: str,
    basis: str,
    filing_number: str,
    keys_held: str,
    smallest_cell: int,
    seen: str | None = None,
) -> Poll:
    """Correct what stands in the heading of a poll while it is being prepared. ``seen``, here and
    below: the mark of what was on the page (``Stale``)."""
    require_for_all(by, Role.ORGANISER)
    poll = _draft(poll)
    need_seen(seen, fields_mark(poll, FACTS), poll, verbs=["polls.facts.set"])
    if not title.strip():
        raise Invalid(_("请填写名称。"), field="title")
    poll.title, poll.basis, poll.filing_number = title.strip(), basis.strip(), filing_number.strip()
    poll.keys_held, poll.smallest_cell = keys_held, smallest_cell
    poll.save()
    facts = {"keys_held": keys_held, "smallest_cell": smallest_cell, "basis": poll.basis}
    audit.record(by=by, verb="polls.facts.set", subject=poll, **facts)
    return poll


@transaction.atomic
def set_targets(
    *,
    by: Account,
    poll: Poll,
    targets: Sequence[Mapping[str, Any]],
    draw_lots: bool = False,
    seen: str | None = None,
) -> Poll:
    """Put these targets (``code``, ``title``, ``presenter``, ``parent``, ``attributes``) in the
    place of those that are there; in this order, or in one drawn by lot."""
    require_for_all(by, Role.ORGANISER)
    poll = _draft(poll)
    need_seen(seen, mark_of_targets(poll.targets.all()), poll, verbs=["polls.targets.set"])
    rows = list(targets)
    checked_codes(rows)
    if draw_lots:
        secrets.SystemRandom().shuffle(rows)
    poll.targets.all().delete()
    Target.objects.bulk_create(
        Target(
            poll=poll,
            number=number,
            code=str(row["code"]).strip(),
            title=str(row["title"]).strip(),
            presenter=str(row.get("presenter") or "").strip(),
            parent=str(row.get("parent") or "").strip(),
            attributes=dict(row.get("attributes") or {}),
        )
        for number, row in enumerate(rows, start=1)
    )
    order = [row["code"] for row in rows]
    audit.record(by=by, verb="polls.targets.set", subject=poll, order=order, lots=draw_lots)
    return poll


def mark_of_targets(targets: QuerySet[Any]) -> str:
    """The mark of a table of targets, of a vote or a round."""
    names = ("code", "title", "presenter", "parent", "attributes")
    return mark_of(*targets.order_by("number").values_list(*names))


def checked_codes(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The codes of targets, in their order. Raises ``Invalid`` for too many targets, one without
    code or title, and a code that stands twice."""
    codes = [str(row["code"]).strip() for row in rows]
    if len(rows) > MOST_TARGETS:
        raise Invalid(_("评议对象最多 %(most)s 个。") % {"most": MOST_TARGETS})
    for place, code in enumerate(codes, start=1):
        if not code or not str(rows[place - 1]["title"]).strip():
            raise Invalid(_("第 %(place)s 个对象缺少编码或名称。") % {"place": place})
        if codes.index(code) != place - 1:
            raise Invalid(_("对象编码“%(code)s”重复。") % {"code": code})
    return codes


@transaction.atomic
def set_channel(
    *,
    by: Account,
    channel: Channel,
    way: str,
    casting: str = Casting.WHOLE,
    admission: str = Admission.CODE,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    seen: str | None = None,
) -> Channel:
    """How the ballots of a channel come in, and when. Raises ``Invalid``."""
    require_for_all(by, Role.ORGANISER)
    poll = _draft(channel.poll)
    now = fields_mark(Channel.objects.get(pk=channel.pk), CHANNEL_FACTS)
    need_seen(seen, now, channel, verbs=["polls.channel.set"])
    source = queries.form_of(poll).channel(channel.input_key)
    if way != Way.NONE and (source.kind == "tally") != (way == Way.FILE):
        raise Invalid(
            _("“%(title)s”在方案中是汇总票时只能由文件导入，是逐票时不能。")
            % {"title": channel.title},
            field="way",
        )
    if opens_at and closes_at and closes_at <= opens_at:
        raise Invalid(_("截止时间须在开始时间之后。"), field="closes_at")
    channel.way, channel.casting, channel.admission = way, casting, admission
    channel.opens_at, channel.closes_at = opens_at, closes_at
    if refusal := queries.why_not_open(queries.form_of(poll), channel):
        raise Invalid(refusal, _("请改为凭投票码。"), field="admission")
    channel.save()
    facts = {
        "way": way,
        "casting": casting,
        "admission": admission,
        "opens_at": opens_at,
        "closes_at": closes_at,
    }
    audit.record(by=by, verb="polls.channel.set", subject=channel, **facts)
    return channel


@transaction.atomic
def prepare(*, by: Account, poll: Poll) -> Poll:
    """Fix targets and channels and lay out the items. Raises ``Invalid`` with all obstacles."""
    require_for_all(by, Role.ORGANISER)
    poll = _draft(poll)
    blocking = [found.text for found in queries.obstacles(poll) if found.blocks]
    if blocking:
        raise Invalid("".join(blocking))
    form = queries.form_of(poll)
    items = [
        item for channel in poll.channels.filter(way__in=CAST) for item in _items(form, channel)
    ]
    for number, item in enumerate(items, start=1):
        item.number = number
    Item.objects.bulk_create(items)
    poll.state = POLL.go(poll.state, "prepare", STATE_TITLES)
    poll.stamp += 1
    poll.save(update_fields=["state", "stamp"])
    audit.record(by=by, verb="polls.poll.prepared", subject=poll, items=len(items))
    _tell_others(by, poll)
    return poll


def _tell_others(by: Account, poll: Poll) -> None:
    """Those who check and chair learn that a vote is coming."""
    others = holders_of(Role.CHECKER) | holders_of(Role.CHAIR)
    tell(
        by=by,
        accounts=[one for one in others.distinct() if may(one, Role.CHECKER, Role.CHAIR)],
        kind="polls.poll.prepared",
        title=_("“%(title)s”已封定对象和渠道") % {"title": poll.title},
        reference=Reference("polls.poll", str(poll.pk)),
        address=reverse("polls:poll", args=[poll.slug]),
    )


def _items(form: BallotForm, channel: Channel) -> list[Item]:
    poll = channel.poll
    papers = form.channel(channel.input_key).papers
    if channel.casting == Casting.SHEET:
        return [
            Item(poll=poll, channel=channel, paper=paper, target=target)
            for target in poll.targets.all()
            for paper in papers
        ]
    return [Item(poll=poll, channel=channel, paper=paper) for paper in papers]


def touch(poll: Poll) -> None:
    """Tell the intake that it must read the poll anew."""
    Poll.objects.filter(pk=poll.pk).update(stamp=F("stamp") + 1)


def lock_poll(poll: Poll) -> Poll:
    """The poll as it is now, held until the transaction ends."""
    return Poll.objects.select_for_update(of=("self",)).select_related("version").get(pk=poll.pk)


def _draft(poll: Poll) -> Poll:
    poll = lock_poll(poll)
    if poll.state != PollState.DRAFT:
        raise Conflict(
            _("投票“%(title)s”已封定，对象和渠道不能再改。") % {"title": poll.title}
            + last_told("polls.poll", poll.pk),
            _("如确需更改，请另建一次投票。"),
        )
    return poll
