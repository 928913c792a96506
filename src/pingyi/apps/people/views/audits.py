"""The audit log: read by the audit administrator, written by nobody from here."""

from __future__ import annotations

import json

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from pingyi.apps.people.access import require
from pingyi.apps.people.enums import Role
from pingyi.apps.people.forms.accounts import AuditFilter
from pingyi.apps.people.rules.verbs import title_of
from pingyi.base import audit
from pingyi.base.errors import Missing
from pingyi.base.listing import Chip, Column, Listing
from pingyi.base.models import AuditEntry

COLUMNS = (
    Column(
        "number",
        gettext_lazy("序号"),
        sort="number",
        link=lambda entry: reverse("people:audit_entry", args=[entry.number]),
    ),
    Column("at", gettext_lazy("时间"), kind="moment", phone=True),
    Column("actor", gettext_lazy("账号")),
    Column("actor_name", gettext_lazy("姓名"), phone=True),
    Column("title", gettext_lazy("操作"), value=lambda entry: title_of(entry.verb), phone=True),
    Column("verb", gettext_lazy("操作代码")),
    Column("subject_title", gettext_lazy("对象"), phone=True),
)
_SHOWN = 20


@login_required
def audit_list(request: HttpRequest) -> HttpResponseBase:
    require(request.user, Role.AUDIT_ADMIN)
    listing = Listing(
        title=_("审计记录"),
        rows=AuditEntry.objects.all(),
        columns=COLUMNS,
        order="-number",
        filters=AuditFilter,
        chips=(
            Chip(_("全部"), ""),
            Chip(_("登录"), "verb=people.session"),
            Chip(_("授权"), "verb=people.grant"),
            Chip(_("账号"), "verb=people.account"),
        ),
        nothing=_("还没有记录。"),
        keyset=True,
        size=50,
    )
    return listing.respond(request, "people/audit.html")


@login_required
def audit_entry(request: HttpRequest, number: int) -> HttpResponse:
    require(request.user, Role.AUDIT_ADMIN)
    entry = AuditEntry.objects.filter(number=number).first()
    if entry is None:
        raise Missing(_("没有这条记录。"), _("请从审计记录进入。"))
    facts = [
        (_("时间"), entry.at),
        (_("账号"), f"{entry.actor_name}（{entry.actor}）"),
        (_("操作"), f"{title_of(entry.verb)}（{entry.verb}）"),
        (_("对象"), f"{entry.subject_title} {entry.subject_kind} {entry.subject_id}"),
        (_("前一条摘要"), entry.previous),
        (_("摘要"), entry.digest),
    ]
    details = json.dumps(entry.details, ensure_ascii=False, indent=2, sort_keys=True)
    context = {"entry": entry, "facts": facts, "details": details}
    return render(request, "people/audit_entry.html", context)


@login_required
@require_POST
def audit_verify(request: HttpRequest) -> HttpResponse:
    """Walk the whole chain and tell what doesn't hold."""
    require(request.user, Role.AUDIT_ADMIN)
    findings = list(audit.verify())
    if findings:
        for finding in findings[:_SHOWN]:
            messages.error(request, f"{finding.number}：{finding.what}")
    else:
        total = AuditEntry.objects.count()
        words = _("核验通过：%(total)s条记录首尾相连，没有改动。") % {"total": total}
        messages.success(request, words)
    return redirect("people:audit")
