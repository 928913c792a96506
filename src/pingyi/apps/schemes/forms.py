"""Forms of schemes. What is checked against the engine is checked in the actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from pingyi.apps.schemes import drafts, queries
from pingyi.apps.schemes.models import SchemeVersion
from pingyi.engine.grammar.document import MOST_CHARACTERS
from pingyi.engine.packs import PackFolder
from pingyi.engine.tables.columns import BALLOTS
from pingyi.engine.tables.templates import tables_of

_ACCEPT = ".csv,.xlsx,.parquet"


class StartForm(forms.Form):
    """From a pack: which scheme, which preset, what title."""

    scheme = forms.ChoiceField(label=_("方案"), widget=forms.RadioSelect)
    preset = forms.ChoiceField(label=_("预设"), widget=forms.RadioSelect)
    title = forms.CharField(label=_("名称"), max_length=200, required=False)

    def __init__(self, folder: PackFolder, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pack = folder.pack
        for name, choices in (("scheme", pack.schemes), ("preset", pack.presets)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [(key, choice.title) for key, choice in choices.items()]
            field.initial = next(iter(choices))
        self.fields["title"].help_text = _("不填则用制度包里的名称。建议写明年份和范围。")


class CopyForm(forms.Form):
    title = forms.CharField(label=_("名称"), max_length=200, required=False)


class TextForm(forms.Form):
    """The YAML text, typed or brought as a file."""

    text = forms.CharField(
        label=_("方案文本（YAML）"),
        required=False,
        strip=False,
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(
            attrs={"rows": 28, "spellcheck": "false", "class": "font-monospace", "wrap": "off"}
        ),
    )
    file = forms.FileField(
        label=_("或上传文件"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".yaml,.yml,.txt"}),
    )
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        file = data.get("file")
        if isinstance(file, UploadedFile):
            raw = file.read(MOST_CHARACTERS * 4 + 1)
            data["text"] = self._decoded(raw)
        data["text"] = (data.get("text") or "").replace("\r\n", "\n").replace("\r", "\n")
        return data

    def _decoded(self, raw: bytes) -> str:
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                return raw.decode(encoding)
            except UnicodeDecodeError:
                continue
        self.add_error("file", _("文件的编码无法识别，请另存为 UTF-8。"))
        return ""


class NewTextForm(TextForm):
    """A scheme of the office's own, without a pack."""

    title = forms.CharField(label=_("名称"), max_length=200, required=False)
    field_order = ("title", "file", "text")


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files; cleaned into a list."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        single = super().clean
        given = data if isinstance(data, list | tuple) else [data]
        return [single(file, initial) for file in given if file]


class TrialForm(forms.Form):
    """The tables that the scheme reads, last year's results, or another version to stand beside."""

    against = forms.ModelChoiceField(
        label=_("与哪个已封存的方案对照"),
        queryset=SchemeVersion.objects.none(),
        required=False,
        empty_label=_("不对照，或只与上传的上年结果对照"),
        help_text=_("同一套数据用两个方案各算一遍。已上传上年结果的，以上年结果为准。"),
    )

    def __init__(self, version: SchemeVersion, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scheme = queries.read_text(version.text).scheme
        tables: dict[str, forms.Field] = {}
        for table in tables_of(scheme):
            many = table.key == BALLOTS.key
            kind = ManyFilesField if many else forms.FileField
            field = kind(label=table.zh, help_text=table.help_zh, required=False)
            field.widget.attrs["accept"] = _ACCEPT
            if many:
                field.widget.attrs["multiple"] = True
            tables[table.key] = field
        for name, prior in scheme.priors.items():
            field = forms.FileField(label=_("以往结果：") + prior.title, required=False)
            field.widget.attrs["accept"] = ".json"
            tables[f"priors/{name}"] = field
        last = forms.FileField(label=_("上年结果表"), required=False)
        last.help_text = _("可选：编码、得分、等次、位次四列，用于并排对照。")
        last.widget.attrs["accept"] = _ACCEPT
        self.fields = {**tables, "last": last, **self.fields}
        against = self.fields["against"]
        assert isinstance(against, forms.ModelChoiceField)
        others = queries.sealed_versions().exclude(pk=version.pk)
        against.queryset = others.filter(scheme_key=version.scheme_key)
        against.initial = version.predecessor_id

    def uploads(self) -> dict[str, list[UploadedFile[Any]]]:
        found = {name: self.cleaned_data.get(name) for name in self.fields if name != "against"}
        return {
            name: file if isinstance(file, list) else [file] for name, file in found.items() if file
        }


class SimulationForm(forms.Form):
    targets = forms.IntegerField(label=_("评议对象数"), initial=14, min_value=2, max_value=100)
    ballots = forms.IntegerField(label=_("选票总数"), initial=300, min_value=1, max_value=100_000)
    seed = forms.IntegerField(
        label=_("种子"),
        initial=1,
        min_value=0,
        max_value=2**32 - 1,
        help_text=_("同一种子得到同样的模拟选票，可以复核。"),
    )


class AgainstForm(forms.Form):
    """What a version is compared with: a sealed version, or its pack."""

    against = forms.ChoiceField(label=_("与之比较"), required=False)

    def __init__(self, version: SchemeVersion, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = queries.sealed_versions().exclude(pk=version.pk)
        mine = [(str(other.pk), queries.named(other)) for other in others[:100]]
        packs = [("pack", _("制度包原来的值"))] if drafts.has_pack(version) else []
        against = self.fields["against"]
        assert isinstance(against, forms.ChoiceField)
        against.choices = [*packs, *mine]
