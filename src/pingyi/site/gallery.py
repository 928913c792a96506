"""The gallery: every component of the house in every state. For those who build pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from pingyi.apps.people.models import Account
from pingyi.base.charts import Chart, Length, Line, bars, slopes
from pingyi.base.columns import Column
from pingyi.base.listing import Bulk, Chip, Listing, picked
from pingyi.base.parts import STATE_ICONS, Event, Item, Stage


class SampleForm(forms.Form):
    """A field of every kind."""

    title = forms.CharField(label=gettext_lazy("名称"), help_text=gettext_lazy("不超过 60 个字。"))
    reason = forms.CharField(label=gettext_lazy("理由"), widget=forms.Textarea(attrs={"rows": 3}))
    kind = forms.ChoiceField(
        label=gettext_lazy("类别"),
        choices=(("a", gettext_lazy("市直部门")), ("b", gettext_lazy("乡镇"))),
    )
    day = forms.DateField(
        label=gettext_lazy("日期"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    share = forms.DecimalField(label=gettext_lazy("权重（%）"), max_value=100, min_value=0)
    way = forms.ChoiceField(
        label=gettext_lazy("方式"),
        widget=forms.RadioSelect,
        choices=(("hall", gettext_lazy("现场测评")), ("online", gettext_lazy("网络投票"))),
    )
    file = forms.FileField(label=gettext_lazy("附件"), required=False)
    agreed = forms.BooleanField(label=gettext_lazy("已核对，内容属实"))

    def clean(self) -> dict[str, Any]:
        raise forms.ValidationError(_("日期和类别不相符。"))


@login_required
def gallery(request: HttpRequest) -> HttpResponse:
    """Components, one after another; ``?form=errors`` shows the form refused."""
    now = timezone.now()
    context = {
        "kinds": STATE_ICONS,
        "stages": _stages(),
        "story": [
            Event(now, _("申请销号"), _("水利局 李明"), _("附验收材料 3 份"), "checkbox"),
            Event(now - timedelta(days=9), _("认领"), _("水利局 王芳"), "", "hand-stop"),
            Event(now - timedelta(days=12), _("挂账"), _("督查室"), _("来源：现场评议"), "flag"),
        ],
        "facts": [
            (_("责任单位"), _("云州市水利局")),
            (_("期限"), now),
            (_("备案号"), "云评备〔2026〕3号"),
            (_("配合单位"), None),
        ],
        "items": [
            Item(_("核对第一季度得分"), "#", _("组织部"), (_("待核对"), "waiting"), now),
            Item(_("整改措施未报"), "#", _("水利局"), (_("逾期"), "late"), now),
        ],
        "form": SampleForm({} if request.GET.get("form") == "errors" else None),
        "steps": [_("选标准"), _("改参数"), _("试算"), _("封存")],
        "charts": _charts(),
        "now": now,
    }
    return render(request, "site/gallery.html", context)


def _charts() -> list[Chart]:
    rows = [
        (_("水利局"), [Length(10_000, "92.40", 1)]),
        (_("商务局"), [Length(9_500, "87.78", 2)]),
        (_("民政局"), [Length(6_000, "55.44", 4)]),
    ]
    lines = [
        Line(_("水利局"), (1, 2), ("1", "2"), False),
        Line(_("商务局"), (3, 1), ("3", "1"), True),
        Line(_("民政局"), (2, 3), ("2", "3"), False),
    ]
    tones = [(1, _("优秀")), (2, _("良好")), (4, _("较差"))]
    return [
        bars("bars", _("得分"), _("水利局最高，民政局最低。"), rows, tones),
        slopes("slopes", _("位次"), _("商务局升了两位。"), [_("上轮"), _("本轮")], lines),
    ]


def _stages() -> list[Stage]:
    now = timezone.now()
    return [
        Stage(_("公告"), "done", now - timedelta(days=20)),
        Stage(_("投票"), "done", now - timedelta(days=3)),
        Stage(_("计分"), "now"),
        Stage(_("核对"), "todo"),
        Stage(_("公布"), "todo"),
    ]


@login_required
def gallery_list(request: HttpRequest) -> HttpResponseBase:
    """A list of the accounts' own rows: the asking account alone."""
    listing = Listing(
        title=_("列表示例"),
        rows=Account.objects.filter(username=request.user.get_username()),
        columns=(
            Column("username", _("账号"), sort="username", link=lambda row: "#"),
            Column("name", _("姓名"), sort="name", phone=True),
            Column(
                "is_active",
                _("状态"),
                value=lambda row: _("启用") if row.is_active else _("停用"),
                state=lambda row: "done" if row.is_active else "locked",
                phone=True,
            ),
            Column("pk", _("序号"), kind="number", sort="pk"),
        ),
        chips=(Chip(_("全部"), ""), Chip(_("一个"), "one=1")),
        bulk=(Bulk("remind", _("催办"), _("要催办所选的事项吗？"), "bell-ringing"),),
        period=_("2026年第一季度"),
    )
    if request.method == "POST":
        _action, keys = picked(request)
        messages.success(request, _("已办理 %(total)d 项。") % {"total": len(keys)})
        return redirect("gallery_list")
    return listing.respond(request)


@login_required
def gallery_stage(request: HttpRequest, kind: str) -> HttpResponse:
    """The full screen: console, voter, wall."""
    return render(request, "site/gallery_stage.html", {"kind": kind, "stages": _stages()})


@login_required
@require_POST
def gallery_message(request: HttpRequest) -> HttpResponse:
    """One message of every kind."""
    messages.info(request, _("数据每 5 分钟更新一次。"))
    messages.success(request, _("已保存。"))
    messages.warning(request, _("还有 2 个单位没有填报。"))
    messages.error(request, _("没有保存：期限早于今天。"))
    return redirect("gallery")
