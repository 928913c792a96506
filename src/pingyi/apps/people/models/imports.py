"""Uploaded tables between preview and commit. Nothing else is written before the commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from pingyi.apps.people.enums import ImportKind, RowState

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class ImportDraft(models.Model):
    """An uploaded table with what it would change."""

    kind = models.CharField("内容", max_length=20, choices=ImportKind)
    file_name = models.CharField("文件名", max_length=200)
    content = models.BinaryField("文件")
    heading_row = models.PositiveIntegerField("表头行")
    columns = models.JSONField("各列", default=dict)
    options = models.JSONField("选项", default=dict)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField("上传时间", auto_now_add=True)
    committed_at = models.DateTimeField("提交时间", null=True)

    if TYPE_CHECKING:
        rows: RelatedManager[ImportRow]

    class Meta:
        verbose_name = "导入"
        ordering = ("-made_at",)

    def __str__(self) -> str:
        return self.file_name


class ImportRow(models.Model):
    """One row of the table: its cells, its state, what it changes, what is wrong with it."""

    draft = models.ForeignKey(ImportDraft, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField("行号")
    state = models.CharField("状态", max_length=10, choices=RowState)
    cells = models.JSONField("内容", default=dict)
    changes = models.JSONField("变化", default=list)
    problems = models.JSONField("问题", default=list)

    class Meta:
        verbose_name = "导入行"
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=("draft", "number"), name="import_row_once"),
            models.CheckConstraint(
                condition=Q(state=RowState.ERROR) | Q(problems=[]), name="import_row_state"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}"
