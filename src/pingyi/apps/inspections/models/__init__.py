"""Inspections, who makes them, what they find, and what is said of it."""

from pingyi.apps.inspections.models.outcomes import Circular, Conclusion, Objection
from pingyi.apps.inspections.models.plans import Inspection, Member, Place, Recusal
from pingyi.apps.inspections.models.visits import Finding, Upload, Visit

__all__ = [
    "Circular",
    "Conclusion",
    "Finding",
    "Inspection",
    "Member",
    "Objection",
    "Place",
    "Recusal",
    "Upload",
    "Visit",
]
