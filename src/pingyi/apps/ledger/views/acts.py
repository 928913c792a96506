"""The forms of what is done with an entry: one page, one call each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms as dj
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from pingyi.apps.ledger import actions, forms, queries
from pingyi.apps.ledger.access import OfficeRequest, entry_page, sides
from pingyi.apps.ledger.enums import ExtensionState, UrgeTo
from pingyi.apps.ledger.models import Entry
from pingyi.apps.ledger.steps import BY_NAME, Verb, possible
from pingyi.apps.people.models import Account
from pingyi.base.errors import Conflict, Invalid, Missing, Refused, Stale
from pingyi.base.posting import attempt_or_keep, status_of

both = require_http_methods(["GET", "POST"])


@dataclass(frozen=True)
class Page:
    """The form of a verb: how it is made, and what is called with what was entered."""

    form: Callable[[OfficeRequest, Entry], dj.Form]
    call: Callable[[Account, Entry, Any], object]
    done: object


def _plain(kind: type[dj.Form]) -> Callable[[OfficeRequest, Entry], dj.Form]:
    return lambda request, entry: kind(request.POST or None)


def _with(form: Any) -> dict[str, Any]:
    found: dict[str, Any] = form.cleaned_data
    return found


def _assign_form(request: OfficeRequest, entry: Entry) -> dj.Form:
    start = {
        "lead_unit": entry.lead_unit,
        "supports": entry.support_units.all(),
        "person_name": entry.person_name,
        "due_on": None if entry.due_amount else entry.due_on,
    }
    return forms.AssignForm(request.user, request.POST or None, initial=start)


def _assign(by: Account, entry: Entry, form: Any) -> object:
    data = form.cleaned_data
    term = form.term()
    unchanged = term.amount is None and term.day == entry.due_on
    return actions.assign(
        by=by,
        entry=entry,
        owner=form.owner(),
        term=None if unchanged else term,
        reason=data["reason"],
    )


def _edit_form(request: OfficeRequest, entry: Entry) -> dj.Form:
    return forms.EditForm(entry.campaign, request.POST or None, initial=forms.EditForm.start(entry))


def _merge(by: Account, entry: Entry, form: Any) -> object:
    into = queries.visible(by).filter(number=form.cleaned_data["into"].strip()).first()
    if into is None:
        raise Invalid(_("没有这个编号的事项。"), _("请核对编号。"), field="into")
    return actions.merge(by=by, entry=entry, into=into, reason=form.cleaned_data["reason"])


def _rule(by: Account, entry: Entry, form: Any) -> object:
    asked = entry.extensions.filter(state=ExtensionState.APPLIED).first()
    if asked is None:
        raise Conflict(_("没有待批的延期申请。"))
    granted = form.cleaned_data["granted"] == "1"
    opinion = form.cleaned_data["opinion"]
    return actions.rule_extension(by=by, extension=asked, granted=granted, opinion=opinion)


def _look_back(by: Account, entry: Entry, form: Any) -> object:
    passed, text = form.cleaned_data["passed"] == "1", form.cleaned_data["text"]
    return actions.look_back(by=by, entry=entry, passed=passed, text=text, term=form.term())


PAGES: dict[str, Page] = {
    "claim": Page(
        lambda request, entry: forms.ClaimForm(
            request.POST or None, initial={"person_name": entry.person_name}
        ),
        lambda by, entry, form: actions.claim(by=by, entry=entry, **_with(form)),
        gettext_lazy("已认领。接下来制定整改措施。"),
    ),
    "give-back": Page(
        _plain(forms.ReasonForm),
        lambda by, entry, form: actions.give_back(by=by, entry=entry, **_with(form)),
        gettext_lazy("已退回督办人。"),
    ),
    "report": Page(
        lambda request, entry: forms.ReportForm(
            request.POST or None, initial={"percent": entry.progress}
        ),
        lambda by, entry, form: actions.report(by=by, entry=entry, **_with(form)),
        gettext_lazy("进展已填报。"),
    ),
    "apply": Page(
        _plain(forms.ResultForm),
        lambda by, entry, form: actions.apply_close(by=by, entry=entry, **_with(form)),
        gettext_lazy("已申请销号，由责任单位以外的督办人员验收。"),
    ),
    "extend": Page(
        _plain(forms.ExtendForm),
        lambda by, entry, form: actions.apply_extension(by=by, entry=entry, **_with(form)),
        gettext_lazy("已申请延期；批准前仍按原期限。"),
    ),
    "assign": Page(_assign_form, _assign, gettext_lazy("已分派。")),
    "rule-extension": Page(_plain(forms.RulingForm), _rule, gettext_lazy("已审批。")),
    "verify": Page(
        _plain(forms.VerifyForm),
        lambda by, entry, form: actions.verify(
            by=by,
            entry=entry,
            passed=form.cleaned_data["passed"] == "1",
            opinion=form.cleaned_data["opinion"],
        ),
        gettext_lazy("验收结果已记录。"),
    ),
    "look-back": Page(_plain(forms.LookBackForm), _look_back, gettext_lazy("已记录。")),
    "urge": Page(
        _plain(forms.UrgeForm),
        lambda by, entry, form: actions.urge(
            by=by, entry=entry, to=UrgeTo(form.cleaned_data["to"]), text=form.cleaned_data["text"]
        ),
        gettext_lazy("已催办；催办单可在“催办”一栏打印。"),
    ),
    "edit": Page(
        _edit_form,
        lambda by, entry, form: actions.edit(
            by=by, entry=entry, seen=form.cleaned_data["seen"], facts=form.facts()
        ),
        gettext_lazy("已更正。"),
    ),
    "split": Page(
        _plain(forms.SplitForm),
        lambda by, entry, form: actions.split(
            by=by, entry=entry, titles=form.cleaned_data["titles"].splitlines()
        ),
        gettext_lazy("已拆分。"),
    ),
    "merge": Page(_plain(forms.MergeForm), _merge, gettext_lazy("已并入。")),
    "suspend": Page(
        _plain(forms.ReasonForm),
        lambda by, entry, form: actions.suspend(by=by, entry=entry, **_with(form)),
        gettext_lazy("已中止。"),
    ),
    "resume": Page(
        _plain(forms.TermForm),
        lambda by, entry, form: actions.resume(by=by, entry=entry, term=form.term()),
        gettext_lazy("已恢复。"),
    ),
    "reopen": Page(
        _plain(forms.ReopenForm),
        lambda by, entry, form: actions.reopen(
            by=by, entry=entry, reason=form.cleaned_data["reason"], term=form.term()
        ),
        gettext_lazy("已重新挂账。"),
    ),
}


@both
@entry_page
def act(request: OfficeRequest, entry: Entry, verb: str) -> HttpResponse:
    """The form of a verb. What two people change at once is lost for neither: the form stays as
    it was filled in, beside what stands now."""
    page, found = PAGES.get(verb), BY_NAME.get(verb)
    if page is None or found is None:
        raise Missing(_("没有这项操作。"))
    _allowed(request, entry, found)
    form = page.form(request, entry)
    stale = None
    if request.method == "POST":
        try:
            if attempt_or_keep(form, lambda: page.call(request.user, entry, form)):
                messages.success(request, str(page.done))
                return redirect("ledger:entry", entry.number)
        except Stale as error:
            stale = error
            entry.refresh_from_db()
            form.data = {**request.POST.dict(), "seen": str(entry.version)}
    return _form_page(request, entry, found, form, stale)


def _allowed(request: OfficeRequest, entry: Entry, verb: Verb) -> None:
    """What was typed in goes on to the action, which says above the form where it came too late."""
    if verb.of not in sides(request.user, entry):
        raise Refused(
            _("您不能对这个事项“%(verb)s”。") % {"verb": verb.title},
            _("责任单位办理自己的事项；分派、审批和验收由责任单位以外的督办人员办理。"),
        )
    if request.method == "GET" and not possible(entry, verb.step):
        raise Conflict(
            _("事项现在是“%(state)s”，不能“%(verb)s”。")
            % {"state": entry.get_state_display(), "verb": verb.title},
            _("请回到事项页看看现在该做什么。"),
        )


def _form_page(
    request: OfficeRequest,
    entry: Entry,
    verb: Verb,
    form: dj.Form,
    stale: Stale | None = None,
    **more: object,
) -> HttpResponse:
    shown = {
        "entry": entry,
        "verb": verb,
        "form": form,
        "submit": verb.title,
        "cancel": reverse("ledger:entry", args=[entry.number]),
        "stale": stale,
        "asked": entry.extensions.filter(state=ExtensionState.APPLIED).first()
        if verb.name == "rule-extension"
        else None,
        "close_out": entry.close_outs.filter(result="").first() if verb.name == "verify" else None,
        **more,
    }
    status = stale.status if stale else status_of(form)
    return render(request, "ledger/act.html", shown, status=status)
