"""A table that is uploaded: shown with all its problems first, then taken as it was shown."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core import signing
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pingyi.base.errors import Invalid
from pingyi.base.posting import attempt
from pingyi.base.rowtable import RowColumn
from pingyi.base.sheets.reading import Problem, Row, Sheet, content_of

KEPT = 3600
"""Seconds for which what was shown may be taken."""
Rows = list[dict[str, Any]]


class TableFileForm(forms.Form):
    """An Excel or CSV file."""

    file = forms.FileField(
        label=gettext_lazy("文件"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=gettext_lazy("可用 XLSX、CSV；请从模板开始。"),
    )


@dataclass(frozen=True)
class Preview:
    """What the page shows of an upload; ``rows`` are signed, to be posted back and taken."""

    form: forms.Form
    columns: Sequence[RowColumn]
    sheet: Sheet | None = None
    rows: str = ""

    @property
    def problems(self) -> list[tuple[Row, Problem]]:
        rows = self.sheet.rows if self.sheet else ()
        return [(row, problem) for row in rows for problem in row.problems]

    @property
    def lines(self) -> list[list[str]]:
        rows = self.sheet.rows if self.sheet else ()
        return [[row.get(column.name) for column in self.columns] for row in rows]

    @property
    def status(self) -> int:
        return 422 if self.form.errors or self.problems else 200


def preview(
    request: HttpRequest,
    columns: Sequence[RowColumn],
    read: Callable[[bytes, str], Sheet],
    rows_of: Callable[[Sheet], Rows],
) -> Preview:
    """Read what was uploaded, if anything was."""
    form = TableFileForm(request.POST or None, request.FILES or None)
    found: list[Sheet] = []

    def call() -> None:
        file = form.cleaned_data["file"]
        found.append(read(content_of(file), file.name))

    if request.method != "POST" or not attempt(form, call):
        return Preview(form, columns)
    signed = signing.dumps(rows_of(found[0]), salt=request.path, compress=True)
    return Preview(form, columns, found[0], signed)


def taken(request: HttpRequest) -> Rows | None:
    """The rows of a preview that was confirmed; None where there is nothing to take yet. Raises
    ``Invalid`` where it was too long ago."""
    if "rows" not in request.POST:
        return None
    try:
        rows = signing.loads(request.POST["rows"], salt=request.path, max_age=KEPT)
    except signing.BadSignature:
        raise Invalid(_("预览已过期。"), _("请重新上传文件。")) from None
    found: Rows = json.loads(json.dumps(rows))
    return found
