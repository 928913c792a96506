"""Forms of polls: a new poll, its targets as a table, its channels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pingyi.apps.polls.actions import CHANNEL_FACTS
from pingyi.apps.polls.enums import Admission, Casting, KeyHolding, Way
from pingyi.apps.polls.models import Channel
from pingyi.apps.schemes.models import SchemeVersion
from pingyi.apps.schemes.queries import sealed_versions
from pingyi.base.marks import fields_mark
from pingyi.base.posting import MarkedForm

if TYPE_CHECKING:
    _VersionChoice = forms.ModelChoiceField[SchemeVersion]
else:
    _VersionChoice = forms.ModelChoiceField


class VersionField(_VersionChoice):
    def label_from_instance(self, obj: SchemeVersion) -> str:
        return f"{obj.title}（{obj.filing_number or obj.basis_document}，{obj.digest[:8]}）"


class FactsForm(forms.Form):
    """What stands in the heading of a poll, as long as it is being prepared."""

    title = forms.CharField(
        label=_("名称"), max_length=120, help_text=_("印在票单上，投票人第一眼看到的就是它。")
    )
    basis = forms.CharField(
        label=_("依据文号"), max_length=200, required=False, help_text=_("如：云办〔2026〕8号。")
    )
    filing_number = forms.CharField(label=_("备案号"), max_length=100, required=False)
    keys_held = forms.ChoiceField(
        label=_("开箱密钥由谁保管"),
        widget=forms.RadioSelect,
        initial=KeyHolding.SPLIT,
        choices=(
            (KeyHolding.SPLIT, _("三人分持，任意两人到场才能开箱（正式投票推荐）")),
            (
                KeyHolding.SITE,
                _(
                    "由服务器保管：方便，但掌握服务器密钥的管理员能够把票与码对应，只宜演练和小单位使用"
                ),
            ),
        ),
    )
    smallest_cell = forms.IntegerField(
        label=_("最小公开票数"),
        min_value=2,
        max_value=1000,
        initial=5,
        help_text=_("某一票种的有效票少于此数，其票数和评价不单独公布，以免看出是谁投的。"),
    )


class EditForm(MarkedForm, FactsForm):
    pass


class PollForm(FactsForm):
    """A new poll."""

    version = VersionField(
        label=_("方案版本"),
        queryset=SchemeVersion.objects.none(),
        empty_label=_("请选择"),
        help_text=_("只列出已封存的方案；投票期间方案不会变。"),
    )
    rehearsal = forms.TypedChoiceField(
        label=_("性质"),
        widget=forms.RadioSelect,
        coerce=lambda value: value == "1",
        initial="1",
        choices=(
            (
                "1",
                _("演练：可以用普通网络地址，票单和页面都标“演练”，结果不作数，事后可整体清除。"),
            ),
            (
                "0",
                _("正式：须有依据文号和备案号，须用加密地址（HTTPS），不能清除，也不能改为演练。"),
            ),
        ),
        help_text=_("建立后不能更改。第一次使用，请先演练一遍。"),
    )

    field_order = (
        "title",
        "version",
        "rehearsal",
        "basis",
        "filing_number",
        "keys_held",
        "smallest_cell",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].queryset = sealed_versions()  # type: ignore[attr-defined]
        self.fields["basis"].help_text = _("与备案号一样，留空则用方案的。")


class ChannelForm(MarkedForm):
    """How the ballots of a channel come in, and when."""

    way = forms.ChoiceField(label=_("方式"), widget=forms.RadioSelect)
    casting = forms.ChoiceField(
        label=_("怎样投"),
        widget=forms.RadioSelect,
        choices=(
            (Casting.WHOLE, _("一次投完整张票：所有对象都评完再交")),
            (Casting.SHEET, _("每个对象单独投：讲完一位，开放一位，锁定一位")),
        ),
    )
    admission = forms.ChoiceField(
        label=_("凭什么投"),
        widget=forms.RadioSelect,
        choices=(
            (Admission.CODE, _("凭投票码：一码一票，票单发到人手里")),
            (
                Admission.OPEN,
                _(
                    "开放投票：不用投票码，谁打开网页都能投，只宜用于面向社会公众的网络投票；"
                    "一台设备只收一次，但设备不是人，所以结果按时段核查"
                ),
            ),
        ),
    )
    opens_at = forms.DateTimeField(label=_("开始时间"), required=False)
    closes_at = forms.DateTimeField(label=_("截止时间"), required=False)

    WAYS = {
        Way.HALL: _("会场投票：由主持人逐项开放和锁定"),
        Way.PUBLIC: _("网络投票：到开始时间自动开放，到截止时间自动锁定"),
        Way.FILE: _("文件导入：由票数汇总表录入，两人各录一遍"),
        Way.NONE: _("不在这次投票：由同一轮次的另一次投票办理，或不用"),
    }

    def __init__(self, channel: Channel, kind: str, *args: Any, **kwargs: Any) -> None:
        kwargs["prefix"] = f"c{channel.pk}"
        kwargs["initial"] = {name: getattr(channel, name) for name in CHANNEL_FACTS}
        kwargs["initial"]["seen"] = fields_mark(channel, CHANNEL_FACTS)
        super().__init__(*args, **kwargs)
        self.channel = channel
        ways = (Way.FILE, Way.NONE) if kind == "tally" else (Way.HALL, Way.PUBLIC, Way.NONE)
        self.fields["way"].choices = [  # type: ignore[attr-defined]
            (way, self.WAYS[way]) for way in ways
        ]
        self.is_file = kind == "tally"
        if self.is_file:
            self.fields["casting"].required = self.fields["admission"].required = False
        for name in ("opens_at", "closes_at"):
            self.fields[name].widget = forms.DateTimeInput(
                attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
            )

    def values(self) -> dict[str, Any]:
        found = dict(self.cleaned_data)
        found["casting"] = found["casting"] or Casting.WHOLE
        found["admission"] = found["admission"] or Admission.CODE
        return found


class RulingForm(forms.Form):
    """Asking for a ruling."""

    reason = forms.CharField(
        label=_("理由"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("查明了什么，为什么这样办，有没有别的办法。印在裁定书上。"),
    )
    basis = forms.CharField(
        label=_("依据"),
        max_length=200,
        help_text=_("文件及条款，或集体研究的会议纪要，如：云办〔2026〕8号第十二条。"),
    )
    paper_number = forms.CharField(
        label=_("纸质裁定书编号"), max_length=100, required=False, help_text=_("有纸质件的填写。")
    )


class DecisionForm(forms.Form):
    """Approving or refusing a ruling."""

    opinion = forms.CharField(
        label=_("意见"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("不予批准须写明理由。"),
    )


class UnitsForm(forms.Form):
    """Targets from the register of units."""

    units = forms.MultipleChoiceField(label=_("单位"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, choices: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].choices = choices  # type: ignore[attr-defined]
