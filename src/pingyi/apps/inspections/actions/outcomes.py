"""The conclusion, what each unit is told, the circular."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.inspections.access import require_another, require_approver, require_officer
from pingyi.apps.inspections.actions.keeping import go, keep, locked, needed, told
from pingyi.apps.inspections.drafts import conclusion_text, sections_of
from pingyi.apps.inspections.models import Circular, Conclusion, Inspection
from pingyi.apps.inspections.presets import review_term
from pingyi.apps.inspections.queries import by_category, findings_of
from pingyi.apps.inspections.telling import tell_circulated
from pingyi.apps.people.models import Account
from pingyi.base.errors import Conflict
from pingyi.base.marks import fields_mark, mark_of, need_seen
from pingyi.base.terms import derivation, due_after


@transaction.atomic
def conclude(*, by: Account, inspection: Inspection, text: str) -> Inspection:
    """The visits are over; for every unit that was visited stands a draft of what it is told."""
    one = locked(inspection)
    require_officer(by, one)
    one.state = go(one, "conclude")
    one.conclusion = needed(text, _("请填写督查结论。"), "text")
    one.concluded_on = timezone.localdate()
    for place in one.places.filter(chosen=True):
        visits = list(place.visits.prefetch_related("findings").order_by("day"))
        if visits:
            words = conclusion_text(one, visits)
            Conclusion.objects.create(place=place, text=words, written_by=by)
    return keep(one, by=by, verb="concluded")


@transaction.atomic
def write_conclusion(
    *, by: Account, conclusion: Conclusion, text: str, seen: str | None = None
) -> Conclusion:
    """Change what a unit is told, before it is told. ``seen``: the mark of the text that was on the
    page (``Stale``)."""
    one = locked(conclusion.place.inspection)
    require_officer(by, one)
    go(one, "circular")
    conclusion = Conclusion.objects.select_related("place").get(pk=conclusion.pk)
    need_seen(
        seen,
        mark_of(conclusion.text),
        one,
        verbs=["inspections.inspection.conclusion_written"],
        note=conclusion.place.title,
    )
    conclusion.text = needed(text, _("请填写结论。"), "text")
    conclusion.written_by = by
    conclusion.save()
    told(one, by=by, verb="conclusion_written", note=conclusion.place.title)
    return conclusion


@transaction.atomic
def save_circular(
    *,
    by: Account,
    inspection: Inspection,
    title: str,
    number: str,
    text: str,
    seen: str | None = None,
) -> Circular:
    """Draft the circular, or change the draft. ``seen``: the mark of the draft, or of none, that
    was on the page (``Stale``)."""
    one = locked(inspection)
    require_officer(by, one)
    go(one, "circular")
    found = Circular.objects.filter(inspection=one).first()
    verbs = ["inspections.inspection.circular_drafted"]
    need_seen(seen, mark_of_circular(found), one, verbs=verbs)
    made = found or Circular(inspection=one)
    made.title = needed(title, _("请填写标题。"), "title")
    made.text = needed(text, _("请填写正文。"), "text")
    made.number, made.drafted_by = number.strip(), by
    made.save()
    told(one, by=by, verb="circular_drafted")
    return made


def mark_of_circular(circular: Circular | None) -> str:
    """The mark of what a circular says; also of one that isn't there yet."""
    return fields_mark(circular, ("title", "number", "text")) if circular else mark_of()


@transaction.atomic
def issue_circular(*, by: Account, inspection: Inspection) -> Circular:
    """Issued by another than who drafted it. From here on the units see what was found, covertly
    too, and have thirty days to ask for a review (regulation, art. 17)."""
    one = locked(inspection)
    require_approver(by, one)
    one.state = go(one, "issue")
    made = Circular.objects.filter(inspection=one).first()
    if made is None:
        raise Conflict(_("通报还没有起草。"), _("请先起草通报。"))
    require_another(by, str(made.drafted_by), _("起草通报的人不能签发。"))
    today = timezone.localdate()
    made.sections = sections_of(by_category(one, findings_of(one)))
    made.issued_by, made.issued_on = by, today
    made.save()
    rule = review_term(today)
    due = due_after(today, rule.amount, rule.unit)
    Conclusion.objects.filter(place__inspection=one).update(
        sent_on=today, object_by=due.day, object_words=derivation(due) + rule.basis_words
    )
    keep(one, by=by, verb="circulated", note=made.number)
    tell_circulated(by, one)
    return made
