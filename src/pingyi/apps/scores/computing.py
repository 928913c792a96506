"""A round through the engine: what goes in, and what comes out."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from pingyi.apps.ballots.scores import brought_by, findings, target_rows, withheld
from pingyi.apps.polls.enums import PollState
from pingyi.apps.polls.models import Poll
from pingyi.apps.rounds.models import Round
from pingyi.apps.rounds.queries import polls_of
from pingyi.apps.schemes.counting import Evaluated, RoundRows, evaluate
from pingyi.apps.schemes.scoring import public_bundle as make_public
from pingyi.apps.schemes.tables import priors_of
from pingyi.apps.scores import queries
from pingyi.apps.scores.enums import DeterminationState, Stage
from pingyi.apps.scores.models import Computation, Determination, Progress
from pingyi.base.errors import Conflict, HouseError

TOLD_EVERY = 0.5
"""Seconds."""


class Following:
    """Writes down how far a computation is, twice a second at most, for who waits for it. One that
    takes less writes nothing."""

    def __init__(self, found: Round) -> None:
        self._round, self._told = found, time.monotonic()

    def __enter__(self) -> Following:
        return self

    def __exit__(self, *_error: object) -> None:
        Progress.objects.filter(round=self._round).delete()

    def at(self, stage: Stage, done: int = 0, whole: int = 0) -> None:
        now = time.monotonic()
        if now - self._told < TOLD_EVERY:
            return
        self._told = now
        share = done * 100 // whole if whole else None
        Progress.objects.update_or_create(
            round=self._round, defaults={"stage": stage, "share": share}
        )


def evaluated(found: Round, follow: Following) -> Evaluated:
    """Score a round from its opened votes, tallies, figures and determinations. Raises ``Conflict``
    while a box is sealed, and what the scheme refuses."""
    follow.at(Stage.SCORE)
    polls = counted_polls(found)
    brought = brought_by(polls)
    rows = RoundRows(
        targets=target_rows(found.targets.all()),
        rolls=brought.rolls,
        tallies=brought.tallies,
        figures=brought.figures,
        rulings=_ruling_rows(found),
    )
    follow.at(Stage.SCORE)
    return evaluate(
        found.version,
        rows,
        brought.counts,
        _priors(found),
        progress=partial(follow.at, Stage.VALIDITY),
    )


def counted_polls(found: Round) -> list[Poll]:
    """The votes of a round, all of them opened. Raises ``Conflict``."""
    polls = list(polls_of(found).select_related("version"))
    sealed = [p.title for p in polls if p.items.exists() and p.state != PollState.COUNTED]
    if sealed:
        raise Conflict(
            _("还有票箱没有开箱：%(titles)s。") % {"titles": "、".join(sealed)},
            _("全部开箱之后才能计算。"),
        )
    return polls


def _ruling_rows(found: Round) -> list[dict[str, str]]:
    granted = Determination.objects.filter(round=found, state=DeterminationState.GRANTED)
    return [
        {
            "ruling": one.number,
            "kind": one.kind,
            "target": one.target.code,
            "node": one.node,
            "reason": one.reason,
            "authority": one.authority,
            "signed_by": one.signatories,
            "date": one.decided_at.date().isoformat() if one.decided_at else "",
        }
        for one in granted.select_related("target")
    ]


def _priors(found: Round) -> Mapping[str, Mapping[str, Any]]:
    """The results of earlier rounds that the scheme reads, the nearest first."""
    names, priors = priors_of(found.version), {}
    before = found.predecessor
    for name in names:
        signed = queries.signed(before) if before else None
        if before is None or signed is None:
            raise Conflict(
                _("方案要用上一轮的结果（%(name)s），而上一轮还没有签发的结果。") % {"name": name},
                _("请先签发上一轮，或从上一轮照建本轮。"),
            )
        priors[name] = signed.result
        before = before.predecessor
    return priors


def head_of(found: Round) -> dict[str, str | None]:
    """What stands at the head of the report."""
    programme = found.programme
    words = {
        "title": found.title,
        "unit": settings.AUTHORITY,
        "period": found.period,
        "filing": f"{programme.document_number}；{programme.filing_number}",
    }
    # One line of what can be seen: a pasted title may hold wide blanks and marks of direction.
    return {
        key: "".join(c for c in " ".join(text.split()) if c.isprintable())
        for key, text in words.items()
    }


def public_bundle(one: Computation) -> tuple[bytes | None, str]:
    """What anyone may recompute of a result, and its digest; nothing where its grades or ranks
    can't be worked out without what is withheld."""
    try:
        return make_public(bytes(one.bundle), withheld(polls_of(one.round)))
    except HouseError:
        return None, ""


def unbalanced(found: Round) -> list[str]:
    """What keeps the result of a round from being published."""
    return [text for poll in polls_of(found) for text in findings(poll)]
