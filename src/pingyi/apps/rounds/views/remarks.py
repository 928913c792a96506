"""Comments and questions: written at the meeting, read by the units concerned."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.forms import model_to_dict
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from pingyi.apps.polls.access import may
from pingyi.apps.rounds import access, queries
from pingyi.apps.rounds.access import PRESIDERS, READERS, OfficeRequest, member_page, page
from pingyi.apps.rounds.actions import remarks as actions
from pingyi.apps.rounds.enums import RoundState
from pingyi.apps.rounds.forms import CommentForm, OwnCommentForm, QuestionForm
from pingyi.apps.rounds.models import AgendaItem, LeaderComment, OnsiteQuestion, Round
from pingyi.base.errors import Missing
from pingyi.base.marks import fields_mark
from pingyi.base.posting import attempt_or_keep, overtaken, status_of


@require_http_methods(["GET", "POST"])
@page(*READERS)
def remarks(request: OfficeRequest, slug: str, pk: int, item_pk: int) -> HttpResponse:
    """What was said to one presenter, and the two forms to write it down. ``?comment=`` and
    ``?question=`` take up one that is there."""
    found = access.find(request.user, slug)
    meeting = queries.find_meeting(found, pk)
    agenda = queries.agenda_of(meeting)
    item = next((one for one in agenda if one.pk == item_pk), None)
    if item is None:
        raise Missing(_("议程里没有这一位。"))
    writes = may(request.user, *PRESIDERS) and found.state != RoundState.ARCHIVED
    comment = _picked(item.comments.all(), request.GET.get("comment"))
    question = _picked(item.questions.all(), request.GET.get("question"))
    posted = request.POST if request.method == "POST" else None
    asked = request.POST.get("what")
    comment_form = CommentForm(
        posted if asked == "comment" else None, initial=_comment_start(item, comment)
    )
    question_form = QuestionForm(
        posted if asked == "question" else None,
        initial=_question_start(question),
        prefix="q",
    )

    def save() -> None:
        if asked == "comment":
            facts = comment_form.cleaned_data
            actions.save_comment(by=request.user, item=item, comment=comment, **facts)
        else:
            facts = question_form.cleaned_data
            actions.save_question(by=request.user, item=item, found=question, **facts)

    form: CommentForm | QuestionForm = comment_form if asked == "comment" else question_form
    if posted is not None and attempt_or_keep(form, save):
        messages.success(request, _("已保存。"))
        return redirect("rounds:remarks", slug, pk, item_pk)
    place = agenda.index(item)
    shown = {
        "round": found,
        "meeting": meeting,
        "item": item,
        "comments": item.comments.prefetch_related("problems"),
        "questions": item.questions.all(),
        "comment": comment,
        "question": question,
        "comment_form": comment_form if writes or overtaken(form) else None,
        "question_form": question_form if writes or overtaken(form) else None,
        "before": agenda[place - 1] if place else None,
        "after": agenda[place + 1] if place + 1 < len(agenda) else None,
    }
    return render(request, "rounds/remarks.html", shown, status=status_of(form))


def _picked(rows: Any, pk: str | None) -> Any:
    return rows.filter(pk=pk).first() if pk and pk.isdecimal() else None


def _comment_start(item: AgendaItem, comment: LeaderComment | None) -> dict[str, str]:
    if comment is None:
        first = not item.comments.exists()
        return {"leader_name": item.target.leader_name if first else ""}
    return {"leader_name": comment.leader_name, **_said(comment)}


def _said(comment: LeaderComment | None) -> dict[str, str]:
    seen = {"seen": actions.mark_of_comment(comment)}
    if comment is None:
        return seen
    problems = "\n".join(one.text for one in comment.problems.all())
    return {"praise": comment.praise, "problems": problems, "hope": comment.hope, **seen}


def _question_start(question: OnsiteQuestion | None) -> dict[str, Any]:
    if question is None:
        return {}
    return model_to_dict(question) | {"seen": fields_mark(question, actions.ASKED)}


@require_http_methods(["GET", "POST"])
@member_page
def own_comment(request: OfficeRequest, found: Round, item_pk: int) -> HttpResponse:
    """What a leader says to a unit in his charge, written on his own phone."""
    mine = queries.to_comment(request.user).filter(meeting__round=found)
    item = mine.filter(pk=item_pk).first()
    if item is None:
        raise Missing(_("现在没有要您点评的这一位。"), _("会议结束后，点评由组织者代为更正。"))
    comment = queries.own_comment(request.user, item)
    form = OwnCommentForm(request.POST or None, initial=_said(comment))
    if request.method == "POST" and attempt_or_keep(
        form,
        lambda: actions.save_own_comment(by=request.user, item=item, **form.cleaned_data),
    ):
        messages.success(request, _("已保存，主持人的控制台上看得到。"))
        return redirect("rounds:all_remarks", found.slug)
    shown = {
        "round": found,
        "item": item,
        "comment": comment,
        "form": form,
        "submit": _("保存点评"),
        "cancel": reverse("rounds:all_remarks", args=[found.slug]),
        "draft": f"own-comment-{item.pk}",
    }
    return render(request, "rounds/own_comment.html", shown, status=status_of(form))


@require_GET
@member_page
def all_remarks(request: OfficeRequest, found: Round) -> HttpResponse:
    """All comments and questions of a round, to be read and printed; for a unit, those to it. A
    leader finds here whom to comment on."""
    mine = queries.own_targets(request.user, found)
    comments = queries.comments_told(request.user, found)
    questions = OnsiteQuestion.objects.filter(item__target__in=mine)
    items = (
        AgendaItem.objects.filter(pk__in=[*comments.values_list("item", flat=True),
                                          *questions.values_list("item", flat=True)])
        .select_related("target", "meeting")
        .prefetch_related(Prefetch("comments", comments), "questions")
        .order_by("meeting__begins_at", "meeting", "number")
    )  # fmt: skip
    waiting = [
        (item, queries.own_comment(request.user, item))
        for item in queries.to_comment(request.user).filter(meeting__round=found)
    ]
    shown = {"round": found, "items": items, "to_comment": waiting}
    return render(request, "rounds/all_remarks.html", shown)
