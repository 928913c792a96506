"""Forms of programmes and talks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pingyi.apps.ledger.models import Campaign
from pingyi.apps.people.models import Account, Person, Unit
from pingyi.apps.people.queries.scope import reach_of
from pingyi.apps.people.queries.units import search_units
from pingyi.apps.talks.actions.meeting import MOST_MONTHS
from pingyi.apps.talks.actions.programmes import mark_of_programme
from pingyi.apps.talks.actions.talks import ARRANGED, TEXTS, Meeting
from pingyi.apps.talks.enums import Ground, Secrecy, TalkKind, Way
from pingyi.apps.talks.models import Memo, Programme, Talk
from pingyi.apps.talks.presets import STARTS
from pingyi.apps.talks.queries import EDITORS, interviewers_of, running, units_of
from pingyi.base.fields import day_field, words_field
from pingyi.base.marks import fields_mark, mark_of
from pingyi.base.posting import MarkedForm

if TYPE_CHECKING:
    _CampaignChoice = forms.ModelChoiceField[Campaign]
    _ProgrammeChoice = forms.ModelChoiceField[Programme]
    _PersonChoice = forms.ModelChoiceField[Person]
    _PersonsChoice = forms.ModelMultipleChoiceField[Person]
    _UnitChoice = forms.ModelChoiceField[Unit]
    _UnitsChoice = forms.ModelMultipleChoiceField[Unit]
else:
    _CampaignChoice = _ProgrammeChoice = _PersonChoice = _UnitChoice = forms.ModelChoiceField
    _PersonsChoice = _UnitsChoice = forms.ModelMultipleChoiceField

SPLIT = "｜"
OWN_TRIGGER = _("其他（见事由）")


def _number(label: Any, least: int, most: int, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=most, **options)


def _line(label: Any, longest: int = 200, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=longest, **options)


class ProgrammeForm(MarkedForm):
    """A programme. Lists stand one to a line."""

    title = _line(_("制度名称"), 120)
    document_title = _line(_("文件标题"))
    document_number = _line(_("依据文号"), 100, help_text=_("如：云办〔2026〕8号。"))
    filing_number = _line(_("备案号"), 100, required=False)
    campaign = _CampaignChoice(
        label=_("整改要求转入的专项"),
        queryset=Campaign.objects.filter(ended=False),
        empty_label=_("请选择"),
        help_text=_("台账里的专项，决定亮灯和催办规则。"),
    )
    interviewer_posts = _line(_("约谈人职务"), 300, required=False)
    interviewers = _PersonsChoice(
        label=_("约谈人"),
        queryset=Person.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    interviewees = _line(_("约谈对象"), 300, required=False)
    units = _UnitsChoice(
        label=_("被约谈单位"),
        queryset=Unit.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("每个周期各约谈一次，按单位目录的顺序。"),
    )
    least = _number(_("每月最少"), 0, 60)
    most = _number(_("每月最多"), 1, 60)
    report_minutes = _number(_("汇报时长（分钟）"), 1, 240)
    question_minutes = _number(_("提问时长（分钟）"), 1, 240)
    rectify_months = _number(_("整改期限（月）"), 1, MOST_MONTHS)
    follow_up_days = _number(_("跟踪活动间隔（天）"), 0, 365, help_text=_("0：不设。"))
    follow_up_title = _line(_("跟踪活动名称"), 60)
    apart_days = _number(_("两次约谈至少间隔（天）"), 0, 3650)
    topics = words_field(_("约谈内容"), help_text=_("每行一项。"))
    triggers = words_field(
        _("约谈情形"),
        rows=6,
        required=False,
        help_text=_("每行一种；有来源的写在“｜”后面，没有的就是本级自行规定。"),
    )
    sections = words_field(_("整改情况汇报的部分"), help_text=_("每行一部分。"))

    def __init__(
        self, by: Account, preset: str, *args: Any, programme: Programme | None, **kwargs: Any
    ) -> None:
        kwargs["initial"] = _start(preset, programme)
        super().__init__(*args, **kwargs)
        self.preset = preset
        units = search_units(Unit.objects.filter(reach_of(by, *EDITORS).condition()))
        self.fields["units"].queryset = units.order_by("path")  # type: ignore[attr-defined]
        persons = Person.objects.order_by("sort_order", "surname_strokes", "code")
        self.fields["interviewers"].queryset = persons  # type: ignore[attr-defined]
        for name in STARTS[preset].ours:
            field = self.fields[name]
            mark = _("系统默认值，来源没有规定。")
            field.help_text = f"{mark} {field.help_text}".strip()

    def parts(self) -> dict[str, Any]:
        """What the action is called with."""
        data = dict(self.cleaned_data)
        interviewers, units = list(data.pop("interviewers")), list(data.pop("units"))
        seen = data.pop("seen")
        for name in ("topics", "sections"):
            data[name] = _lines(data[name])
        data["triggers"] = [_trigger(line) for line in _lines(data["triggers"])]
        facts = {**data, "preset": self.preset}
        return {"facts": facts, "interviewers": interviewers, "units": units, "seen": seen}


def _start(preset: str, programme: Programme | None) -> dict[str, Any]:
    """What stands in the form at first: the programme, or the preset over the defaults."""
    one = programme or Programme(**STARTS[preset].facts)
    found = {name: getattr(one, name) for name in ProgrammeForm.base_fields if name not in _MANY}
    if programme is not None:
        found["interviewers"] = list(programme.interviewers.all())
        found["units"] = [place.unit for place in units_of(programme)]
        found["campaign"] = programme.campaign
        found["seen"] = mark_of_programme(programme)
    for name in ("topics", "sections"):
        found[name] = "\n".join(getattr(one, name))
    found["triggers"] = "\n".join(
        f"{text}{SPLIT}{source}" if source else text for text, source in one.triggers
    )
    return found


_MANY = {"interviewers", "units", "campaign", "seen"}


def _lines(text: str) -> list[str]:
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def _trigger(line: str) -> list[str]:
    text, _sign, source = line.partition(SPLIT)
    return [text.strip(), source.strip()]


class ScheduleForm(forms.Form):
    """Who is taken on for a month."""

    units = _UnitsChoice(
        label=_("本月约谈单位"), queryset=Unit.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, programme: Programme, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = units_of(programme).values("unit")
        units = Unit.objects.filter(pk__in=keys)
        self.fields["units"].queryset = units  # type: ignore[attr-defined]


class TakeUpForm(forms.Form):
    programme = _ProgrammeChoice(
        label=_("约谈制度"), queryset=Programme.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = running()  # type: ignore[attr-defined]


class AddForm(TakeUpForm):
    """A talk beside the turn."""

    unit = _UnitChoice(label=_("被约谈单位"), queryset=Unit.objects.none(), empty_label=_("请选择"))
    reason = words_field(_("事由"))

    def __init__(self, by: Account, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = search_units(Unit.objects.filter(reach_of(by, *EDITORS).condition()))
        self.fields["unit"].queryset = units.order_by("path")  # type: ignore[attr-defined]


class ArrangeForm(MarkedForm):
    """Day, place, who leads it, what it is about: what the notice says."""

    starts_at = forms.DateTimeField(
        label=_("约谈时间"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    place = _line(_("地点"), required=False)
    interviewer = _PersonChoice(
        label=_("约谈人"), queryset=Person.objects.none(), required=False, empty_label="—"
    )
    interviewee = _PersonChoice(
        label=_("被约谈人"), queryset=Person.objects.none(), required=False, empty_label="—"
    )
    kind = forms.ChoiceField(label=_("约谈种类"), choices=TalkKind.choices)
    trigger = forms.ChoiceField(label=_("约谈情形"), required=False)
    reason = words_field(
        _("事由"), longest=2000, required=False, help_text=_("写进通知书，被约谈单位看得到。")
    )
    purpose = words_field(_("目的"), rows=2, longest=1000, required=False)
    materials = words_field(
        _("要求"), rows=2, longest=1000, required=False, help_text=_("如：准备书面汇报材料。")
    )
    attendants = _line(_("列席"), 300, required=False)
    recorder_name = _line(_("记录人"), 60, required=False)
    contact = _line(_("联系人、联系方式"), required=False)
    notice_number = _line(_("通知书文号"), 100, required=False)

    def __init__(self, talk: Talk, *args: Any, **kwargs: Any) -> None:
        start = {name: getattr(talk, name) for name in TEXTS}
        start |= {name: getattr(talk, name) for name in ("starts_at", "interviewer", "interviewee")}
        start["seen"] = fields_mark(talk, ARRANGED)
        kwargs["initial"] = start
        super().__init__(*args, **kwargs)
        interviewers = interviewers_of(talk.programme)
        self.fields["interviewer"].queryset = interviewers  # type: ignore[attr-defined]
        inside = Person.objects.filter(tenures__post__unit=talk.unit).distinct()
        self.fields["interviewee"].queryset = inside  # type: ignore[attr-defined]
        choices = [("", OWN_TRIGGER), *((text, text) for text, _source in talk.programme.triggers)]
        if talk.trigger and talk.trigger not in dict(choices):
            choices.append((talk.trigger, talk.trigger))
        self.fields["trigger"].choices = choices  # type: ignore[attr-defined]

    def parts(self) -> dict[str, Any]:
        data = self.cleaned_data
        meeting = Meeting(data["starts_at"], data["interviewer"], data["interviewee"])
        facts = {name: data[name] for name in TEXTS}
        return {"meeting": meeting, "facts": facts, "seen": data["seen"]}


class NoteForm(forms.Form):
    way = forms.ChoiceField(label=_("途径"), choices=Way.choices)
    source = _line(_("来源"), help_text=_("在哪里、从谁、哪份材料得知。"))
    found_on = day_field(_("日期"))
    text = words_field(_("情况"))


class BankForm(forms.Form):
    topic = forms.ChoiceField(label=_("约谈内容"), required=False)
    text = _line(_("问题"), 500)

    def __init__(self, programme: Programme, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("不分")), *((one, one) for one in programme.topics)]
        self.fields["topic"].choices = choices  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    answer = words_field(_("回答要点"), rows=3, required=False)


class AskForm(AnswerForm):
    text = _line(_("提问"), 500)
    field_order = ("text", "answer")


class RequireForm(forms.Form):
    text = _line(_("整改要求"), 300)
    months = _number(_("整改期限（月）"), 1, MOST_MONTHS)


class MemoForm(forms.Form):
    interviewers = _line(_("约谈人"), 300)
    interviewees = _line(_("被约谈人"), 300)
    recorder = _line(_("记录人"), 60, required=False)
    attendants = _line(_("列席"), 300, required=False)
    points = words_field(_("谈话要点"), rows=12, longest=10000)
    problems = words_field(_("指出的问题"), rows=5, longest=5000, required=False)
    attitude = words_field(_("表态"), rows=3, required=False)
    secrecy = forms.ChoiceField(
        label=_("密级"), choices=Secrecy.choices, help_text=_("本系统不得存放国家秘密。")
    )
    audience = _line(_("知悉范围"), 300, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    @staticmethod
    def start(memo: Memo) -> dict[str, Any]:
        names = [name for name in MemoForm.base_fields if name != "seen"]
        return {**{name: getattr(memo, name) for name in names}, "seen": memo.version}


class SeenForm(forms.Form):
    seen = forms.IntegerField(widget=forms.HiddenInput)


class ReasonForm(forms.Form):
    reason = words_field(_("理由"), rows=3, longest=500)


class ObjectForm(SeenForm, ReasonForm):
    field_order = ("reason", "seen")


class ReportForm(MarkedForm):
    """One field for each section."""

    def __init__(self, titles: list[str], texts: dict[str, str], *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "seen": mark_of(texts),
            **{f"section_{number}": texts.get(title, "") for number, title in enumerate(titles)},
        }
        super().__init__(*args, **kwargs)
        self.titles = titles
        for number, title in enumerate(titles):
            self.fields[f"section_{number}"] = words_field(
                title, rows=5, longest=5000, required=False
            )

    def texts(self) -> dict[str, str]:
        data = self.cleaned_data
        return {title: data[f"section_{number}"] for number, title in enumerate(self.titles)}


class UnitMeetingForm(forms.Form):
    title = _line(_("会议"), 120, help_text=_("如：局党委班子会议。"))
    held_on = day_field(_("日期"))
    participants = _line(_("参加人员"), 500)
    minutes = words_field(
        _("会议情况"), rows=6, longest=5000, help_text=_("会议记录扫描件在约谈页上传。")
    )


class FollowUpForm(forms.Form):
    done_on = day_field(_("开展日期"))
    text = words_field(_("开展情况"), rows=3, longest=1000)


class EscalateForm(forms.Form):
    ground = forms.ChoiceField(label=_("情形"), choices=Ground.choices, widget=forms.RadioSelect)
    basis = _line(_("依据"), help_text=_("按哪份文件的哪一条。"))
    text = words_field(_("情况"))


class DecideForm(forms.Form):
    decision = words_field(_("处理决定"), longest=2000)
