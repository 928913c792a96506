"""Forms of the two steps of an import."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pingyi.apps.people.actions.changes import Ground
from pingyi.apps.people.forms.fields import DayField, HouseForm


class Upload(HouseForm):
    file = forms.FileField(
        label=_("填好的表"),
        allow_empty_file=True,
        help_text=_(".xlsx 或 .csv，不超过20兆字节、5万行。不得上传涉密内容。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )


class Commit(HouseForm):
    """How to take in what the preview shows. Only units have a history to be grounded."""

    skip_errors = forms.BooleanField(label=_("只导入没有问题的行"), required=False)
    manner = forms.ChoiceField(
        label=_("名称的变化"),
        choices=(("correct", _("更正录入错误")), ("change", _("更名或调整上级，记入沿革"))),
        widget=forms.RadioSelect,
        initial="correct",
    )
    on = DayField(label=_("生效日期"), required=False)
    basis = forms.CharField(label=_("依据文件"), max_length=200, required=False)
    reason = forms.CharField(label=_("事由"), max_length=500, required=False)

    def __init__(self, *args: Any, wrong: int, grounded: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not wrong:
            del self.fields["skip_errors"]
        if not grounded:
            for name in ("manner", "on", "basis", "reason"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("manner") == "change":
            for name in ("on", "basis", "reason"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("记入沿革须填写此项。"))
        return data

    @property
    def ground(self) -> Ground | None:
        data = self.cleaned_data
        if data.get("manner") != "change":
            return None
        return Ground(data["on"], data["basis"], data["reason"])
