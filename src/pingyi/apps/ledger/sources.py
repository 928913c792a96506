"""Findings of rounds that can be entered: the problems that leaders named (JZ-09, JZ-25) and the
opinions that were given (RY-10, RY-19)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.utils.translation import gettext as _

from pingyi.apps.ledger.actions import Facts, Finding
from pingyi.apps.ledger.enums import EntryKind
from pingyi.apps.ledger.models import Entry
from pingyi.apps.ledger.queries import entered
from pingyi.apps.people.models import Account
from pingyi.apps.rounds.models import CommentProblem, Opinion, Round
from pingyi.apps.rounds.queries import comments_told, own_targets
from pingyi.base.references import Reference

PROBLEM, OPINION = "rounds.problem", "rounds.opinion"


@dataclass(frozen=True)
class Found:
    """A finding, and the entry that it is already."""

    finding: Finding
    group: str
    entry: Entry | None

    @property
    def key(self) -> str:
        return f"{self.finding.kind} {self.finding.id}"


def of_round(by: Account, found: Round) -> list[Found]:
    """All findings of a round, those of leaders first."""
    findings = [*_problems(by, found), *_opinions(by, found)]
    there = entered(Reference(one.kind, one.id) for _group, one in findings)
    return [Found(one, group, there.get(Reference(one.kind, one.id))) for group, one in findings]


def _problems(by: Account, found: Round) -> list[tuple[str, Finding]]:
    rows = CommentProblem.objects.filter(comment__in=comments_told(by, found))
    rows = rows.select_related("comment__item__target__unit")
    found_ones = []
    for row in rows.order_by("comment__item__target__number", "comment", "number"):
        target = row.comment.item.target
        origin = _("%(round)s：%(leader)s点评%(target)s") % {
            "round": found.title,
            "leader": row.comment.leader_name,
            "target": target.title,
        }
        # By what it says: a comment that is saved anew numbers and stores its problems anew.
        key = f"{row.comment_id} {row.text}"
        facts = Facts(row.text.rstrip("。；"), kind=EntryKind.PROBLEM)
        finding = Finding(PROBLEM, _short(key), origin, facts, target.unit)
        found_ones.append((_("领导点评的问题"), finding))
    return found_ones


def _opinions(by: Account, found: Round) -> list[tuple[str, Finding]]:
    rows = Opinion.objects.filter(round=found).select_related("target__unit")
    mine = set(own_targets(by, found).values_list("pk", flat=True))
    found_ones = []
    for row in rows.order_by("category", "target__number", "pk"):
        if row.target_id is not None and row.target_id not in mine:
            continue
        origin = _("%(round)s：意见和建议（%(category)s）") % {
            "round": found.title,
            "category": row.category,
        }
        facts = Facts(row.text, kind=EntryKind.OPINION, category=row.category)
        unit = row.target.unit if row.target else None
        found_ones.append((row.category, Finding(OPINION, str(row.pk), origin, facts, unit)))
    return found_ones


def left_of(found: Round) -> tuple[int, int]:
    """How many findings of a round are entered, and how many are not."""
    problems = CommentProblem.objects.filter(comment__item__target__round=found)
    keys = {
        _short(f"{comment} {text}") for comment, text in problems.values_list("comment", "text")
    }
    opinions = {
        str(key) for key in Opinion.objects.filter(round=found).values_list("pk", flat=True)
    }
    entered_ones = 0
    for kind, ids in ((PROBLEM, keys), (OPINION, opinions)):
        there = Entry.objects.filter(source_kind=kind).values_list("source_id", flat=True)
        entered_ones += len(ids & set(there)) if ids else 0
    return entered_ones, len(keys) + len(opinions) - entered_ones


def _short(text: str) -> str:
    """A key of at most sixty characters."""
    return hashlib.sha256(text.encode()).hexdigest()[:40]
