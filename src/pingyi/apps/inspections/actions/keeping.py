"""How every change to an inspection is made: locked, by its workflow, told of."""

from __future__ import annotations

from typing import Any

from pingyi.apps.inspections.enums import InspectionState
from pingyi.apps.inspections.models import Inspection
from pingyi.apps.inspections.workflow import INSPECTION
from pingyi.apps.people.models import Account
from pingyi.base import audit
from pingyi.base.errors import Invalid

TITLES: dict[str, object] = dict(InspectionState.choices)


def locked(inspection: Inspection) -> Inspection:
    """As it stands, kept from others until the transaction ends."""
    return Inspection.objects.select_for_update().get(pk=inspection.pk)


def go(inspection: Inspection, verb: str) -> str:
    """The state to which a verb leads. Raises ``Conflict`` where it isn't possible."""
    return INSPECTION.go(inspection.state, verb, TITLES)


def keep(
    inspection: Inspection, *, by: Account, verb: str, note: object = "", **facts: Any
) -> Inspection:
    """Save what was changed and write it into the log."""
    inspection.save()
    told(inspection, by=by, verb=verb, note=note, **facts)
    return inspection


def told(
    inspection: Inspection, *, by: Account, verb: str, note: object = "", **facts: Any
) -> None:
    """Write what was done into the log."""
    said = {"note": str(note)} if note else {}
    audit.record(by=by, verb=f"inspections.inspection.{verb}", subject=inspection, **facts, **said)


def needed(text: str, what: object, field: str) -> str:
    """The text, stripped. Raises ``Invalid`` where there is none."""
    if not text.strip():
        raise Invalid(what, field=field)
    return text.strip()
