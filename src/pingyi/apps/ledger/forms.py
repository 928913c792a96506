"""Forms of campaigns and entries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pingyi.apps.ledger.actions import Facts, Owner, Term
from pingyi.apps.ledger.actions.working import MOST_MILESTONES
from pingyi.apps.ledger.enums import ColumnKind, EntryKind, UrgeTo
from pingyi.apps.ledger.models import Campaign, Entry
from pingyi.apps.ledger.models.campaigns import OwnColumn
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account, Person, Unit
from pingyi.apps.people.queries.scope import reach_of
from pingyi.apps.people.queries.units import search_units
from pingyi.base.days import LONGEST, TermUnit
from pingyi.base.fields import day_field, words_field

if TYPE_CHECKING:
    _CampaignChoice = forms.ModelChoiceField[Campaign]
    _UnitChoice = forms.ModelChoiceField[Unit]
    _UnitsChoice = forms.ModelMultipleChoiceField[Unit]
    _PersonChoice = forms.ModelChoiceField[Person]
else:
    _CampaignChoice = _UnitChoice = _PersonChoice = forms.ModelChoiceField
    _UnitsChoice = forms.ModelMultipleChoiceField

TERM_UNITS = (
    (TermUnit.NATURAL, _("天（自然日）")),
    (TermUnit.WORKING, _("个工作日")),
    (TermUnit.MONTHS, _("个月")),
)


class TermForm(forms.Form):
    """By when: a day, or so many days or months from today."""

    due_on = day_field(_("完成期限"), required=False, help_text=_("或在下面填写多少天、多少个月。"))
    amount = forms.IntegerField(label=_("办理时限"), required=False, min_value=1, max_value=LONGEST)
    unit = forms.ChoiceField(label=_("按"), choices=TERM_UNITS, required=False)

    def term(self) -> Term:
        data = self.cleaned_data
        if data.get("amount"):
            unit = TermUnit(data.get("unit") or TermUnit.NATURAL)
            return Term(amount=data["amount"], unit=unit)
        return Term(day=data.get("due_on"))


class FactsForm(forms.Form):
    """What an entry says, with the columns of its campaign."""

    title = forms.CharField(label=_("事项"), max_length=300, help_text=_("一句话说清要解决什么。"))
    text = words_field(_("具体内容"), required=False)
    kind = forms.ChoiceField(label=_("类型"), choices=EntryKind.choices)
    category = forms.CharField(label=_("分类"), max_length=60, required=False)

    def __init__(self, campaign: Campaign, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.campaign = campaign
        if campaign.categories:
            choices = [("", _("未分类")), *((one, one) for one in campaign.categories)]
            self.fields["category"] = forms.ChoiceField(
                label=_("分类"), choices=choices, required=False
            )
        for column in campaign.own_columns:
            self.fields[f"own_{column.key}"] = _own_field(column)

    def facts(self) -> Facts:
        data = self.cleaned_data
        extra = {}
        for column in self.campaign.own_columns:
            value = data.get(f"own_{column.key}")
            if value not in (None, ""):
                extra[column.key] = str(value)
        return Facts(
            data["title"], data["text"], EntryKind(data["kind"]), data.get("category", ""), extra
        )


def _own_field(column: OwnColumn) -> forms.Field:
    match column.kind:
        case ColumnKind.NUMBER:
            return forms.DecimalField(label=column.title, required=False, max_digits=18)
        case ColumnKind.DAY:
            return day_field(column.title, required=False)
        case ColumnKind.CHOICE:
            choices = [("", "—"), *((one, one) for one in column.choices)]
            return forms.ChoiceField(label=column.title, choices=choices, required=False)
        case _:
            return forms.CharField(label=column.title, max_length=300, required=False)


def units_for(account: Account) -> Any:
    """Living units within reach of those who register, in the order of the tree."""
    reach = reach_of(account, Role.ORGANISER, Role.INSPECTOR)
    return search_units(Unit.objects.filter(reach.condition())).order_by("path")


class RegisterForm(FactsForm, TermForm):
    """A new entry."""

    lead_unit = _UnitChoice(
        label=_("牵头单位"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=_("以后分派"),
    )
    source_title = forms.CharField(
        label=_("来源"),
        max_length=200,
        required=False,
        help_text=_("从哪里来的，如：市委常委会第12次会议。"),
    )
    field_order = (
        "title",
        "text",
        "kind",
        "category",
        "lead_unit",
        "due_on",
        "amount",
        "unit",
        "source_title",
    )

    def __init__(self, by: Account, campaign: Campaign, *args: Any, **kwargs: Any) -> None:
        super().__init__(campaign, *args, **kwargs)
        self.fields["lead_unit"].queryset = units_for(by)  # type: ignore[attr-defined]


class AssignForm(TermForm):
    """Whose an entry is."""

    lead_unit = _UnitChoice(
        label=_("牵头单位"), queryset=Unit.objects.none(), empty_label=_("请选择")
    )
    supports = _UnitsChoice(
        label=_("配合单位"),
        queryset=Unit.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    person_name = forms.CharField(label=_("责任人"), max_length=60, required=False)
    reason = forms.CharField(
        label=_("改派理由"),
        max_length=300,
        required=False,
        help_text=_("已经分派过、换单位的须写明。"),
    )
    field_order = ("lead_unit", "supports", "person_name", "due_on", "amount", "unit", "reason")

    def owner(self) -> Owner:
        data = self.cleaned_data
        return Owner(data["lead_unit"], list(data["supports"]), data["person_name"])

    def __init__(self, by: Account, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("lead_unit", "supports"):
            self.fields[name].queryset = units_for(by)  # type: ignore[attr-defined]


class ClaimForm(forms.Form):
    person_name = forms.CharField(label=_("责任人"), max_length=60, required=False)


class PlanForm(forms.Form):
    """Measures and milestones."""

    measures = words_field(
        _("整改措施"), rows=6, longest=5000, help_text=_("一条一行，写明怎么干。")
    )
    person_name = forms.CharField(label=_("责任人"), max_length=60)
    seen = forms.IntegerField(widget=forms.HiddenInput)


class StepForm(forms.Form):
    """A milestone; a row that is empty is none."""

    title = forms.CharField(label=_("节点"), max_length=200)
    due_on = day_field(_("完成时间"))
    weight = forms.IntegerField(label=_("权重"), min_value=1, max_value=100, initial=1)


Steps = forms.formset_factory(StepForm, extra=3, max_num=MOST_MILESTONES, can_delete=True)


class ReportForm(forms.Form):
    percent = forms.IntegerField(label=_("进度（%）"), min_value=0, max_value=100)
    text = words_field(_("进展情况"))


class ReasonForm(forms.Form):
    reason = words_field(_("理由"), rows=3, longest=1000)


class ResultForm(forms.Form):
    text = words_field(
        _("整改结果"), help_text=_("做了什么，结果如何，凭什么说整改到位。证明材料在事项页上传。")
    )


class ExtendForm(forms.Form):
    due_after = day_field(_("延至"))
    reason = words_field(_("理由"), rows=3, longest=1000)


class RulingForm(forms.Form):
    granted = forms.ChoiceField(
        label=_("审批"),
        choices=(("1", _("同意")), ("0", _("不同意"))),
        widget=forms.RadioSelect,
    )
    opinion = words_field(_("审批意见"), rows=3, longest=1000)


class VerifyForm(forms.Form):
    passed = forms.ChoiceField(
        label=_("验收结果"),
        choices=(("1", _("合格")), ("0", _("不合格，退回整改"))),
        widget=forms.RadioSelect,
    )
    opinion = words_field(_("验收意见"), rows=3, longest=1000)


class LookBackForm(TermForm):
    passed = forms.ChoiceField(
        label=_("检查结果"),
        choices=(("1", _("没有反弹")), ("0", _("有反弹，重新挂账"))),
        widget=forms.RadioSelect,
    )
    text = words_field(_("检查情况"), rows=3, longest=1000)
    field_order = ("passed", "text", "due_on", "amount", "unit")


class ReopenForm(TermForm):
    reason = words_field(_("理由"), rows=3, longest=1000)
    field_order = ("reason", "due_on", "amount", "unit")


class SplitForm(forms.Form):
    titles = words_field(
        _("拆出的事项"), rows=6, longest=6000, help_text=_("每行一项；原事项保留。")
    )


class MergeForm(forms.Form):
    into = forms.CharField(
        label=_("并入哪个事项"), max_length=20, help_text=_("填写编号，如 2026-00042。")
    )
    reason = words_field(_("理由"), rows=3, longest=1000)


class UrgeForm(forms.Form):
    to = forms.ChoiceField(
        label=_("催办对象"), choices=[one for one in UrgeTo.choices if one[0] != UrgeTo.TALK]
    )
    text = words_field(_("催办要求"), rows=3, longest=500)


class EditForm(FactsForm):
    seen = forms.IntegerField(widget=forms.HiddenInput)

    @staticmethod
    def start(entry: Entry) -> dict[str, Any]:
        own = {f"own_{key}": value for key, value in entry.extra.items()}
        return {
            "title": entry.title,
            "text": entry.text,
            "kind": entry.kind,
            "category": entry.category,
            "seen": entry.version,
            **own,
        }


class SaveViewForm(forms.Form):
    title = forms.CharField(label=_("名称"), max_length=40)
    query = forms.CharField(widget=forms.HiddenInput, max_length=1000, required=False)


class EnterForm(TermForm):
    """Into which campaign findings go, and by when they are due."""

    campaign = _CampaignChoice(
        label=_("专项"), queryset=Campaign.objects.filter(ended=False), empty_label=None
    )
    field_order = ("campaign", "due_on", "amount", "unit")


class UploadForm(forms.Form):
    """A ledger to be brought in."""

    file = forms.FileField(
        label=_("填好的表"),
        help_text=_(".xlsx 或 .csv，不超过20兆字节、5万行。不得上传涉密内容。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )


class CommitForm(forms.Form):
    """How to take in what the preview shows."""

    skip_errors = forms.BooleanField(label=_("只导入没有问题的行"), required=False)

    def __init__(self, *args: Any, wrong: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not wrong:
            del self.fields["skip_errors"]
