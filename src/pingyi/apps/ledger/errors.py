"""What can be wrong with an entry."""

from __future__ import annotations

from django.utils.translation import gettext as _

from pingyi.base.errors import Stale
from pingyi.base.models import AuditEntry


def changed_meanwhile(kind: str, key: object, **details: object) -> Stale:
    """With the name of who changed it last; ``details``: those of the log by which it is known."""
    asked = {f"details__{name}": value for name, value in details.items()}
    rows = AuditEntry.objects.filter(subject_kind=kind, subject_id=str(key), **asked)
    last = rows.order_by("-number").first()
    return Stale(
        _("%(name)s刚刚改过这个事项，您的修改还没有保存。")
        % {"name": last.actor_name if last else _("他人")},
        _("您填的内容还在本页；请对照现在的内容，确需覆盖的再次保存。"),
    )
