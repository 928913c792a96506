"""Forms of campaigns, pledges and their settlement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pingyi.apps.ledger.actions import Term
from pingyi.apps.ledger.models import Campaign as LedgerCampaign
from pingyi.apps.people.models import Unit
from pingyi.apps.people.queries.units import search_units
from pingyi.apps.pledges.actions import CampaignFacts, Giver, Outcome, Promise, Told
from pingyi.apps.pledges.actions.campaigns import mark_of_campaign
from pingyi.apps.pledges.enums import First, Manner, Measure, Medium, Result, Signature
from pingyi.apps.pledges.models import Aspect, Campaign, Item, Pledge
from pingyi.apps.pledges.presets import ASPECTS, WINDOW_DAYS
from pingyi.base.days import LONGEST, TermUnit
from pingyi.base.fields import day_field
from pingyi.base.posting import MarkedForm, words_of

if TYPE_CHECKING:
    _UnitsChoice = forms.ModelMultipleChoiceField[Unit]
    _LedgerChoice = forms.ModelChoiceField[LedgerCampaign]
    _AspectChoice = forms.ModelChoiceField[Aspect]
else:
    _UnitsChoice = forms.ModelMultipleChoiceField
    _LedgerChoice = _AspectChoice = forms.ModelChoiceField

_FACTS = (
    "title",
    "year",
    "opens_on",
    "days",
    "settle_on",
    "document_title",
    "document_number",
    "filing_number",
    "outlets",
    "ledger",
)


def _words(label: Any, rows: int = 3, longest: int = 1000, **options: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=longest, widget=widget, **options)


def _number(label: Any, **options: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, max_digits=14, decimal_places=4, required=False, **options
    )


class CampaignForm(MarkedForm):
    """A campaign, its six aspects, and whom it calls up."""

    title = forms.CharField(label=_("名称"), max_length=120)
    year = forms.IntegerField(label=_("年度"), min_value=2000, max_value=2100)
    document_title = forms.CharField(label=_("依据文件"), max_length=200, required=False)
    document_number = forms.CharField(
        label=_("依据文号"), max_length=100, required=False, help_text=_("如：云办〔2026〕8号。")
    )
    filing_number = forms.CharField(label=_("备案号"), max_length=100, required=False)
    opens_on = day_field(_("开始日期"))
    days = forms.IntegerField(
        label=_("集中承诺天数"),
        min_value=1,
        max_value=LONGEST,
        initial=WINDOW_DAYS,
        help_text=_("自然日，开始日次日起算，末日休息的顺延；邯郸2010年集中10天。"),
    )
    settle_on = day_field(_("交账日期"), help_text=_("到这一天逐条核实承诺是否完成，一般在年底。"))
    outlets = forms.CharField(
        label=_("公布媒体"),
        max_length=200,
        required=False,
        help_text=_("如：《云州日报》、云州电视台、阳光热线直播间。"),
    )
    ledger = _LedgerChoice(
        label=_("转入台账的专项"),
        queryset=LedgerCampaign.objects.filter(ended=False),
        required=False,
        empty_label=_("按本活动的名称和依据自动建立"),
    )
    units = _UnitsChoice(
        label=_("承诺单位"),
        queryset=Unit.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("由单位主要负责人作出承诺。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = search_units(Unit.objects.all()).order_by("path")
        self.fields["units"].queryset = units  # type: ignore[attr-defined]
        for number, (title, source) in enumerate(ASPECTS, start=1):
            words = gettext("出处：%(source)s。") % {"source": source} if title else None
            self.fields[f"aspect_{number}"] = forms.CharField(
                label=gettext("承诺方面之%(number)s") % {"number": number},
                max_length=60,
                required=False,
                help_text=words or _("由本级确定；不填则不用，系统不代拟。"),
            )

    @staticmethod
    def start(campaign: Campaign | None) -> dict[str, Any]:
        """What stands in the form at first."""
        if campaign is None:
            titles = {f"aspect_{n}": title for n, (title, _source) in enumerate(ASPECTS, start=1)}
            return {"year": timezone.localdate().year, "days": WINDOW_DAYS, **titles}
        return {
            **{name: getattr(campaign, name) for name in _FACTS},
            **{f"aspect_{one.number}": one.title for one in campaign.aspects.all()},
            "units": list(campaign.pledges.values_list("unit", flat=True)),
            "seen": mark_of_campaign(campaign),
        }

    def parts(self) -> dict[str, Any]:
        """What the action is called with."""
        data = self.cleaned_data
        return {
            "facts": CampaignFacts(**{name: data[name] for name in _FACTS}),
            "units": list(data["units"]),
            "aspects": [data[f"aspect_{n}"] for n in range(1, len(ASPECTS) + 1)],
            "seen": data["seen"],
        }


class SeenForm(forms.Form):
    """The version that was on the page."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    @staticmethod
    def of(data: Mapping[str, Any]) -> int:
        """As it was posted; without one 0, which is none that there is."""
        form = SeenForm(data)
        return int(form.cleaned_data["seen"]) if form.is_valid() else 0


class GiverForm(SeenForm):
    """Who pledges, and how."""

    head_name = forms.CharField(label=_("承诺人"), max_length=60, help_text=_("单位的一把手。"))
    head_post = forms.CharField(label=_("职务"), max_length=60)
    manner = forms.ChoiceField(
        label=_("承诺形式"), choices=Manner.choices, widget=forms.RadioSelect
    )
    medium = forms.ChoiceField(
        label=_("媒体"),
        choices=[("", "—"), *Medium.choices],
        required=False,
        help_text=_("媒体公开承诺的须选择。"),
    )
    signature = forms.ChoiceField(
        label=_("签署方式"), choices=Signature.choices, widget=forms.RadioSelect
    )

    @staticmethod
    def start(pledge: Pledge) -> dict[str, Any]:
        names = ("head_name", "head_post", "manner", "medium", "signature")
        return {"seen": pledge.version, **{name: getattr(pledge, name) for name in names}}

    def parts(self) -> dict[str, Any]:
        """What the action is called with."""
        data = dict(self.cleaned_data)
        return {"seen": data.pop("seen"), "giver": Giver(**data)}


TERM_UNITS = (
    (TermUnit.NATURAL, _("天（自然日）")),
    (TermUnit.WORKING, _("个工作日")),
    (TermUnit.MONTHS, _("个月")),
)


class ItemForm(SeenForm):
    """One thing that is promised."""

    aspect = _AspectChoice(label=_("承诺方面"), queryset=Aspect.objects.none(), empty_label=None)
    text = forms.CharField(
        label=_("承诺事项"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("一句话写清做什么、做到什么程度，年底能对账。"),
    )
    target = _number(
        _("目标数量"), min_value=0, help_text=_("不能计量的留空，年底按做到或没做到交账。")
    )
    measured_in = forms.CharField(
        label=_("计量单位"), max_length=20, required=False, help_text=_("如：个、亿元、%。")
    )
    benchmark = forms.CharField(
        label=_("对标单位"),
        max_length=100,
        required=False,
        help_text=_("向谁看齐，如：全省同类市县第一名。"),
    )
    benchmark_figure = forms.CharField(label=_("对标水平"), max_length=100, required=False)
    first = forms.ChoiceField(label=_("争第一"), choices=First.choices)
    due_on = day_field(_("完成期限"), required=False, help_text=_("或在下面填写多少天、多少个月。"))
    amount = forms.IntegerField(
        label=_("承诺时限"),
        required=False,
        min_value=1,
        max_value=LONGEST,
        help_text=_("自集中承诺截止日起算。"),
    )
    unit = forms.ChoiceField(label=_("按"), choices=TERM_UNITS, required=False)

    def __init__(self, campaign: Campaign, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        aspects = campaign.aspects.exclude(title="")
        self.fields["aspect"].queryset = aspects  # type: ignore[attr-defined]

    @staticmethod
    def start(item: Item | None) -> dict[str, Any]:
        if item is None:
            return {"first": First.NONE, "seen": 0}
        names = ("aspect", "text", "target", "measured_in", "benchmark", "benchmark_figure")
        target = item.target.normalize() if item.target is not None else None
        start = {name: getattr(item, name) for name in (*names, "first", "due_on")}
        shown = f"{target:f}" if target is not None else None
        return {**start, "target": shown, "seen": item.version}

    def parts(self) -> dict[str, Any]:
        """What the action is called with."""
        data = dict(self.cleaned_data)
        seen = data.pop("seen")
        amount, day = data.pop("amount"), data.pop("due_on")
        unit = TermUnit(data.pop("unit") or TermUnit.NATURAL)
        term = Term(amount=amount, unit=unit) if amount else Term(day=day)
        return {"seen": seen, "promise": Promise(**data, term=term)}


class ReasonForm(forms.Form):
    reason = _words(_("理由"), longest=500)


class ToldForm(forms.Form):
    """What the unit says of one item."""

    claimed = _number(_("完成数量"), min_value=0)
    text = _words(_("完成情况"), required=False)

    def __init__(self, item: Item, data: Any = None) -> None:
        start = {"claimed": item.claimed, "text": item.account}
        super().__init__(data, prefix=f"item-{item.number}", initial=start)
        if item.measure == Measure.YES_NO:
            del self.fields["claimed"]

    def told(self) -> Told:
        return Told(self.cleaned_data.get("claimed"), self.cleaned_data["text"])


class OutcomeForm(forms.Form):
    """What was found of one item; at first, what the unit says, and a closed entry as met."""

    done = _number(_("核实完成数量"), min_value=0)
    result = forms.ChoiceField(
        label=_("核实结果"), choices=Result.choices, widget=forms.RadioSelect
    )
    reason = _words(_("说明"), required=False, help_text=_("未完成或不可抗力的须写明。"))

    def __init__(self, item: Item, closed: bool, data: Any = None) -> None:
        done = item.done if item.done is not None else item.claimed
        start = {"done": done, "result": item.result, "reason": item.reason}
        if closed and not item.result:
            start |= {"result": Result.MET, "done": done if done is not None else item.target}
        super().__init__(data, prefix=f"item-{item.number}", initial=start)
        if item.measure == Measure.YES_NO:
            del self.fields["done"]

    def outcome(self) -> Outcome:
        data = self.cleaned_data
        return Outcome(Result(data["result"]), data.get("done"), data["reason"])


def words_there(form: forms.Form, start: Mapping[str, Any]) -> list[tuple[Any, Any]]:
    """What another has saved meanwhile, field by field, to be read beside what is in the form."""
    fields = [(form.fields[name], value) for name, value in start.items()]
    return [(one.label, words_of(one, value)) for one, value in fields if not one.widget.is_hidden]
