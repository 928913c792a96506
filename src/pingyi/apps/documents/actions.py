"""Adding and removing attachments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from pingyi.apps.documents import store
from pingyi.apps.documents.models import Attachment
from pingyi.apps.documents.queries import attachments_of
from pingyi.apps.documents.rules import FileKind, check_content, check_size, kind_of
from pingyi.apps.people.models import Account
from pingyi.apps.people.rules.codes import plain_words
from pingyi.base import audit, references
from pingyi.base.errors import Conflict, Invalid, Refused
from pingyi.base.references import Reference

MOST = 100
"""Attachments of one thing."""
LONGEST_NAME = 200


def most_bytes(kind: FileKind) -> int:
    """How large a file of a kind may be."""
    most: int = settings.FILM_BYTES if kind.film else settings.UPLOAD_BYTES
    return most


def attach(
    *, by: Account, reference: Reference, files: Sequence[UploadedFile[Any]]
) -> list[Attachment]:
    """Attach files to a thing: all of them or none. The bytes are in their place before the row
    is committed, so that no row is without its file."""
    subject = references.find(by, reference)
    if not references.rights_of(by, reference).add:
        raise Refused(_("不能给“%(title)s”添加附件。") % {"title": subject.title})
    if not files:
        raise Invalid(_("没有选择文件。"), _("请先选择要上传的文件。"), field="file")
    kinds = [kind_of(_name(file)) for file in files]
    for file, kind in zip(files, kinds, strict=True):
        check_size(_name(file), file.size or 0, most_bytes(kind))
    store.sweep()
    # Files that came large are on the disk already.
    store.need_room(sum(file.size or 0 for file in files))
    with store.alone(), _only_with_rows() as placed, transaction.atomic():
        if attachments_of(reference).count() + len(files) > MOST:
            raise Conflict(
                _("附件最多%(most)s个。") % {"most": MOST}, _("请先删除不用的，或合并文件。")
            )
        pairs = zip(files, kinds, strict=True)
        return [_keep(by, reference, file, kind, placed) for file, kind in pairs]


def _keep(
    by: Account, reference: Reference, file: UploadedFile[Any], kind: FileKind, placed: set[str]
) -> Attachment:
    name = _name(file)
    with store.received(file) as (path, digest):
        with path.open("rb") as stream:
            check_content(name, kind, stream)
        placed.add(digest)
        made, new = Attachment.objects.get_or_create(
            subject_kind=reference.kind,
            subject_id=reference.id,
            digest=digest,
            name=name,
            defaults={
                "media_type": kind.media_type,
                "size": path.stat().st_size,
                "uploaded_by": by,
            },
        )
        store.place(path, digest)
    if new:
        audit.record(
            by=by,
            verb="documents.attachment.added",
            subject=made,
            to=[reference.kind, reference.id],
            size=made.size,
            sha256=digest,
        )
    return made


def detach(*, by: Account, attachment: Attachment) -> None:
    """Delete an attachment for good, as long as the owner of its thing allows it."""
    rights = references.rights_of(by, attachment.reference)
    if not rights.remove:
        raise Refused(_("这个附件现在不能删除。"), _("如确有错误，请另传更正后的文件。"))
    with store.alone(), _only_with_rows() as touched, transaction.atomic():
        touched.add(attachment.digest)
        audit.record(
            by=by,
            verb="documents.attachment.removed",
            subject=attachment,
            of=[attachment.subject_kind, attachment.subject_id],
            sha256=attachment.digest,
        )
        attachment.delete()


@contextmanager
def _only_with_rows() -> Iterator[set[str]]:
    """However it ends: of the digests noted meanwhile, files that no row names are removed."""
    digests: set[str] = set()
    try:
        yield digests
    finally:
        for digest in digests:
            if not Attachment.objects.filter(digest=digest).exists():
                store.remove(digest)


def _name(file: UploadedFile[Any]) -> str:
    """The name without path and hidden characters; a long one keeps its ending."""
    name = plain_words(file.name or "").replace("/", "_").replace("\\", "_")
    stem, dot, ending = name.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}{dot}{ending}"[:LONGEST_NAME]
