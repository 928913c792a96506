"""Forms of the calendar."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pingyi.apps.calendar.rules import Entry
from pingyi.base.days import LONGEST, DayKind, TermUnit


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    def __init__(self) -> None:
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")


class YearForm(forms.Form):
    source = forms.CharField(
        label=gettext_lazy("依据文件"),
        max_length=200,
        help_text=gettext_lazy("当年放假通知的名称和文号。"),
    )


class DaysForm(forms.Form):
    """A holiday of one or several days, or a day worked in exchange."""

    day = forms.DateField(label=gettext_lazy("起日"), widget=DayInput)
    until = forms.DateField(
        label=gettext_lazy("止日"),
        widget=DayInput,
        required=False,
        help_text=gettext_lazy("只有一天的不填。"),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("安排"),
        widget=forms.RadioSelect,
        choices=(
            (DayKind.OFF.value, gettext_lazy("放假")),
            (DayKind.WORK.value, gettext_lazy("调休上班")),
        ),
        initial=DayKind.OFF.value,
    )
    name = forms.CharField(label=gettext_lazy("节日"), max_length=60)
    source = forms.CharField(
        label=gettext_lazy("依据文件"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("与年度通知不同的才填写。"),
    )

    @property
    def entry(self) -> Entry:
        data = self.cleaned_data
        return Entry(data["day"], DayKind(data["kind"]), data["name"], data["source"])


class TermForm(forms.Form):
    """A period to be counted."""

    start = forms.DateField(label=gettext_lazy("起算日"), widget=DayInput)
    amount = forms.IntegerField(label=gettext_lazy("期限"), min_value=1, max_value=LONGEST)
    unit = forms.ChoiceField(
        label=gettext_lazy("单位"),
        choices=(
            (TermUnit.WORKING.value, gettext_lazy("个工作日")),
            (TermUnit.NATURAL.value, gettext_lazy("日（自然日）")),
            (TermUnit.MONTHS.value, gettext_lazy("个月")),
        ),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("unit") == TermUnit.MONTHS and data.get("amount", 0) > MOST_MONTHS:
            self.add_error("amount", _("最多%(number)s个月。") % {"number": MOST_MONTHS})
        return data


MOST_MONTHS = 120


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("填好的表"),
        allow_empty_file=True,
        help_text=gettext_lazy(".xlsx 或 .csv，每行一天。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )


class CommitForm(forms.Form):
    """What the preview shows, sent back to be taken in; it is checked again."""

    rows = forms.CharField(widget=forms.HiddenInput)
    source = forms.CharField(
        label=gettext_lazy("依据文件"),
        max_length=200,
        help_text=gettext_lazy("当年放假通知的名称和文号。"),
    )

    def __init__(self, *args: Any, grounded: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not grounded:
            self.fields["source"].required = False
            self.fields["source"].widget = forms.HiddenInput()

    def clean_rows(self) -> list[Entry]:
        try:
            return [
                Entry(date.fromisoformat(day), DayKind(kind), str(name)[:60], str(source)[:200])
                for day, kind, name, source in json.loads(self.cleaned_data["rows"])
            ]
        except (TypeError, ValueError) as error:
            raise ValidationError(_("页面内容不完整，请重新上传。")) from error


def as_text(entries: list[Entry]) -> str:
    """Entries as ``CommitForm`` takes them back."""
    return json.dumps([[e.day.isoformat(), e.kind, e.name, e.source] for e in entries])
