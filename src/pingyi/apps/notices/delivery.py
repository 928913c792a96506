"""Notices that go out: by e-mail what is unread, by text message what is urgent; together, and at a
time when it is welcome.

``tick`` is called once in a while by every process of the site. What fails is tried again; notices
are claimed before they are sent, so that two processes don't send them twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from pingyi.apps.notices.actions import GATHER
from pingyi.apps.notices.models import Notice, NoticeWishes
from pingyi.apps.notices.queries import wishes_of
from pingyi.apps.notices.rules import Wishes, is_quiet
from pingyi.apps.people.models import Account
from pingyi.base.days import Calendar
from pingyi.base.terms import load_calendar

AGAIN = timedelta(minutes=15)
"""After a failure, and between two messages to one account."""
GIVEN_UP = timedelta(days=7)
MOST_LINES = 50
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outlet:
    """A way out of the house. ``after`` and ``sent`` are the fields of a notice that say when it
    may go this way and when it went; ``send`` raises ``OSError`` where it fails."""

    name: str
    after: str
    sent: str
    is_on: Callable[[], bool]
    notices: Q
    accounts: Callable[[], Q]
    wanted: Callable[[Wishes], bool]
    send: Callable[[Account, list[Notice]], None]


def tick(now: datetime) -> int:
    """Send what is due; returns how many messages went out."""
    return sum(_deliver(outlet, now) for outlet in OUTLETS if outlet.is_on())


def _deliver(outlet: Outlet, now: datetime) -> int:
    accounts = list(_waiting(outlet, now))
    calendar = load_calendar() if accounts else Calendar({}, frozenset())
    return sum(_write_to(outlet, account, now, calendar) for account in accounts)


def _due(outlet: Outlet, now: datetime) -> Q:
    return outlet.notices & Q(
        **{
            "read_at": None,
            outlet.sent: None,
            f"{outlet.after}__lte": now,
            "created_at__gt": now - GIVEN_UP,
        }
    )


def _waiting(outlet: Outlet, now: datetime) -> Iterator[Account]:
    due = Notice.objects.filter(_due(outlet, now)).values("account")
    accounts = Account.objects.filter(outlet.accounts(), pk__in=due, is_active=True)
    yield from accounts.order_by("pk")


def _write_to(outlet: Outlet, account: Account, now: datetime, calendar: Calendar) -> bool:
    wishes = wishes_of(account)
    if not outlet.wanted(wishes) or is_quiet(timezone.localtime(now), wishes, calendar):
        return False
    claimed = _claim(outlet, account, now)
    if not claimed:
        return False
    try:
        with translation.override(settings.LANGUAGE_CODE):
            outlet.send(account, claimed)
    except OSError as error:  # smtplib's own errors are among them
        _log.warning("%s to account %s: %s", outlet.name, account.pk, error)
        return False
    Notice.objects.filter(pk__in=[one.pk for one in claimed]).update(**{outlet.sent: now})
    return True


@transaction.atomic
def _claim(outlet: Outlet, account: Account, now: datetime) -> list[Notice]:
    """The notices for one message, kept from other processes until it has gone or failed."""
    Account.objects.select_for_update().get(pk=account.pk)
    mine = Notice.objects.filter(account=account)
    if mine.filter(**{f"{outlet.sent}__gt": now - AGAIN}).exists():
        return []
    if not mine.filter(_due(outlet, now)).exists():
        return []
    # With those that are due goes what came just now.
    unsent = mine.filter(_due(outlet, now + GATHER))
    claimed = list(unsent)
    unsent.update(**{outlet.after: now + AGAIN})
    return claimed


def _mail(account: Account, notices: list[Notice]) -> None:
    waiting = sum(notice.waits for notice in notices)
    subject = _("评议：%(number)s条新消息") % {"number": len(notices)}
    if waiting:
        subject += _("，其中%(number)s条待办") % {"number": waiting}
    lines = [_("%(name)s同志：") % {"name": account.name}, ""]
    mark = _("【待办】")
    lines += [f"{mark if one.waits else ''}{one.title}" for one in notices[:MOST_LINES]]
    lines += ["", _("请登录评议系统查看办理。"), settings.SITE_ADDRESS]
    lines += ["", _("何时发邮件，可在“消息”页的“消息设置”里修改。本邮件由系统发出，请勿回复。")]
    EmailMessage(subject, "\n".join(lines), to=[account.email]).send()


def _text(account: Account, notices: list[Notice]) -> None:
    """Nothing of the matter itself: a text message passes through others' hands."""
    words = _("评议系统：您有%(number)s条催办消息，请登录办理。") % {"number": len(notices)}
    if settings.SMS is not None:
        settings.SMS(wishes_of(account).mobile, words)


def _with_mobile() -> Q:
    return Q(pk__in=NoticeWishes.objects.filter(by_sms=True).exclude(mobile="").values("account"))


OUTLETS = (
    Outlet(
        "mail",
        "mail_after",
        "mailed_at",
        is_on=lambda: bool(settings.MAIL_ON),
        notices=Q(),
        accounts=lambda: ~Q(email=""),
        wanted=lambda wishes: wishes.by_mail,
        send=_mail,
    ),
    Outlet(
        "text message",
        "text_after",
        "texted_at",
        is_on=lambda: settings.SMS is not None,
        notices=Q(urgent=True),
        accounts=_with_mobile,
        wanted=lambda wishes: wishes.by_sms,
        send=_text,
    ),
)
