"""Uploaded tables between preview and commit. Nothing else is written before the commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from pingyi.apps.people.enums import ImportKind
from pingyi.base.drafts import Draft, DraftRow, RowState

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class ImportDraft(Draft):
    """An uploaded table with what it would change."""

    kind = models.CharField("内容", max_length=20, choices=ImportKind)
    options = models.JSONField("选项", default=dict)

    if TYPE_CHECKING:
        rows: RelatedManager[ImportRow]


class ImportRow(DraftRow):
    """One row of the table."""

    draft = models.ForeignKey(ImportDraft, models.CASCADE, related_name="rows")

    class Meta(DraftRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=("draft", "number"), name="import_row_once"),
            models.CheckConstraint(
                condition=Q(state=RowState.ERROR) | Q(problems=[]), name="import_row_state"
            ),
        ]
