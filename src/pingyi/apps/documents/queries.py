"""Reading attachments: never without asking the owner of their thing."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from pingyi.apps.documents.models import Attachment
from pingyi.base.errors import Missing
from pingyi.base.references import Reference, rights_of


def attachments_of(reference: Reference) -> QuerySet[Attachment]:
    """What is attached to a thing; whoever asks has checked that it may be seen."""
    return Attachment.objects.filter(
        subject_kind=reference.kind, subject_id=reference.id
    ).select_related("uploaded_by")


def find_attachment(account: object, pk: int) -> Attachment:
    """An attachment. Raises ``Missing`` where there is none that the account may see."""
    found = Attachment.objects.filter(pk=pk).first()
    if found is None or not rights_of(account, found.reference).see:
        raise Missing(_("没有找到这个附件。"), _("它可能已被删除；请刷新页面。"))
    return found
