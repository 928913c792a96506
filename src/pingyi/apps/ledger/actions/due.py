"""By when an entry is due, and how that came about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from pingyi.apps.ledger.models import Campaign, Entry
from pingyi.base.days import TermUnit
from pingyi.base.errors import Invalid
from pingyi.base.figures import day as shown
from pingyi.base.terms import derivation, due_after


@dataclass(frozen=True)
class Term:
    """By when: a day that was named, or so many days or months after ``start``."""

    day: date | None = None
    amount: int | None = None
    unit: TermUnit = TermUnit.NATURAL
    start: date | None = None


NO_TERM = Term()


def term_facts(term: Term) -> dict[str, Any]:
    """When something is due, and how that came about, as fields of an entry. Raises ``Invalid``
    for a day that is past."""
    today = timezone.localdate()
    facts: dict[str, Any] = {
        "due_on": term.day,
        "due_words": _("指定日期。") if term.day else "",
        "due_start": None,
        "due_amount": None,
        "due_unit": "",
    }
    if term.amount is not None:
        due = due_after(term.start or today, term.amount, term.unit)
        facts = {
            "due_on": due.day,
            "due_words": derivation(due),
            "due_start": due.start,
            "due_amount": due.amount,
            "due_unit": due.unit,
        }
    if facts["due_on"] is not None and facts["due_on"] < today:
        raise Invalid(
            _("完成期限%(day)s已经过去。") % {"day": shown(facts["due_on"])},
            _("请填写今天或以后的日期。"),
            field="due_on",
        )
    return facts


def set_term(entry: Entry, term: Term) -> None:
    """Give an entry a term. Raises ``Invalid`` for a day that is past."""
    set_facts(entry, term_facts(term))


def set_facts(entry: Entry, facts: Mapping[str, Any]) -> None:
    for name, value in facts.items():
        setattr(entry, name, value)


def renew_term(entry: Entry, term: Term, past: str) -> None:
    """A term for work that goes on: the new one, or the old one while it lasts. ``past`` says of
    the old one (``day``) that it doesn't. Raises ``Invalid``."""
    if term.day or term.amount:
        set_term(entry, term)
    elif entry.due_on is not None and entry.due_on < timezone.localdate():
        raise Invalid(
            past % {"day": shown(entry.due_on)}, _("请填写新的完成期限。"), field="due_on"
        )


def usual_facts(campaign: Campaign, term: Term) -> dict[str, Any]:
    """The term as given; without one, the campaign's of today, with its basis."""
    rule = campaign.term_on(timezone.localdate())
    if term != NO_TERM or rule is None:
        return term_facts(term)
    facts = term_facts(Term(amount=rule.amount, unit=rule.unit))
    facts["due_words"] += rule.basis_words
    return facts
