"""What is prepared and never shown to the interviewee: notes, and questions kept for a unit."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.ledger.actions.keeping import needed
from pingyi.apps.people.models import Account
from pingyi.apps.talks.access import require_inner
from pingyi.apps.talks.actions.keeping import go, locked
from pingyi.apps.talks.enums import Way
from pingyi.apps.talks.models import BankQuestion, PrevisitNote, Talk
from pingyi.base import audit
from pingyi.base.constraints import constraints_told
from pingyi.base.errors import Invalid


@transaction.atomic
def add_note(
    *, by: Account, talk: Talk, way: Way, source: str, found_on: date, text: str
) -> PrevisitNote:
    """What was found out before the talk, and from where."""
    one = locked(talk)
    require_inner(by, one)
    go(one, "prepare")
    if found_on > timezone.localdate():
        raise Invalid(_("日期不能晚于今天。"), field="found_on")
    made = PrevisitNote.objects.create(
        talk=one,
        way=way,
        source=needed(source, _("请写明来源。"), "source"),
        found_on=found_on,
        text=needed(text, _("请写明情况。"), "text"),
        written_by=by,
    )
    # Of the note alone: the story of the talk, which the unit may be told, knows nothing of it.
    audit.record(by=by, verb="talks.previsit.noted", subject=made, talk=one.number)
    return made


@transaction.atomic
def drop_note(*, by: Account, note: PrevisitNote) -> None:
    one = locked(note.talk)
    require_inner(by, one)
    go(one, "prepare")
    audit.record(by=by, verb="talks.previsit.dropped", subject=note, talk=one.number)
    note.delete()


@transaction.atomic
def keep_question(*, by: Account, talk: Talk, text: str, topic: str = "") -> BankQuestion:
    """Keep a question for the unit of the talk."""
    one = locked(talk)
    require_inner(by, one)
    go(one, "prepare")
    words = needed(text, _("请写明问题。"), "text")
    with constraints_told({"bank_question_once": (_("题库里已有这个问题。"), "")}):
        made, _new = BankQuestion.objects.update_or_create(
            unit=one.unit,
            text=words,
            defaults={"topic": topic, "dropped": False, "written_by": by},
        )
    audit.record(by=by, verb="talks.question.kept", subject=made, talk=one.number)
    return made


@transaction.atomic
def drop_question(*, by: Account, talk: Talk, question: BankQuestion) -> None:
    """No longer asked; where it was asked, it stays."""
    one = locked(talk)
    require_inner(by, one)
    go(one, "prepare")
    if question.unit_id != one.unit_id:
        raise Invalid(_("这个问题不属于这次约谈的单位。"))
    question.dropped = True
    question.save()
    audit.record(by=by, verb="talks.question.dropped", subject=question, talk=one.number)
