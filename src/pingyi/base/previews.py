"""A table that is uploaded: shown with all its problems first, then taken as it was shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django import forms
from django.core import signing
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pingyi.base.errors import Invalid
from pingyi.base.posting import MarkedForm, attempt, attempt_or_keep, status_of
from pingyi.base.rowtable import RowColumn
from pingyi.base.sheets.reading import Problem, Row, Sheet, content_of

KEPT = 3600
"""Seconds for which what was shown may be taken."""
Rows = list[dict[str, Any]]


class TableFileForm(MarkedForm):
    """An Excel or CSV file, over what stood there when it was shown."""

    file = forms.FileField(
        label=gettext_lazy("文件"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=gettext_lazy("可用 XLSX、CSV；请从模板开始。"),
    )


@dataclass(frozen=True)
class Preview:
    """What the page shows of an upload, by the ``name`` of its file. ``rows`` are signed, to be
    posted back; ``taken`` says that they were."""

    form: forms.Form
    columns: Sequence[RowColumn]
    sheet: Sheet | None = None
    rows: str = ""
    name: str = ""
    taken: int | None = None

    @property
    def problems(self) -> list[tuple[Row, Problem]]:
        rows = self.sheet.rows if self.sheet else ()
        return [(row, problem) for row in rows for problem in row.problems]

    @property
    def lines(self) -> list[list[str]]:
        rows = self.sheet.rows if self.sheet else ()
        return [[row.get(column.name) for column in self.columns] for row in rows]

    @property
    def refused(self) -> bool:
        return bool(self.name and (self.form.errors or self.problems))

    @property
    def status(self) -> int:
        return 422 if self.problems else status_of(self.form)


class _Shown(NamedTuple):
    """What a preview showed: the file, its rows, and the mark of what they would replace."""

    name: str
    rows: Rows
    seen: str


def preview(
    request: HttpRequest,
    columns: Sequence[RowColumn],
    read: Callable[[bytes, str], Sheet],
    rows_of: Callable[[Sheet], Rows],
    take: Callable[[Rows, str], object],
    mark: str,
) -> Preview:
    """Read what was uploaded, if anything was; or ``take`` the rows of a preview that is confirmed,
    with the ``mark`` of what stood there when they were shown. What is refused stands above the
    form again."""
    if "rows" in request.POST:
        return _confirmed(request, columns, take, mark)
    start = {"seen": mark}
    form = TableFileForm(request.POST or None, request.FILES or None, initial=start)
    found: list[Sheet] = []

    def call() -> None:
        file = form.cleaned_data["file"]
        found.append(read(content_of(file), file.name))

    file = request.FILES.get("file")
    name = str(file.name) if file else ""
    if request.method != "POST" or not attempt(form, call):
        return Preview(form, columns, name=name)
    shown = _Shown(name, rows_of(found[0]), mark)
    signed = signing.dumps(shown, salt=request.path, compress=True)
    return Preview(form, columns, found[0], signed, name)


def _confirmed(
    request: HttpRequest,
    columns: Sequence[RowColumn],
    take: Callable[[Rows, str], object],
    mark: str,
) -> Preview:
    form = TableFileForm({}, initial={"seen": mark})
    form.fields["file"].required = False
    found: list[_Shown] = []

    def call() -> None:
        found.append(_shown(request))
        take(found[0].rows, found[0].seen)

    done = attempt_or_keep(form, call)
    form.fields["file"].required = True
    name = found[0].name if found else ""
    return Preview(form, columns, name=name, taken=len(found[0].rows) if done else None)


def _shown(request: HttpRequest) -> _Shown:
    """Raises ``Invalid`` where it was too long ago."""
    try:
        return _Shown(*signing.loads(request.POST["rows"], salt=request.path, max_age=KEPT))
    except signing.BadSignature:
        raise Invalid(_("预览已过期。"), _("请重新上传文件。")) from None
