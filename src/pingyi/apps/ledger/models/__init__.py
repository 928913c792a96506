"""Campaigns, entries, and what is done about them."""

from pingyi.apps.ledger.models.acts import (
    CloseOut,
    Extension,
    LookBack,
    Milestone,
    Progress,
    SavedView,
    Sweep,
    Urge,
)
from pingyi.apps.ledger.models.campaigns import Campaign
from pingyi.apps.ledger.models.entries import Entry, Serial, Support
from pingyi.apps.ledger.models.imports import EntryDraft, EntryDraftRow

__all__ = [
    "Campaign",
    "CloseOut",
    "Entry",
    "EntryDraft",
    "EntryDraftRow",
    "Extension",
    "LookBack",
    "Milestone",
    "Progress",
    "SavedView",
    "Serial",
    "Support",
    "Sweep",
    "Urge",
]
