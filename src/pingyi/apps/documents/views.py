"""Attachments: added, shown, downloaded, removed. The thing they belong to shows them."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from pingyi.apps.documents import actions, store
from pingyi.apps.documents.queries import find_attachment
from pingyi.apps.documents.templatetags.attachments import shown_attachments
from pingyi.apps.people.access import User
from pingyi.apps.people.models import Account
from pingyi.base import references
from pingyi.base.errors import Invalid, Missing, Refused
from pingyi.base.references import Reference
from pingyi.base.sending import send_file


def _account(request: HttpRequest) -> Account:
    user: User = request.user
    if not isinstance(user, Account):
        raise Refused("")
    return user


@login_required
@require_POST
def add(request: HttpRequest, kind: str, id: str) -> HttpResponse:
    """Attach what was uploaded; htmx gets the card anew, others go back to the thing."""
    account = _account(request)
    reference = Reference(kind, id)
    subject = references.find(account, reference)
    if request.POST.get("not_secret") != "yes":
        raise Invalid(
            _("还没有确认文件不涉密。"), _("请勾选“文件不涉密”后再上传。"), field="not_secret"
        )
    made = actions.attach(by=account, reference=reference, files=request.FILES.getlist("file"))
    words = _("已添加附件：%(names)s。") % {"names": "、".join(one.name for one in made)}
    if getattr(request, "htmx", False):
        context = {**shown_attachments(request, kind, id), "done": words}
        return render(request, "documents/part/attachments.html", context)
    messages.success(request, words)
    return redirect(subject.address)


@login_required
@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """A film or a picture on a page."""
    account = _account(request)
    attachment = find_attachment(account, pk)
    if not (attachment.is_film or attachment.is_picture):
        return redirect("documents:file", pk)
    subject = references.find(account, attachment.reference)
    context = {"attachment": attachment, "subject": subject}
    return render(request, "documents/show.html", context)


@login_required
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file itself: films and pictures for a page, with ``?download=1`` and all others to be
    saved."""
    attachment = find_attachment(_account(request), pk)
    path = store.path_of(attachment.digest)
    if not path.exists():
        raise Missing(_("服务器上缺少这个附件的文件。"), _("请系统管理员从备份恢复 uploads 目录。"))
    inline = (attachment.is_film or attachment.is_picture) and "download" not in request.GET
    return send_file(
        request,
        path,
        name=attachment.name,
        media_type=attachment.media_type,
        tag=attachment.digest,
        inline=inline,
    )


@login_required
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    account = _account(request)
    attachment = find_attachment(account, pk)
    subject = references.find(account, attachment.reference)
    actions.detach(by=account, attachment=attachment)
    messages.success(request, _("已删除附件：%(name)s。") % {"name": attachment.name})
    return redirect(subject.address)
