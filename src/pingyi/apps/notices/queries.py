"""Reading notices: everyone their own."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from pingyi.apps.notices.models import Notice, NoticeWishes
from pingyi.apps.notices.rules import Wishes
from pingyi.apps.people.models import Account


def notices_of(account: Account) -> QuerySet[Notice]:
    """Unread ones first, then the newest."""
    read = ExpressionWrapper(Q(read_at__isnull=False), output_field=BooleanField())
    return (
        Notice.objects.filter(account=account)
        .annotate(is_read=read)
        .order_by("is_read", "-created_at", "-pk")
    )


def unread_of(account: Account | AnonymousUser) -> QuerySet[Notice]:
    if not isinstance(account, Account):
        return Notice.objects.none()
    return Notice.objects.filter(account=account, read_at=None)


def wishes_of(account: Account) -> Wishes:
    found = NoticeWishes.objects.filter(account=account).first()
    return found.wishes if found else Wishes()
