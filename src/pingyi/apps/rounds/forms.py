"""Forms of programmes, rounds, their votes and meetings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from pingyi.apps.people.models import Person
from pingyi.apps.rounds.actions import PROGRAMME_FACTS, meetings
from pingyi.apps.rounds.enums import Direction, Review, Speaker
from pingyi.apps.rounds.models import Meeting, Programme, Round, RoundPoll, RoundTarget
from pingyi.apps.schemes.ballot_forms import BallotForm
from pingyi.apps.schemes.models import SchemeVersion
from pingyi.apps.schemes.queries import named, sealed_versions
from pingyi.base.posting import MarkedForm

if TYPE_CHECKING:
    _VersionChoice = forms.ModelChoiceField[SchemeVersion]
    _ProgrammeChoice = forms.ModelChoiceField[Programme]
    _ProgrammeModelForm = forms.ModelForm[Programme]
    _MeetingModelForm = forms.ModelForm[Meeting]
    _TargetChoice = forms.ModelChoiceField[RoundTarget]
    _TargetsChoice = forms.ModelMultipleChoiceField[RoundTarget]
    _PersonChoice = forms.ModelChoiceField[Person]
else:
    _VersionChoice = _ProgrammeChoice = _TargetChoice = _PersonChoice = forms.ModelChoiceField
    _TargetsChoice = forms.ModelMultipleChoiceField
    _ProgrammeModelForm = _MeetingModelForm = forms.ModelForm

_DAY = {"type": "date"}


class ProgrammeForm(MarkedForm, _ProgrammeModelForm):
    """The document that rounds are held under."""

    class Meta:
        model = Programme
        fields = PROGRAMME_FACTS
        widgets = {
            "issued_on": forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
            "purpose": forms.Textarea(attrs={"rows": 3}),
        }
        labels = {
            "title": _("制度名称"),
            "document_title": _("文件标题"),
            "document_number": _("依据文号"),
            "issuer": _("印发机关"),
            "issued_on": _("印发日期"),
            "filing_number": _("备案号"),
            "purpose": _("目的"),
        }
        help_texts = {
            "title": _("平时怎么叫它，如：市直机关领导班子述职评议。"),
            "document_number": _("如：云办〔2016〕31号。"),
            "filing_number": _("督查检查考核事项须备案；没有备案号的不能开展。"),
        }

    def _get_validation_exclusions(self) -> set[str]:
        # A title that is taken is told by the action, in its words.
        return {*super()._get_validation_exclusions(), "title"}  # type: ignore[misc]


class VersionField(_VersionChoice):
    def label_from_instance(self, obj: SchemeVersion) -> str:
        return named(obj)


class FactsForm(forms.Form):
    """Heading and notice of a round."""

    title = forms.CharField(
        label=_("轮次名称"),
        max_length=120,
        help_text=_("如：市直机关领导班子第二次述职评议。"),
    )
    period = forms.CharField(
        label=_("评议周期"), max_length=60, help_text=_("评的是哪一段时间，如：2026年上半年。")
    )
    held_on = forms.DateField(
        label=_("评议日期"),
        required=False,
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
    )
    place = forms.CharField(label=_("地点"), max_length=120, required=False)


class NoticeForm(MarkedForm, FactsForm):
    """The same with the notice that goes out."""

    notice_number = forms.CharField(
        label=_("通知文号"), max_length=100, required=False, help_text=_("如：云组通〔2026〕12号。")
    )
    notice = forms.CharField(
        label=_("通知内容"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("被评单位和分管领导登录后看到的就是这段文字。"),
    )


class RoundForm(FactsForm):
    """A new round."""

    programme = _ProgrammeChoice(
        label=_("评议制度"), queryset=Programme.objects.none(), empty_label=_("请选择")
    )
    version = VersionField(
        label=_("方案版本"), queryset=SchemeVersion.objects.none(), empty_label=_("请选择")
    )
    review = forms.ChoiceField(
        label=_("评议内容"),
        widget=forms.RadioSelect,
        choices=Review.choices,
        initial=Review.TEAM,
    )
    field_order = ("programme", "version", "review", "title", "period", "held_on", "place")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = Programme.objects.all()  # type: ignore[attr-defined]
        self.fields["version"].queryset = sealed_versions()  # type: ignore[attr-defined]


class CopyForm(forms.Form):
    """The next round in the way of this one."""

    title = forms.CharField(label=_("轮次名称"), max_length=120)
    period = forms.CharField(label=_("评议周期"), max_length=60)
    with_targets = forms.BooleanField(
        label=_("评议对象也照搬（述职人和分管领导按今天的任职更新）"), required=False, initial=True
    )


class UnitsForm(forms.Form):
    """Targets from the register of units."""

    units = forms.MultipleChoiceField(label=_("单位"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, choices: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].choices = choices  # type: ignore[attr-defined]


class VoteForm(forms.Form):
    """A vote of a round: its direction and the channels of the scheme that it holds."""

    title = forms.CharField(
        label=_("名称"), max_length=120, help_text=_("印在票单上，投票人第一眼看到的就是它。")
    )
    direction = forms.ChoiceField(
        label=_("方向"),
        widget=forms.RadioSelect,
        choices=Direction.choices,
        initial=Direction.SINGLE,
        help_text=_("双向述职的轮次有两次投票：先向下述职，后向上述职，都计入结果。"),
    )
    inputs = forms.MultipleChoiceField(
        label=_("这次投票包含的渠道"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, form: BallotForm, taken: set[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        free = [channel for channel in form.channels if channel.key not in taken]
        self.fields["inputs"].choices = [  # type: ignore[attr-defined]
            (channel.key, channel.title) for channel in free
        ]
        self.initial.setdefault("inputs", [channel.key for channel in free])


class VisitsForm(forms.Form):
    """How often the public's pages were looked at."""

    visits = forms.IntegerField(
        label=_("网页浏览人次"),
        min_value=0,
        max_value=2_000_000_000,
        required=False,
        help_text=_("由门户网站统计后填报；本系统不记录谁看过网页。"),
    )


class ReasonForm(forms.Form):
    """Why a round is taken to another state."""

    reason = forms.CharField(
        label=_("说明"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class MeetingForm(MarkedForm, _MeetingModelForm):
    """When and where a meeting is held, and how long each part is to take."""

    class Meta:
        model = Meeting
        fields = meetings.FACTS
        widgets = {
            "begins_at": forms.DateTimeInput(
                attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
            ),
        }
        labels = {
            "title": _("会议名称"),
            "vote": _("会上的投票"),
            "direction": _("方向"),
            "begins_at": _("开始时间"),
            "place": _("地点"),
            "report_minutes": _("每位述职（分钟）"),
            "question_minutes": _("每位点评和提问（分钟）"),
            "asks": _("设现场提问环节"),
        }
        help_texts = {
            "vote": _("选了投票，控制台就能开放、锁定它；方向随投票。只述职不投票的，不选。"),
            "report_minutes": _("10 分钟是系统默认值，非来源规定。约谈常用 20 + 40 分钟。"),
            "question_minutes": _("点评和提问合计。10 分钟是系统默认值，非来源规定。"),
        }

    def __init__(self, votes: QuerySet[RoundPoll], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vote"].queryset = votes  # type: ignore[attr-defined]
        self.fields["vote"].empty_label = _("没有投票")  # type: ignore[attr-defined]


class OrderForm(MarkedForm):
    """The running order by hand: a number for each target, none for who reports elsewhere."""

    def __init__(self, targets: Iterable[RoundTarget], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for target in targets:
            attrs = {
                "class": "form-control number-field",
                "inputmode": "numeric",
                "aria-label": _("%(title)s 序号") % {"title": target.title},
            }
            self.fields[place_name(target)] = forms.CharField(
                label=target.title, max_length=4, required=False, widget=forms.TextInput(attrs)
            )

    def order(self) -> list[str]:
        """The names of the fields with a number, by it."""
        places = {name: text for name, text in self.cleaned_data.items() if name != "seen" and text}
        return sorted(places, key=lambda name: (len(places[name]), places[name]))


def place_name(target: RoundTarget) -> str:
    return f"place-{target.pk}"


class ActForm(forms.Form):
    """An act at the console: which, on whom, and the stamp that the console saw."""

    verb = forms.CharField(max_length=20)
    seen = forms.IntegerField(min_value=0)
    target = forms.CharField(max_length=40, required=False)
    note = forms.CharField(max_length=300, required=False)
    reason = forms.CharField(max_length=500, required=False)


class OwnCommentForm(MarkedForm):
    """What a leader says. Problems are pasted as one text."""

    praise = forms.CharField(
        label=_("肯定"), max_length=3000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    problems = forms.CharField(
        label=_("问题"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("可以整段粘贴：按“一是…二是…”、序号或换行自动分条。"),
    )
    hope = forms.CharField(
        label=_("希望和要求"),
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CommentForm(OwnCommentForm):
    """Written down for a leader."""

    leader_name = forms.CharField(label=_("点评领导"), max_length=60)
    field_order = ("leader_name",)


class QuestionForm(MarkedForm):
    """A question of the hall and its answer."""

    asker = forms.CharField(label=_("提问人"), max_length=60)
    question = forms.CharField(
        label=_("问题"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    answer = forms.CharField(
        label=_("回答"), max_length=3000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class OpinionForm(forms.Form):
    """An opinion, from anybody."""

    speaker = forms.ChoiceField(label=_("您是"), widget=forms.RadioSelect, choices=Speaker.choices)
    target = _TargetChoice(
        label=_("对谁的意见"),
        queryset=RoundTarget.objects.none(),
        required=False,
        empty_label=_("不针对某一个"),
    )
    category = forms.ChoiceField(label=_("哪方面"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("意见和建议"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("不超过 1000 字。请不要写自己的姓名、电话等个人信息。"),
    )

    def __init__(self, found: Round, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].queryset = found.targets.all()  # type: ignore[attr-defined]
        self.fields["category"].choices = [  # type: ignore[attr-defined]
            (one, one) for one in found.opinion_categories
        ]


class HoldForm(forms.Form):
    """Why an opinion is not shown to the hall."""

    reason = forms.CharField(label=_("不转现场的理由"), max_length=300, required=False)


class CategoriesForm(MarkedForm):
    """The categories of opinions, one a line."""

    categories = forms.CharField(
        label=_("分类，每行一个"), max_length=1000, widget=forms.Textarea(attrs={"rows": 7})
    )


class ReportForm(MarkedForm):
    """The text of a duty report."""

    text = forms.CharField(
        label=_("述职报告"),
        max_length=50_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text=_("幻灯片、专题片在本页“附件”里上传。"),
    )


class DueForm(MarkedForm):
    """Until when reports are handed in."""

    day = forms.DateField(
        label=_("述职报告截止日"),
        required=False,
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
    )


class GroupForm(MarkedForm):
    """A guidance group."""

    title = forms.CharField(label=_("组名"), max_length=60, help_text=_("如：第一指导组。"))
    leader = _PersonChoice(
        label=_("组长"), queryset=Person.objects.all(), required=False, empty_label="—"
    )
    members = forms.CharField(
        label=_("组员"), max_length=500, required=False, help_text=_("姓名之间用顿号隔开。")
    )
    targets = _TargetsChoice(
        label=_("指导对象"),
        queryset=RoundTarget.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, found: Round, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["targets"].queryset = found.targets.all()  # type: ignore[attr-defined]
