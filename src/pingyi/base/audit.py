"""The one way into the audit log, and its verifier."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.db import connection, models, transaction
from django.utils import timezone

from pingyi.base.models import AuditEntry, AuditHead

SYSTEM = "system"


class Actor(Protocol):
    """Who did it: an account."""

    name: Any

    def get_username(self) -> str: ...


def record(
    *, by: Actor | None, verb: str, subject: models.Model | None = None, **details: Any
) -> AuditEntry:
    """Append an entry, inside the transaction of the action that it tells of.

    ``by`` None is the system itself. ``verb`` is ``room.noun.done``; ``details`` are JSON values.
    Never called where a ballot is cast: who voted when is nowhere written down.
    """
    return record_all(by=by, verb=verb, told=[(subject, details)])[0]


def record_all(
    *, by: Actor | None, verb: str, told: Iterable[tuple[models.Model | None, dict[str, Any]]]
) -> list[AuditEntry]:
    """The same of many subjects, each with its details, in a number of statements that hardly
    grows with them."""
    with transaction.atomic():
        head, _ = AuditHead.objects.select_for_update().get_or_create(pk=1)
        made = []
        for subject, details in told:
            entry = _next(head, by, verb, subject, details)
            head.number, head.digest = entry.number, entry.digest
            made.append(entry)
        AuditEntry.objects.bulk_create(made, batch_size=1_000)
        head.save()
        number = head.number
        transaction.on_commit(lambda: _note_length(number))
    return made


def _next(
    head: AuditHead,
    by: Actor | None,
    verb: str,
    subject: models.Model | None,
    details: dict[str, Any],
) -> AuditEntry:
    entry = AuditEntry(
        number=head.number + 1,
        at=timezone.now(),
        actor=by.get_username() if by else SYSTEM,
        actor_name=str(by.name) if by else "系统",
        verb=verb,
        subject_kind=subject._meta.label_lower if subject is not None else "",
        subject_id=str(subject.pk) if subject is not None else "",
        subject_title=str(subject)[:300] if subject is not None else "",
        details=json.loads(_canonical(details)),
        previous=head.digest,
    )
    entry.digest = _digest(entry)
    return entry


@dataclass(frozen=True)
class Finding:
    """Where the chain doesn't hold."""

    number: int
    what: str


def verify() -> Iterator[Finding]:
    """Walk the chain from the first entry to the head; yields what doesn't hold."""
    number, digest = 0, "0" * 64
    for entry in AuditEntry.objects.order_by("number").iterator(chunk_size=2_000):
        if entry.number != number + 1:
            yield Finding(number + 1, "缺少记录" if entry.number > number + 1 else "序号重复")
        if entry.previous != digest:
            yield Finding(entry.number, "与前一条不相连")
        if entry.digest != _digest(entry):
            yield Finding(entry.number, "内容被改动")
        number, digest = entry.number, entry.digest
    if _noted_length() > number:
        yield Finding(number + 1, "末尾的记录被删除")
    head = AuditHead.objects.filter(pk=1).first()
    if head is None and number:
        yield Finding(number, "缺少链首")
    elif head is not None and (head.number, head.digest) != (number, digest):
        yield Finding(number + 1, "末尾的记录被删除，或链首被改动")


def _digest(entry: AuditEntry) -> str:
    at: datetime = entry.at.astimezone(UTC)
    fields = {
        "number": entry.number,
        "at": at.isoformat(timespec="microseconds"),
        "actor": entry.actor,
        "actor_name": entry.actor_name,
        "verb": entry.verb,
        "subject": [entry.subject_kind, entry.subject_id, entry.subject_title],
        "details": entry.details,
        "previous": entry.previous,
    }
    key = settings.HOME.secret("audit")
    return hmac.new(key, _canonical(fields).encode(), hashlib.sha256).hexdigest()


def _length_file() -> Path:
    """How long the log is, outside the database: one file a database in the keys folder."""
    name = hashlib.sha256(str(connection.settings_dict["NAME"]).encode()).hexdigest()[:8]
    folder: Path = settings.HOME.keys
    return folder / f"audit-length-{name}"


def _noted_length() -> int:
    try:
        return int(_length_file().read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return 0


def _note_length(number: int) -> None:
    if number > _noted_length():
        _length_file().write_text(str(number), encoding="ascii")


def _canonical(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
