"""Forms of results: opinions, corrections, publication, objections, determinations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pingyi.apps.rounds.models import Round, RoundTarget
from pingyi.apps.schemes.tables import nodes_of
from pingyi.apps.scores.enums import DeterminationKind, Scope, TermUnit
from pingyi.base.posting import MarkedForm

if TYPE_CHECKING:
    _TargetChoice = forms.ModelChoiceField[RoundTarget]
else:
    _TargetChoice = forms.ModelChoiceField


def _text(label: Any, most: int, rows: int = 4, **options: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=most, widget=widget, **options)


class CheckForm(forms.Form):
    """What the checker says of a computation."""

    opinion = _text(_("核对意见"), 500, 2, required=False)


class SendBackForm(forms.Form):
    """Why a computation goes back."""

    opinion = _text(_("退回理由"), 500, 2)


class CorrectForm(forms.Form):
    """Why a signed result is corrected."""

    reason = _text(
        _("更正理由"),
        500,
        3,
        help_text=_("更正与原结果并存，写明理由，同样要核对、签发，再重新公布。"),
    )


class PublishForm(MarkedForm):
    """How far a result is told."""

    scope = forms.ChoiceField(
        label=_("公布范围"), widget=forms.RadioSelect, choices=Scope.choices, initial=Scope.ALL
    )
    on_portal = forms.BooleanField(
        label=_("同时在公众门户公布（不登录也能看到）"),
        required=False,
        initial=False,
        help_text=_(
            "公布全部得分的，一并提供公开结果包，供任何人重新计算：内有各渠道的分值和各等次的票数，"
            "票数少的部分不公开。"
        ),
    )
    title = forms.CharField(label=_("标题"), max_length=200)
    text = _text(_("说明"), 3000, required=False)
    days = forms.IntegerField(
        label=_("公示天数"), min_value=1, max_value=60, initial=5, help_text=_("公布当日不计。")
    )
    unit = forms.ChoiceField(
        label=_("按"),
        widget=forms.RadioSelect,
        choices=TermUnit.choices,
        initial=TermUnit.WORKING,
    )
    contact = forms.CharField(
        label=_("异议受理方式"),
        max_length=300,
        required=False,
        help_text=_("受理部门、电话、地址。被评单位还可以登录后在线提出。"),
    )


class ObjectionForm(forms.Form):
    """A unit objects."""

    text = _text(_("异议内容和理由"), 3000, 5)


class RuleForm(forms.Form):
    """An objection is ruled on."""

    upheld = forms.ChoiceField(
        label=_("处理结果"),
        widget=forms.RadioSelect,
        choices=(("1", _("异议成立：将作更正")), ("0", _("异议不成立"))),
    )
    answer = _text(_("答复"), 3000)


class DeterminationForm(forms.Form):
    """Apply for fault tolerance or protection."""

    kind = forms.ChoiceField(
        label=_("种类"), widget=forms.RadioSelect, choices=DeterminationKind.choices
    )
    target = _TargetChoice(
        label=_("对象"), queryset=RoundTarget.objects.none(), empty_label=_("请选择")
    )
    node = forms.ChoiceField(label=_("计分项"))
    number = forms.CharField(
        label=_("认定编号"), max_length=60, help_text=_("如：云容〔2026〕1号。")
    )
    reason = _text(
        _("理由"),
        2000,
        help_text=_("勇于改革、成效突出，因外部因素个别单项未达预期；或因敢抓敢管测评不理想。"),
    )
    basis = forms.CharField(label=_("依据"), max_length=200)
    authority = forms.CharField(label=_("认定机关"), max_length=120)

    def __init__(self, found: Round, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].queryset = found.targets.all()  # type: ignore[attr-defined]
        self.fields["node"].choices = [  # type: ignore[attr-defined]
            (part.key, part.title) for part in nodes_of(found.version)
        ]


class ReviewForm(forms.Form):
    """An application is reviewed."""

    fit = forms.ChoiceField(
        label=_("审核结果"),
        widget=forms.RadioSelect,
        choices=(("1", _("符合条件，提请认定")), ("0", _("不符合条件"))),
    )
    opinion = _text(_("审核意见"), 500, 2)


class DecideForm(forms.Form):
    """What the authority decided."""

    grant = forms.ChoiceField(
        label=_("认定结果"),
        widget=forms.RadioSelect,
        choices=(("1", _("准予认定")), ("0", _("不予认定"))),
    )
    signatories = forms.CharField(label=_("签批人"), max_length=200, required=False)
