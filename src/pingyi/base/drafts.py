"""A table that is brought in, between its upload and its commit: rows as read, with what they would
change and what is wrong with them. A room has two models of its own for it, and plans the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pingyi.base.errors import Conflict
from pingyi.base.sheets.columns import Table
from pingyi.base.sheets.reading import Problem, Row
from pingyi.base.sheets.templates import mark_workbook

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

KEPT = timedelta(days=7)
"""A draft nobody committed holds names; it goes after so long."""
_SHOWN = 10
NAME_LENGTH = 200


class RowState(models.TextChoices):
    """What becomes of a row."""

    NEW = "new", gettext_lazy("新增")
    CHANGED = "changed", gettext_lazy("变更")
    SAME = "same", gettext_lazy("不变")
    ERROR = "error", gettext_lazy("有误")


class Draft(models.Model):
    """An uploaded table with what it would change. Nothing else is written before the commit."""

    file_name = models.CharField("文件名", max_length=NAME_LENGTH)
    content = models.BinaryField("文件")
    heading_row = models.PositiveIntegerField("表头行")
    columns = models.JSONField("各列", default=dict)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField("上传时间", auto_now_add=True)
    committed_at = models.DateTimeField("提交时间", null=True)

    if TYPE_CHECKING:
        rows: RelatedManager[Any]

    class Meta:
        abstract = True
        verbose_name = "导入"
        ordering = ("-made_at",)

    def __str__(self) -> str:
        return self.file_name


class DraftRow(models.Model):
    """One row of the table: its cells, its state, what it changes, what is wrong with it."""

    number = models.PositiveIntegerField("行号")
    state = models.CharField("状态", max_length=10, choices=RowState)
    cells = models.JSONField("内容", default=dict)
    changes = models.JSONField("变化", default=list)
    problems = models.JSONField("问题", default=list)

    class Meta:
        abstract = True
        verbose_name = "导入行"
        ordering = ("number",)

    def __str__(self) -> str:
        return f"{self.number}"


class Plan(Protocol):
    """What a room has worked out for a row. ``changes`` are [column, before, after]."""

    row: Row
    changes: list[list[str]]

    @property
    def state(self) -> RowState: ...


def _no_more(_plan: Any) -> dict[str, Any]:
    return {}


def forget_old(drafts: models.QuerySet[Any]) -> None:
    """Delete those that were left lying."""
    drafts.filter(made_at__lt=timezone.now() - KEPT).delete()


def find_own(drafts: models.QuerySet[Any], by: Any, pk: int) -> Any:
    """A draft of one's own. Raises ``Conflict`` where it is gone (or another's)."""
    draft = drafts.filter(pk=pk, made_by_id=by.pk).first()
    if draft is None:
        raise Conflict(_("这次上传已不在了。"), _("请重新上传。"))
    return draft


def find_open(drafts: models.QuerySet[Any], by: Any, pk: int) -> Any:
    """The same, kept from others, not committed yet."""
    draft = find_own(drafts.select_for_update(), by, pk)
    if draft.committed_at is not None:
        raise Conflict(_("这次上传已经提交过了。"), _("不需要再提交。"))
    return draft


def copies(rows: Iterable[Row]) -> list[Row]:
    """The rows for a planner, which notes what it finds wrong on them."""
    return [Row(row.number, dict(row.cells), row.numeric, list(row.problems)) for row in rows]


def keep_rows(
    draft: Any,
    rows: Sequence[Row],
    planned: Sequence[Plan],
    more: Callable[[Any], dict[str, Any]] = _no_more,
) -> None:
    """Rows of the draft: cells and problems as read (to plan again from), and the plan. ``more``
    are fields of the room's own."""
    model = draft.rows.model
    draft.rows.all().delete()
    model.objects.bulk_create(
        (
            model(
                draft=draft,
                number=row.number,
                state=plan.state,
                cells={
                    "cells": row.cells,
                    "numeric": sorted(row.numeric),
                    "read": [asdict(problem) for problem in row.problems],
                },
                changes=plan.changes,
                problems=_problems(plan),
                **more(plan),
            )
            for row, plan in zip(rows, planned, strict=True)
        ),
        batch_size=1_000,
    )


def rows_as_read(kept: Iterable[Any]) -> list[Row]:
    """What was read, from the rows of a draft."""
    return [
        Row(
            row.number,
            dict(row.cells["cells"]),
            frozenset(row.cells["numeric"]),
            [Problem(**problem) for problem in row.cells["read"]],
        )
        for row in kept
    ]


def require_same(
    kept: Sequence[Any],
    planned: Sequence[Plan],
    more: Callable[[Any], dict[str, Any]] = _no_more,
) -> None:
    """What would be done is what was shown. Raises ``Conflict`` that names the other rows."""
    other = [
        str(row.number)
        for row, plan in zip(kept, planned, strict=True)
        if (row.state, row.changes, row.problems) != (plan.state, plan.changes, _problems(plan))
        or any(getattr(row, name) != value for name, value in more(plan).items())
    ]
    if other:
        shown = "、".join(other[:_SHOWN]) + ("…" if len(other) > _SHOWN else "")
        raise Conflict(
            _("预览之后数据有了变化，涉及第%(rows)s行，本次没有导入。") % {"rows": shown},
            _("请重新预览，核对后再提交。"),
        )


def _problems(plan: Plan) -> list[dict[str, str]]:
    return [asdict(problem) for problem in plan.row.problems]


def require_agreed(wrong: int, skip_errors: bool) -> None:
    """Raises ``Conflict`` where there are errors that nobody agreed to skip."""
    if wrong and not skip_errors:
        raise Conflict(
            _("还有%(wrong)s行有误。") % {"wrong": wrong},
            _("请改正后重新上传，或选择只导入没有问题的行。"),
        )


def nothing_to_do() -> Conflict:
    return Conflict(_("没有要导入的内容。"), _("各行与现有数据一致，或都有问题。"))


def kept_name(file_name: str) -> str:
    """As much of a file's name as is kept: its end, which says what kind of file it is."""
    return file_name[-NAME_LENGTH:]


def marked_file(draft: Any, table: Table) -> tuple[str, bytes]:
    """Name and content of the uploaded file with its mistakes marked."""
    rows = [
        Row(row.number, {}, problems=[Problem(**problem) for problem in row.problems])
        for row in draft.rows.filter(state=RowState.ERROR)
    ]
    content = mark_workbook(bytes(draft.content), draft.file_name, table, draft.columns, rows)
    stem = draft.file_name.rpartition(".")[0]
    return f"{stem}-{_('问题已标出')}.xlsx", content
