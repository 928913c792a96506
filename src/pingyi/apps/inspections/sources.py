"""Findings on their way into the ledger."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from pingyi.apps.inspections.enums import TOLD
from pingyi.apps.inspections.models import Finding, Inspection
from pingyi.apps.inspections.queries import findings_of
from pingyi.apps.ledger.models import Entry
from pingyi.apps.ledger.queries import entered
from pingyi.base.references import Reference

KIND = "inspections.finding"


@dataclass(frozen=True)
class Found:
    """A finding, whether it may be entered now, and the entry that it is already."""

    finding: Finding
    ready: bool
    entry: Entry | None


def reference_of(found: Finding) -> Reference:
    return Reference(KIND, str(found.pk))


def findings_to_enter(inspection: Inspection) -> QuerySet[Finding]:
    """Those that a unit may learn of: what a covert visit found, from the circular on."""
    rows = findings_of(inspection)
    return rows if inspection.state in TOLD else rows.filter(visit__covert=False)


def all_of(inspection: Inspection) -> list[Found]:
    """All findings, by unit."""
    rows = list(findings_of(inspection))
    there = entered(reference_of(found) for found in rows)
    ready = inspection.state in TOLD
    return [
        Found(found, ready or not found.visit.covert, there.get(reference_of(found)))
        for found in rows
    ]
