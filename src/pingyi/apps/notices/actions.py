"""Telling accounts, once each; marking as read; how one wants to be written to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import time, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.notices.models import Notice, NoticeWishes
from pingyi.apps.people.models import Account
from pingyi.base import audit
from pingyi.base.errors import Invalid
from pingyi.base.references import Reference

GATHER = timedelta(minutes=10)
"""A mail waits so long for what comes next."""
LONGEST = 200


@transaction.atomic
def tell(
    *,
    by: Account | None,
    accounts: Iterable[Account],
    kind: str,
    title: str,
    reference: Reference,
    address: str,
    waits: bool = False,
    urgent: bool = False,
) -> int:
    """Tell accounts something about a thing; returns how many did not know yet.

    Told again of the same ``kind`` and thing, an account hears nothing. ``title`` also goes by
    e-mail: nothing stands in it that must not leave the house. What is ``urgent`` is also told by
    text message, without its title.
    """
    if not address.startswith("/") or address.startswith("//"):
        raise ValueError(f"{address}: a notice leads to a page of the site")
    about = {"subject_kind": reference.kind, "subject_id": reference.id, "kind": kind}
    told = set(Notice.objects.filter(**about).values_list("account_id", flat=True))
    new = {one.pk: one for one in accounts if one.is_active and one.pk not in told}
    now = timezone.now()
    Notice.objects.bulk_create(
        (
            Notice(
                **about,
                account=one,
                title=title[:LONGEST],
                address=address,
                waits=waits,
                created_at=now,
                mail_after=now + GATHER,
                urgent=urgent,
                text_after=now + GATHER,
            )
            for one in new.values()
        ),
        ignore_conflicts=True,
    )
    if new:
        names = sorted(one.username for one in new.values())
        told_of = {"about": list(about.values()), "title": title, "accounts": names}
        audit.record(by=by, verb="notices.notice.told", subject=None, **told_of)
    return len(new)


def settle(*, reference: Reference, kind: str, each_time: bool = False) -> int:
    """What was waited for is done, by whom the audit entry of that says: the notices of it are no
    longer unread. ``each_time``: also where the reference names a time behind the thing's key."""
    of = Q(subject_id=reference.id)
    if each_time:
        of |= Q(subject_id__startswith=f"{reference.id} ")
    waiting = Notice.objects.filter(of, subject_kind=reference.kind, kind=kind, read_at=None)
    return waiting.update(read_at=timezone.now())


def mark_read(*, by: Account, keys: Sequence[int] | None = None) -> int:
    """Mark one's own notices as read: those of some keys, or all; returns how many were not."""
    unread = Notice.objects.filter(account=by, read_at=None)
    if keys is not None:
        unread = unread.filter(pk__in=keys)
    return unread.update(read_at=timezone.now())


@transaction.atomic
def set_wishes(
    *,
    by: Account,
    by_mail: bool,
    quiet_at_night: bool,
    quiet_from: time,
    quiet_until: time,
    quiet_rest_days: bool,
    by_sms: bool = False,
    mobile: str = "",
) -> NoticeWishes:
    """How one wants to be written to. The log doesn't hold the number."""
    if by_sms and not mobile:
        raise Invalid(_("请填写手机号。"), field="mobile")
    facts = {
        "by_mail": by_mail,
        "quiet_at_night": quiet_at_night,
        "quiet_from": quiet_from,
        "quiet_until": quiet_until,
        "quiet_rest_days": quiet_rest_days,
        "by_sms": by_sms,
    }
    defaults = {**facts, "mobile": mobile}
    made, _new = NoticeWishes.objects.update_or_create(account=by, defaults=defaults)
    audit.record(by=by, verb="notices.wishes.set", subject=by, **facts)
    return made
