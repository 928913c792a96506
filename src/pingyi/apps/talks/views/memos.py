"""The memo: written by the office, confirmed by both sides, printed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pingyi.apps.talks import forms
from pingyi.apps.talks.access import OfficeRequest, sides, talk_page
from pingyi.apps.talks.actions import memos as actions
from pingyi.apps.talks.models import Memo, Talk
from pingyi.apps.talks.steps import may_confirm
from pingyi.apps.talks.views.talks import must
from pingyi.base.errors import Conflict, Missing, Stale
from pingyi.base.posting import attempt_or_keep, keep, status_of

both = require_http_methods(["GET", "POST"])


def _memo(request: OfficeRequest, talk: Talk) -> Memo:
    """As somebody of either side may read it: the unit once it is offered."""
    rows = Memo.objects.select_related("office_confirmed_by", "unit_confirmed_by")
    found = rows.filter(talk=talk).first()
    if found is None or not (found.offered_at or "office" in sides(request.user, talk)):
        raise Missing(_("还没有可看的备忘录。"), _("请等承办人起草并提交。"))
    return found


@require_GET
@talk_page
def memo(request: OfficeRequest, talk: Talk) -> HttpResponse:
    """To read, to confirm, to print."""
    mine, found = sides(request.user, talk), _memo(request, talk)
    shown = {
        "talk": talk,
        "memo": found,
        "requirements": list(talk.requirements.all()),
        "edits": "organiser" in mine and not found.frozen,
        "offers": "organiser" in mine and found.offered_at is None,
        "confirms": may_confirm(found, mine),
        "objects": found.offered_at is not None and not found.frozen and "head" in mine,
    }
    return render(request, "talks/memo.html", shown)


@require_POST
@talk_page
def draft(request: OfficeRequest, talk: Talk) -> HttpResponse:
    """From what was noted at the talk."""
    must(request, talk, "memo")
    actions.draft(by=request.user, talk=talk)
    return redirect("talks:edit_memo", talk.number)


@both
@talk_page
def edit(request: OfficeRequest, talk: Talk) -> HttpResponse:
    """Whoever saves after another is told, and loses nothing."""
    must(request, talk, "memo")
    found = _memo(request, talk)
    form = forms.MemoForm(request.POST or None, initial=forms.MemoForm.start(found))
    stale = None

    def call() -> None:
        facts = dict(form.cleaned_data)
        actions.edit(by=request.user, talk=talk, seen=facts.pop("seen"), facts=facts)

    try:
        if request.method == "POST" and attempt_or_keep(form, call):
            messages.success(request, _("备忘录已保存。"))
            return redirect("talks:memo", talk.number)
    except Stale as error:
        stale = error
        found.refresh_from_db()
        form.data = {**request.POST.dict(), "seen": str(found.version)}
    shown = {
        "talk": talk,
        "memo": found,
        "form": form,
        "stale": stale,
        "cancel": reverse("talks:memo", args=[talk.number]),
    }
    status = stale.status if stale else status_of(form)
    return render(request, "talks/edit_memo.html", shown, status=status)


def _seen(request: OfficeRequest) -> int:
    form = forms.SeenForm(request.POST)
    if not form.is_valid():
        raise Conflict(_("没有看懂这次操作。"), _("请刷新页面后重试。"))
    seen: int = form.cleaned_data["seen"]
    return seen


@require_POST
@talk_page
def offer(request: OfficeRequest, talk: Talk) -> HttpResponse:
    """To both sides."""
    must(request, talk, "memo")
    actions.offer(by=request.user, talk=talk, seen=_seen(request))
    messages.success(request, _("已提交双方确认。"))
    return redirect("talks:memo", talk.number)


@require_POST
@talk_page
def confirm(request: OfficeRequest, talk: Talk) -> HttpResponse:
    """For one's own side."""
    _memo(request, talk)
    done = actions.confirm(by=request.user, talk=talk, seen=_seen(request))
    words = _("双方已确认，备忘录不再改动。") if done.frozen else _("已确认，等另一方确认。")
    messages.success(request, words)
    return redirect("talks:memo", talk.number)


@both
@talk_page
def object_to(request: OfficeRequest, talk: Talk) -> HttpResponse:
    """The unit's head says where the memo is wrong."""
    start = {"seen": _memo(request, talk).version} if request.method == "GET" else None
    form = forms.ObjectForm(request.POST or None, initial=start)

    def call() -> None:
        actions.object_to(by=request.user, talk=talk, **form.cleaned_data)

    try:
        if request.method == "POST" and attempt_or_keep(form, call):
            messages.success(request, _("已退回承办人修改。"))
            return redirect("talks:talk", talk.number)
    except Stale as error:
        keep(form, error)
    shown = {
        "talk": talk,
        "form": form,
        "title": _("不同意备忘录"),
        "submit": _("退回修改"),
        "cancel": reverse("talks:memo", args=[talk.number]),
    }
    return render(request, "talks/act.html", shown, status=status_of(form))
