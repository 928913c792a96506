"""Notices by e-mail: what is unread goes out together, at a time when it is welcome.

``tick`` is called once in a while by every process of the site. A mail that fails is tried again;
one is claimed before it is sent, so that two processes don't send it twice.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from pingyi.apps.notices.actions import GATHER
from pingyi.apps.notices.models import Notice
from pingyi.apps.notices.queries import wishes_of
from pingyi.apps.notices.rules import is_quiet
from pingyi.apps.people.models import Account
from pingyi.base.days import Calendar
from pingyi.base.terms import load_calendar

AGAIN = timedelta(minutes=15)
"""After a failure, and between two mails to one account."""
GIVEN_UP = timedelta(days=7)
MOST_LINES = 50
_log = logging.getLogger(__name__)


def tick(now: datetime) -> int:
    """Send what is due; returns how many mails went out."""
    if not settings.MAIL_ON:
        return 0
    accounts = list(_waiting(now))
    calendar = load_calendar() if accounts else Calendar({}, frozenset())
    return sum(_write_to(account, now, calendar) for account in accounts)


def _due(now: datetime) -> dict[str, object]:
    return {
        "read_at": None,
        "mailed_at": None,
        "mail_after__lte": now,
        "created_at__gt": now - GIVEN_UP,
    }


def _waiting(now: datetime) -> Iterator[Account]:
    due = Notice.objects.filter(**_due(now)).values("account")
    accounts = Account.objects.filter(pk__in=due, is_active=True).exclude(email="")
    yield from accounts.order_by("pk")


def _write_to(account: Account, now: datetime, calendar: Calendar) -> bool:
    wishes = wishes_of(account)
    if not wishes.by_mail or is_quiet(timezone.localtime(now), wishes, calendar):
        return False
    claimed = _claim(account, now)
    if not claimed:
        return False
    try:
        _message(account, claimed).send()
    except OSError as error:  # smtplib's own errors are among them
        _log.warning("mail to account %s: %s", account.pk, error)
        return False
    Notice.objects.filter(pk__in=[notice.pk for notice in claimed]).update(mailed_at=now)
    return True


@transaction.atomic
def _claim(account: Account, now: datetime) -> list[Notice]:
    """The notices for one mail, kept from other processes until it has gone or failed."""
    Account.objects.select_for_update().get(pk=account.pk)
    if Notice.objects.filter(account=account, mailed_at__gt=now - AGAIN).exists():
        return []
    if not Notice.objects.filter(account=account, **_due(now)).exists():
        return []
    # With those that are due goes what came just now.
    unsent = Notice.objects.filter(account=account, **_due(now + GATHER))
    claimed = list(unsent)
    unsent.update(mail_after=now + AGAIN)
    return claimed


def _message(account: Account, notices: list[Notice]) -> EmailMessage:
    with translation.override(settings.LANGUAGE_CODE):
        waiting = sum(notice.waits for notice in notices)
        subject = _("评议：%(number)s条新消息") % {"number": len(notices)}
        if waiting:
            subject += _("，其中%(number)s条待办") % {"number": waiting}
        lines = [_("%(name)s同志：") % {"name": account.name}, ""]
        mark = _("【待办】")
        lines += [f"{mark if one.waits else ''}{one.title}" for one in notices[:MOST_LINES]]
        lines += ["", _("请登录评议系统查看办理。"), settings.SITE_ADDRESS]
        lines += ["", _("何时发邮件，可在“消息”页的“消息设置”里修改。本邮件由系统发出，请勿回复。")]
        return EmailMessage(subject, "\n".join(lines), to=[account.email])
