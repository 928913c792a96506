"""The form of a campaign: lights, urging and columns one to a line, as officers write them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pingyi.apps.ledger.actions.campaigns import FACTS, SAVED
from pingyi.apps.ledger.enums import ColumnKind, Light, LightKind, UrgeTo
from pingyi.apps.ledger.models import Campaign
from pingyi.apps.ledger.models.campaigns import OwnColumn
from pingyi.apps.ledger.presets import DEFAULT, PRESETS, URGING
from pingyi.apps.ledger.rules import LightRule, UrgeRule
from pingyi.base.days import TermUnit
from pingyi.base.marks import fields_mark
from pingyi.base.posting import MarkedForm
from pingyi.base.terms import TermRule

OWN = "own"
_SEPARATORS = ("，", ",", "\t")


def _cells(line: str) -> list[str]:
    for sign in _SEPARATORS:
        line = line.replace(sign, " ")
    return line.split()


def _bare(*words: object) -> str:
    """Words as they are compared: without what stands in brackets, without spaces."""
    cut = (str(word).replace("（", "(").partition("(")[0] for word in words)
    return "".join("".join(cut).split()).casefold()


def _the(choices: Iterable[tuple[tuple[object, ...], Any]], *words: str) -> Any:
    """What the words name, in the language of the reader. Raises ``ValueError``."""
    for names, value in choices:
        if _bare(*words) == _bare(*names):
            return value
    raise ValueError(words)


class CampaignForm(MarkedForm):
    title = forms.CharField(label=gettext_lazy("专项名称"), max_length=120)
    document_title = forms.CharField(label=gettext_lazy("文件标题"), max_length=200, required=False)
    document_number = forms.CharField(
        label=gettext_lazy("依据文号"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("如：云办〔2026〕8号。"),
    )
    filing_number = forms.CharField(label=gettext_lazy("备案号"), max_length=100, required=False)
    categories = forms.CharField(
        label=gettext_lazy("分类"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("每行一类；不填则自由填写。"),
    )
    columns = forms.CharField(
        label=gettext_lazy("自设栏目"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "每行一栏：名称 类型（文字、数字、日期、选项），选项用“/”隔开。"
            "如：“资金来源 选项 市级/县级”。"
        ),
    )
    terms = forms.CharField(
        label=gettext_lazy("办理时限"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "挂账时没有另定期限的，按这里算。每行一条：起用日期 数量 单位 依据。"
            "单位：自然日、工作日、个月。如：“2026-01-01 60 自然日 云办〔2026〕8号”。"
            "规定改了另加一行，以前算出的期限不变。"
        ),
    )
    preset = forms.ChoiceField(label=gettext_lazy("亮灯规则"), widget=forms.RadioSelect)
    lights = forms.CharField(
        label=gettext_lazy("自定亮灯规则"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "上面选“自定”时按这里：每行一条，灯 看什么 数值。"
            "看什么：落后计划、距到期、逾期、无进展、未认领。"
            "如：“黄灯 落后计划 10”。同时符合几条的，取最重的灯。"
        ),
    )
    urging = forms.CharField(
        label=gettext_lazy("催办规则"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "每行一条：催谁 期满后第几天（期满前为负数）。"
            "催谁：经办人、单位主要负责人、分管领导、提请约谈。"
        ),
    )
    look_back_months = forms.IntegerField(
        label=gettext_lazy("销号后几个月回头看"),
        min_value=0,
        max_value=36,
        help_text=gettext_lazy("0：不回头看。系统默认值3。"),
    )
    ended = forms.BooleanField(label=gettext_lazy("已结束，不再挂新账"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(key, f"{one.title}：{one.source}") for key, one in PRESETS.items()]
        self.fields["preset"].choices = [*choices, (OWN, _("自定"))]  # type: ignore[attr-defined]

    @staticmethod
    def start(campaign: Campaign | None) -> dict[str, Any]:
        """What stands in the form at first."""
        one = campaign or Campaign()
        rules = one.light_rules
        preset = next((k for k, p in PRESETS.items() if list(p.lights) == rules), OWN)
        return {
            **({"seen": fields_mark(campaign, SAVED)} if campaign else {}),
            **{name: getattr(one, name) for name in FACTS},
            "categories": "\n".join(one.categories),
            "columns": "\n".join(_column_line(column) for column in one.own_columns),
            "terms": "\n".join(_term_line(rule) for rule in one.term_rules),
            "preset": preset if campaign else DEFAULT,
            "lights": "\n".join(_light_line(rule) for rule in rules),
            "urging": "\n".join(
                f"{rule.to.label} {rule.after}" for rule in (one.urge_rules if campaign else URGING)
            ),
        }

    def clean_lights(self) -> list[LightRule]:
        return [self._light(n, line) for n, line in _lines(self.cleaned_data["lights"])]

    def _light(self, number: int, line: str) -> LightRule:
        try:
            *words, amount = _cells(line)
            both = (((a.label, b.label), (a, b)) for a in Light for b in LightKind)
            light, kind = _the(both, *words)
            return LightRule(light, kind, _whole(amount))
        except ValueError as error:
            raise forms.ValidationError(
                _("第%(number)s行“%(line)s”看不懂。请写成：“黄灯 落后计划 10”。")
                % {"number": number, "line": line}
            ) from error

    def clean_urging(self) -> list[UrgeRule]:
        found = []
        for number, line in _lines(self.cleaned_data["urging"]):
            try:
                *words, after = _cells(line)
                to = _the((((one.label,), one) for one in UrgeTo), *words)
                found.append(UrgeRule(to, _whole(after, least=-60)))
            except ValueError as error:
                raise forms.ValidationError(
                    _("第%(number)s行“%(line)s”看不懂。请写成：“经办人 -3”。")
                    % {"number": number, "line": line}
                ) from error
        if len({rule.to for rule in found}) < len(found):
            raise forms.ValidationError(_("同一个催办对象只能有一条规则。"))
        return found

    def clean_terms(self) -> list[TermRule]:
        found = []
        for number, line in _lines(self.cleaned_data["terms"]):
            try:
                since, amount, *rest = _cells(line)
                unit, basis = _unit_and_basis(rest)
                rule = TermRule(date.fromisoformat(since), _whole(amount, 1), unit, basis)
            except ValueError as error:
                raise forms.ValidationError(
                    _(
                        "第%(number)s行“%(line)s”看不懂。"
                        "请写成：“2026-01-01 60 自然日 云办〔2026〕8号”。"
                    )
                    % {"number": number, "line": line}
                ) from error
            found.append(rule)
        if len({rule.since for rule in found}) < len(found):
            raise forms.ValidationError(_("同一天起用的时限只能有一条。"))
        return found

    def clean_columns(self) -> list[OwnColumn]:
        found = []
        for number, line in _lines(self.cleaned_data["columns"]):
            try:
                title, kind, rest = _column(_cells(line))
                choices = tuple(one for one in "/".join(rest).split("/") if one)
                column = OwnColumn(title, title, kind, choices)
                if (column.kind == ColumnKind.CHOICE) != bool(choices):
                    raise ValueError(line)
            except ValueError as error:
                raise forms.ValidationError(
                    _(
                        "第%(number)s行“%(line)s”看不懂。"
                        "请写成：“投资额 数字”，或“来源 选项 市级/县级”。"
                    )
                    % {"number": number, "line": line}
                ) from error
            found.append(column)
        if len({column.key for column in found}) < len(found):
            raise forms.ValidationError(_("自设栏目不能重名。"))
        return found

    def parts(self) -> dict[str, Any]:
        """What the action is called with."""
        data = self.cleaned_data
        preset = data["preset"]
        return {
            "facts": {name: data[name] for name in FACTS if name in data},
            "categories": data["categories"].splitlines(),
            "columns": data["columns"],
            "lights": data["lights"] if preset == OWN else PRESETS[preset].lights,
            "urging": data["urging"],
            "terms": data["terms"],
            "seen": data["seen"],
        }


def _lines(text: str) -> list[tuple[int, str]]:
    rows = enumerate(text.splitlines(), start=1)
    return [(number, line.strip()) for number, line in rows if line.strip()]


def _column(words: list[str]) -> tuple[str, ColumnKind, list[str]]:
    """Title, kind and what follows. Raises ``ValueError``."""
    kinds = {_bare(one.label): one for one in ColumnKind}
    place = next((n for n, word in enumerate(words) if n and _bare(word) in kinds), 0)
    if not place:
        raise ValueError(words)
    return " ".join(words[:place]), kinds[_bare(words[place])], words[place + 1 :]


def _whole(text: str, least: int = 0, most: int = 3_650) -> int:
    number = int(text)
    if not least <= number <= most:
        raise ValueError(text)
    return number


TERM_WORDS = {
    TermUnit.NATURAL: gettext_lazy("自然日"),
    TermUnit.WORKING: gettext_lazy("工作日"),
    TermUnit.MONTHS: gettext_lazy("个月"),
}


def _unit_and_basis(words: list[str]) -> tuple[TermUnit, str]:
    """A unit of one word or two, and the document after it. Raises ``ValueError``."""
    for length in (1, 2):
        for unit, title in TERM_WORDS.items():
            if _bare(*words[:length]) == _bare(title) and words[length:]:
                return unit, " ".join(words[length:])
    raise ValueError(words)


def _term_line(rule: TermRule) -> str:
    return f"{rule.since.isoformat()} {rule.amount} {TERM_WORDS[rule.unit]} {rule.basis}"


def _light_line(rule: LightRule) -> str:
    kind = str(rule.kind.label).replace("（", " (").partition(" (")[0]
    return f"{rule.light.label} {kind} {rule.number}"


def _column_line(column: OwnColumn) -> str:
    line = f"{column.title} {column.kind.label}"
    return f"{line} {'/'.join(column.choices)}" if column.choices else line
