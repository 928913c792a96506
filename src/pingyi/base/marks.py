"""Marks of what stood on a page: whoever saves a whole thing has seen what is saved over."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from itertools import groupby

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from pingyi.base.errors import Stale
from pingyi.base.models import AuditEntry


def mark_of(*values: object) -> str:
    """Another one where any of the values, as read from the database, is another."""
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def fields_mark(instance: models.Model, names: Iterable[str]) -> str:
    """The mark of some fields, for the form that saves them all."""
    return mark_of([instance.serializable_value(name) for name in names])


def need_seen(
    seen: str | None,
    now: str,
    *subjects: models.Model,
    verbs: Sequence[str],
    imports: str = "",
    **details: object,
) -> None:
    """Raises ``Stale`` where ``seen``, the mark that was on the page, isn't the mark of ``now``;
    None asks nothing. Called with the thing locked. ``verbs``: how the log calls a change of it,
    told of one of the ``subjects`` with these ``details``; ``imports``: and how a file that may
    change many."""
    if seen is not None and seen != now:
        wanted = Q(verb=imports) if imports else Q(pk__in=())
        asked = {f"details__{name}": value for name, value in details.items()}
        for kind, those in groupby(subjects, key=lambda one: one._meta.label_lower):
            keys = [str(one.pk) for one in those]
            wanted |= Q(subject_kind=kind, subject_id__in=keys, verb__in=verbs, **asked)
        raise stale_after(AuditEntry.objects.filter(wanted))


def changed_meanwhile(kind: str, key: object, **details: object) -> Stale:
    """With the name of who changed it last; ``details``: those of the log by which it is known."""
    asked = {f"details__{name}": value for name, value in details.items()}
    return stale_after(AuditEntry.objects.filter(subject_kind=kind, subject_id=str(key), **asked))


def stale_after(changes: QuerySet[AuditEntry]) -> Stale:
    """With the name of who made the last of these changes."""
    last = changes.order_by("-number").first()
    return Stale(
        _("%(name)s刚刚改过这项内容，您的修改还没有保存。")
        % {"name": last.actor_name if last else _("他人")},
        _("您填的内容还在本页；请对照现在的内容，确需覆盖的再次保存。"),
    )
