"""Everyone's own notices."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from pingyi.apps.notices import actions
from pingyi.apps.notices.forms import NoticeFilter, WishesForm
from pingyi.apps.notices.models import NoticeWishes
from pingyi.apps.notices.queries import notices_of, unread_of
from pingyi.apps.people.access import User
from pingyi.apps.people.models import Account
from pingyi.base.errors import Missing, Refused
from pingyi.base.listing import Bulk, Chip, Column, Listing, picked
from pingyi.base.posting import attempt

COLUMNS = (
    Column(
        "title",
        gettext_lazy("内容"),
        link=lambda notice: reverse("notices:open", args=[notice.pk]),
        width=60,
    ),
    Column(
        "state",
        gettext_lazy("状态"),
        value=lambda notice: _("未读") if notice.read_at is None else _("已读"),
        state=lambda notice: "waiting" if notice.read_at is None else "done",
    ),
    Column(
        "waits",
        gettext_lazy("性质"),
        value=lambda notice: _("待办") if notice.waits else _("知悉"),
    ),
    Column("created_at", gettext_lazy("时间"), sort="created_at", kind="moment"),
)


def _account(request: HttpRequest) -> Account:
    user: User = request.user
    if not isinstance(user, Account):
        raise Refused("")
    return user


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponseBase:
    """Unread first."""
    account = _account(request)
    unread = unread_of(account).count()
    listing = Listing(
        title=_("消息"),
        rows=notices_of(account),
        columns=COLUMNS,
        filters=NoticeFilter,
        chips=(
            Chip(_("全部"), ""),
            Chip(_("未读"), "state=unread"),
            Chip(_("待办"), "state=unread&waits=1"),
        ),
        bulk=(Bulk("read", _("标为已读"), _("把勾选的消息标为已读吗？"), "mail-opened"),),
        bulk_address=reverse("notices:read"),
        nothing=_("还没有消息"),
    )
    return listing.respond(request, "notices/list.html", unread=unread)


@login_required
@require_GET
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """To what it is about; it counts as read."""
    account = _account(request)
    notice = notices_of(account).filter(pk=pk).first()
    if notice is None:
        raise Missing(_("没有这条消息。"), _("请从“消息”进入。"))
    actions.mark_read(by=account, keys=[pk])
    return redirect(notice.address)


@login_required
@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Mark those that are ticked, or with ``all`` every one."""
    account = _account(request)
    _action, keys = picked(request)
    chosen = None if "all" in request.POST else [int(key) for key in keys if key.isdecimal()]
    number = actions.mark_read(by=account, keys=chosen)
    messages.success(request, _("已把%(number)s条消息标为已读。") % {"number": number})
    return redirect("notices:index")


@login_required
def wishes(request: HttpRequest) -> HttpResponse:
    """Whether and when one is written to."""
    account = _account(request)
    kept = NoticeWishes.objects.filter(account=account).first()
    form = WishesForm(request.POST or None, initial=model_to_dict(kept) if kept else None)
    if request.method == "POST" and attempt(
        form, lambda: actions.set_wishes(by=account, **form.cleaned_data)
    ):
        messages.success(request, _("已保存。"))
        return redirect("notices:index")
    shown = {
        "form": form,
        "cancel": reverse("notices:index"),
        "email": account.email,
        "mail_on": settings.MAIL_ON,
        "sms_on": settings.SMS is not None,
    }
    return render(request, "notices/wishes.html", shown, status=422 if form.errors else 200)
