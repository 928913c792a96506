"""Ledgers that were uploaded, between preview and commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from pingyi.apps.ledger.models.campaigns import Campaign
from pingyi.base.drafts import Draft, DraftRow, RowState

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class EntryDraft(Draft):
    """A table of entries of one campaign."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="+")

    if TYPE_CHECKING:
        rows: RelatedManager[EntryDraftRow]


class EntryDraftRow(DraftRow):
    """One of its rows."""

    draft = models.ForeignKey(EntryDraft, models.CASCADE, related_name="rows")
    seen = models.PositiveIntegerField("版本", null=True)
    """The version of the entry that it would correct."""

    class Meta(DraftRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=("draft", "number"), name="entry_draft_row_once"),
            models.CheckConstraint(
                condition=Q(state=RowState.ERROR) | Q(problems=[]), name="entry_draft_row_state"
            ),
        ]
