"""What the unit does: writes its pledge, hands it in, and accounts for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.ledger.actions import Term
from pingyi.apps.ledger.actions.due import NO_TERM
from pingyi.apps.ledger.actions.keeping import needed
from pingyi.apps.people.models import Account
from pingyi.apps.pledges.access import require_owner
from pingyi.apps.pledges.actions.keeping import as_seen, go, is_late, keep, locked
from pingyi.apps.pledges.enums import First, Manner, Measure, Medium, Signature
from pingyi.apps.pledges.models import Aspect, Item, Pledge
from pingyi.base.errors import Conflict, Invalid, Missing
from pingyi.base.figures import day as shown
from pingyi.base.marks import changed_meanwhile
from pingyi.base.terms import derivation, due_after

MOST_ITEMS = 30


@dataclass(frozen=True)
class Giver:
    """Who pledges, and how."""

    head_name: str
    head_post: str
    manner: Manner = Manner.MEDIA
    medium: str = Medium.NEWSPAPER
    signature: Signature = Signature.SEAL


@dataclass(frozen=True)
class Promise:
    """What an item says. ``target`` None: it is kept or not."""

    aspect: Aspect
    text: str
    target: Decimal | None = None
    measured_in: str = ""
    benchmark: str = ""
    benchmark_figure: str = ""
    first: First = First.NONE
    term: Term = NO_TERM


@transaction.atomic
def write(*, by: Account, pledge: Pledge, giver: Giver, seen: int | None = None) -> Pledge:
    """Who gives the pledge, how, and what makes the letter good."""
    one = locked(pledge)
    require_owner(by, one)
    go(one, "write")
    as_seen(one, seen)
    one.head_name = needed(giver.head_name, _("请填写承诺人。"), "head_name")
    one.head_post = needed(giver.head_post, _("请填写职务。"), "head_post")
    if giver.manner == Manner.MEDIA and not giver.medium:
        raise Invalid(_("媒体公开承诺请选择媒体。"), field="medium")
    one.manner, one.signature = giver.manner, giver.signature
    one.medium = giver.medium if giver.manner == Manner.MEDIA else ""
    return keep(one, by=by, verb="written")


@transaction.atomic
def save_item(
    *, by: Account, pledge: Pledge, promise: Promise, number: int | None = None, seen: int = 0
) -> Item:
    """A new item, or a changed one. ``seen``: the version that was on the page, 0 for none. Raises
    ``Stale`` where it is another by now, or was struck out; whoever says that there is none has it
    entered as a new one."""
    one = locked(pledge)
    require_owner(by, one)
    go(one, "write")
    item = _item_as_seen(one, number, seen) or _new_item(one)
    _say(item, promise)
    item.save()
    keep(one, by=by, verb="item_saved", note=item.text, item=item.number)
    return item


def _item_as_seen(pledge: Pledge, number: int | None, seen: int) -> Item | None:
    """The item, if it is the version that was on the page; None where there is none, as seen."""
    found = pledge.items.filter(number=number or 0).first()
    if (found.version if found else 0) != seen:
        raise changed_meanwhile("pledges.pledge", pledge.pk, item=number)
    if found is not None:
        found.version += 1
    return found


def _new_item(pledge: Pledge) -> Item:
    if pledge.items.count() >= MOST_ITEMS:
        raise Conflict(_("承诺事项最多%(most)s条。") % {"most": MOST_ITEMS})
    last = pledge.items.order_by("-number").first()
    return Item(pledge=pledge, number=last.number + 1 if last else 1)


def _say(item: Item, promise: Promise) -> None:
    campaign = item.pledge.campaign
    if promise.aspect.campaign_id != campaign.pk or not promise.aspect.title:
        raise Invalid(_("请选择本次活动的承诺方面。"), field="aspect")
    if promise.target is not None and promise.target <= 0:
        raise Invalid(_("目标数量须大于零。"), field="target")
    item.aspect = promise.aspect
    item.text = needed(promise.text, _("请写明承诺事项。"), "text")
    item.measure = Measure.NUMBER if promise.target is not None else Measure.YES_NO
    item.target = promise.target
    item.measured_in = promise.measured_in.strip() if promise.target is not None else ""
    if promise.target is not None and not item.measured_in:
        raise Invalid(_("请填写计量单位，如：个、亿元。"), field="measured_in")
    item.benchmark = promise.benchmark.strip()
    item.benchmark_figure = promise.benchmark_figure.strip()
    item.first = promise.first
    item.due_on, item.due_words = _due(campaign.closes_on, promise.term)


def _due(start: date, term: Term) -> tuple[date, str]:
    """Terms in days or months count from the end of the window: everybody's the same."""
    if term.amount is not None:
        due = due_after(start, term.amount, term.unit)
        return due.day, derivation(due)
    if term.day is None:
        raise Invalid(_("请填写完成期限。"), field="due_on")
    return term.day, _("指定日期。")


@transaction.atomic
def drop_item(*, by: Account, pledge: Pledge, number: int, seen: int) -> None:
    """Strike an item out of a draft, as it was on the page; the others keep their numbers."""
    one = locked(pledge)
    require_owner(by, one)
    go(one, "write")
    item = _item_as_seen(one, number, seen)
    if item is None:
        raise Missing(_("没有这条承诺事项。"), _("它可能已被删去；请回到承诺书。"))
    text = item.text
    item.delete()
    keep(one, by=by, verb="item_dropped", note=text, item=number)


@transaction.atomic
def hand_in(*, by: Account, pledge: Pledge) -> Pledge:
    """Within the window, or admitted late by the organiser."""
    one = locked(pledge)
    require_owner(by, one)
    one.state = go(one, "hand_in")
    today = timezone.localdate()
    if is_late(one, today):
        campaign = one.campaign
        raise Conflict(
            _("集中承诺时间是%(opens)s至%(closes)s，现在不能提交。")
            % {"opens": shown(campaign.opens_on), "closes": shown(campaign.closes_on)},
            _("确有原因的，请组织者准予逾期提交。"),
        )
    if not one.head_name or not one.head_post:
        raise Invalid(_("还没有填写承诺人和职务。"), _("请先填写。"))
    if not one.items.exists():
        raise Invalid(_("还没有承诺事项。"), _("请先添加承诺事项。"))
    past = one.items.filter(due_on__lt=today).first()
    if past is not None:
        raise Invalid(
            _("“%(text)s”的期限%(day)s已经过去。") % {"text": past.text, "day": shown(past.due_on)},
            _("请改为今天或以后的日期。"),
        )
    one.handed_in_by, one.returned_reason = by, ""
    one.handed_in_on = one.handed_in_on or today
    return keep(one, by=by, verb="handed_in")


@dataclass(frozen=True)
class Told:
    """What the unit says that it did."""

    claimed: Decimal | None
    text: str


@transaction.atomic
def account(
    *, by: Account, pledge: Pledge, said: Mapping[int, Told], seen: int | None = None
) -> Pledge:
    """The unit's own account, by number of the item; it is material for the settlement, which
    others make."""
    one = locked(pledge)
    require_owner(by, one)
    go(one, "account")
    as_seen(one, seen)
    for item in one.items.filter(number__in=said):
        words = said[item.number]
        item.claimed, item.account = words.claimed, words.text.strip()
        if item.measure == Measure.YES_NO:
            item.claimed = None
        item.save()
    return keep(one, by=by, verb="accounted")
