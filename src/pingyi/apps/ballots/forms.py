"""Forms at the box: key file, shares, a code to be exchanged, uploaded tables."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pingyi.base.posting import MarkedForm

MOST_BYTES = 5_000_000
_UNSEEN = {"rows": 4, "autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}


class KeyFileForm(MarkedForm):
    """The key file that was made offline."""

    file = forms.FileField(
        label=_("密钥文件"),
        widget=forms.FileInput(attrs={"accept": ".json"}),
        help_text=_("离线制作时写出的 keys.json；不是分片。"),
    )

    def text(self) -> str:
        data: bytes = self.cleaned_data["file"].read(MOST_BYTES)
        return data.decode("utf-8", "replace")


class FingerprintForm(forms.Form):
    """The fingerprint, typed from the paper of the offline computer."""

    typed = forms.CharField(
        label=_("离线电脑上的密钥指纹"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("照制作密钥时抄下的十六位字母和数字输入，大小写、空格不论。"),
    )


class SharesForm(forms.Form):
    """Two shares; what was typed is never sent back to the page."""

    first = forms.CharField(
        label=_("第一份分片"), widget=forms.Textarea(attrs=_UNSEEN), max_length=2_000
    )
    second = forms.CharField(
        label=_("第二份分片"), widget=forms.Textarea(attrs=_UNSEEN), max_length=2_000
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.format_value = lambda value: ""

    def shares(self) -> list[str]:
        return [self.cleaned_data["first"], self.cleaned_data["second"]]


class CodeForm(forms.Form):
    """A code to be exchanged for paper."""

    code = forms.CharField(
        label=_("投票码"),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
        help_text=_("扫票单上的二维码，或照票单输入。"),
    )


class TableForm(forms.Form):
    """An Excel or CSV file."""

    file = forms.FileField(
        label=_("文件"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=_("可用 XLSX、CSV；请从模板开始，表头不要改。"),
    )


class PaperForm(TableForm):
    """Ballots of paper, or the word that none came back."""

    file = forms.FileField(
        label=_("纸票表"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=_("每张纸票对每个对象一行。没评的对象删去那一行，没收回的纸票删去它的各行。"),
    )
    none = forms.BooleanField(label=_("一张纸票也没有收回"), required=False)
    more = forms.BooleanField(
        label=_("票箱里的纸票比换发的多"),
        required=False,
        help_text=_("逐张核对过票种以后才勾。多出的也录进来，两个人都要勾；开箱后由两人裁定。"),
    )

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if not self.errors and bool(found.get("file")) == bool(found.get("none")):
            self.add_error("file", _("请选择纸票表；一张也没有收回的，勾选下面一项。"))
        return found


class FiguresForm(MarkedForm, TableForm):
    pass


class TallyForm(TableForm):
    """Counted sheets, and how many ballots came back."""

    file = forms.FileField(
        label=_("汇总票表"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=_("每个对象、测评内容、选项一行，填票数。"),
    )
    rolls = forms.FileField(
        label=_("人数与票数表"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=_("各票种的应到、发出、收回、有效、无效；没有可以不传。"),
    )
