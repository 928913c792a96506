"""What a device sends: one visit with its findings, as JSON."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from pingyi.apps.inspections.enums import Mark, Severity
from pingyi.base.errors import Invalid

MOST_FINDINGS = 100
LONGEST_TEXT, LONGEST_NOTE = 500, 3000


@dataclass(frozen=True)
class SentFinding:
    id: UUID
    category: str
    severity: str
    text: str


@dataclass(frozen=True)
class Sent:
    """A visit as it stands on a device. ``base`` is the version that the device last saw, 0 for a
    visit that only it knows."""

    id: UUID
    place: int
    base: int
    day: date
    covert: bool
    note: str
    answers: tuple[tuple[str, str], ...]
    """(mark, note) for each item of the checklist."""
    findings: tuple[SentFinding, ...]

    def content(self) -> dict[str, Any]:
        """As it is kept, and sent back to devices."""
        found: dict[str, Any] = json.loads(json.dumps(asdict(self), default=str))
        return found

    def digest(self) -> str:
        """The same for the same content."""
        text = json.dumps(self.content(), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def read_sent(body: bytes) -> Sent:
    """Raises ``Invalid`` for anything that isn't a visit."""
    try:
        data = json.loads(body)
        sent = Sent(
            id=UUID(data["id"]),
            place=int(data["place"]),
            base=int(data["base"]),
            day=date.fromisoformat(data["day"]),
            covert=bool(data["covert"]),
            note=_text(data["note"], LONGEST_NOTE),
            answers=tuple((_mark(mark), _text(note, 300)) for mark, note in data["answers"]),
            findings=tuple(_finding(one) for one in data["findings"]),
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Invalid(
            _("上报的内容不完整或过长。"), _("内容仍在本机；请刷新页面后再上报。")
        ) from error
    if len(sent.findings) > MOST_FINDINGS:
        raise Invalid(_("一次走访最多记录%(most)s个问题。") % {"most": MOST_FINDINGS})
    if len({one.id for one in sent.findings}) < len(sent.findings):
        raise Invalid(_("问题编号重复。"), _("请刷新页面后再上报。"))
    return sent


def _finding(one: Any) -> SentFinding:
    text = _text(one["text"], LONGEST_TEXT).strip()
    if not text:
        raise Invalid(_("有一个问题没有写内容。"), _("请写明，或删去这个问题。"))
    severity = Severity(one["severity"]).value
    return SentFinding(UUID(one["id"]), _text(one["category"], 60), severity, text)


def _mark(value: str) -> str:
    return Mark(value).value if value else ""


def _text(value: str, longest: int) -> str:
    if not isinstance(value, str) or len(value) > longest or "\0" in value:
        raise ValueError("too long, or no text")
    return value
