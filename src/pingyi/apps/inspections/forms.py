"""Forms of inspections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from pingyi.apps.inspections.actions.plans import mark_of_plan
from pingyi.apps.inspections.enums import InspectionKind, Method, Outcome
from pingyi.apps.inspections.models import Inspection, Place
from pingyi.apps.inspections.presets import CATEGORIES, FIVE_LOOKS, WINDOW_MONTHS
from pingyi.apps.inspections.queries import OFFICERS
from pingyi.apps.people.models import Account, Unit
from pingyi.apps.people.queries.scope import reach_of
from pingyi.apps.people.queries.units import search_units
from pingyi.base.posting import MarkedForm

if TYPE_CHECKING:
    _UnitsChoice = forms.ModelMultipleChoiceField[Unit]
    _AccountChoice = forms.ModelChoiceField[Account]
    _PlaceChoice = forms.ModelChoiceField[Place]
else:
    _UnitsChoice = forms.ModelMultipleChoiceField
    _AccountChoice = _PlaceChoice = forms.ModelChoiceField

_DAY = {"type": "date"}


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"))


def _words(label: Any, rows: int = 4, longest: int = 3000, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=longest, widget=forms.Textarea(attrs={"rows": rows}), **options
    )


class PlanForm(MarkedForm):
    """The plan of an inspection."""

    title = forms.CharField(label=_("督查名称"), max_length=120)
    kind = forms.ChoiceField(label=_("督查类型"), choices=InspectionKind.choices)
    basis = forms.CharField(
        label=_("督查依据"), max_length=300, help_text=_("文件名称和文号，或领导批示。")
    )
    filing_number = forms.CharField(label=_("备案号"), max_length=100, required=False)
    starts_on = _day(_("开始日期"))
    ends_on = _day(_("结束日期"))
    methods = forms.MultipleChoiceField(
        label=_("督查方式"), choices=Method.choices, widget=forms.CheckboxSelectMultiple
    )
    units = _UnitsChoice(
        label=_("督查范围"),
        queryset=Unit.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("随机抽查的，这里是候选名单。"),
    )
    sample_size = forms.IntegerField(
        label=_("随机抽取单位数"),
        min_value=1,
        required=False,
        help_text=_("留空：范围内的单位都走访。"),
    )
    seed_source = forms.CharField(
        label=_("抽样种子来自哪个公开数值"),
        max_length=200,
        required=False,
        help_text=_(
            "写明现在还不知道、到时人人能查到的数值，如：批准后第一个交易日的上证综指收盘点位。"
            "留空：批准时由系统生成随机数并公布。"
        ),
    )
    window_months = forms.IntegerField(
        label=_("几个月内不重复督查同一单位"),
        min_value=0,
        max_value=60,
        initial=WINDOW_MONTHS,
        help_text=_("系统默认值：6个月。重复的只提醒，写明理由可以进行。"),
    )
    checklist = _words(
        _("检查清单"),
        rows=6,
        initial="\n".join(FIVE_LOOKS),
        help_text=_("每行一项，走访时逐项勾选。预置的是“五看”。"),
    )
    categories = _words(
        _("问题类别"), rows=5, initial="\n".join(CATEGORIES), help_text=_("每行一类。")
    )
    repeat_reason = forms.CharField(label=_("确需重复督查的理由"), max_length=500, required=False)

    def __init__(self, by: Account, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reach = reach_of(by, *OFFICERS)
        units = search_units(Unit.objects.filter(reach.condition())).order_by("path")
        self.fields["units"].queryset = units  # type: ignore[attr-defined]

    @staticmethod
    def start(one: Inspection) -> dict[str, Any]:
        """What the form begins with, to change a plan."""
        names = ("title", "kind", "basis", "filing_number", "starts_on", "ends_on", "methods")
        more = ("sample_size", "seed_source", "window_months", "repeat_reason")
        return {
            **{name: getattr(one, name) for name in (*names, *more)},
            "units": list(one.places.values_list("unit", flat=True)),
            "checklist": "\n".join(one.checklist),
            "categories": "\n".join(one.categories),
            "seen": mark_of_plan(one),
        }

    def facts(self) -> dict[str, Any]:
        apart = ("units", "seen")
        data = {name: value for name, value in self.cleaned_data.items() if name not in apart}
        for name in ("checklist", "categories"):
            data[name] = data[name].splitlines()
        return data


class ApproveForm(forms.Form):
    approver_name = forms.CharField(
        label=_("批准人"), max_length=60, help_text=_("作出批准的领导。")
    )
    approval_document = forms.CharField(
        label=_("批准文件"), max_length=200, help_text=_("文号、批示日期或会议纪要。")
    )
    repeat_reason = forms.CharField(
        label=_("确需重复督查的理由"),
        max_length=500,
        required=False,
        help_text=_("只在有单位被重复督查时填写。"),
    )


class SeedForm(forms.Form):
    seed = forms.CharField(
        label=_("公开数值"), max_length=100, help_text=_("照原样录入；录入后公布，不能再改。")
    )


class MemberForm(forms.Form):
    account = _AccountChoice(
        label=_("人员"), queryset=Account.objects.none(), empty_label=_("请选择")
    )
    team = forms.CharField(label=_("组别"), max_length=20, initial="第一组")
    leads = forms.BooleanField(label=_("组长"), required=False)
    seconded_from = forms.CharField(label=_("抽调自"), max_length=120, required=False)

    def __init__(self, accounts: QuerySet[Account], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].queryset = accounts  # type: ignore[attr-defined]


class RecuseForm(forms.Form):
    """Who stays away from which unit, and why."""

    prefix = "recuse"
    account = _AccountChoice(
        label=_("回避人"), queryset=Account.objects.none(), empty_label=_("请选择")
    )
    place = _PlaceChoice(
        label=_("回避单位"), queryset=Place.objects.none(), empty_label=_("请选择")
    )
    reason = forms.CharField(label=_("回避理由"), max_length=300)

    def __init__(self, one: Inspection, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = one.members.values("account")
        self.fields["account"].queryset = Account.objects.filter(pk__in=members)  # type: ignore[attr-defined]
        self.fields["place"].queryset = one.places.all()  # type: ignore[attr-defined]


class WordsForm(forms.Form):
    """One text: a conclusion, an objection."""

    text = _words(_("内容"), rows=8, longest=5000)

    def __init__(self, label: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = label


class ConclusionForm(MarkedForm, WordsForm):
    """What one unit will be told."""


class CircularForm(MarkedForm):
    title = forms.CharField(label=_("标题"), max_length=200)
    number = forms.CharField(label=_("文号"), max_length=100, required=False)
    text = _words(_("正文"), rows=10, longest=10000)


class DecisionForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("复核结果"), choices=Outcome.choices, widget=forms.RadioSelect
    )
    opinion = _words(_("复核意见"), rows=4)
