"""The executor: count, reconcile, evaluate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from pingyi.engine.counted.book import count_book
from pingyi.engine.counted.layout import make_layout
from pingyi.engine.counted.status import Reconciliation, ballot_counts
from pingyi.engine.counted.stream import Counted, Progress, count_ballots
from pingyi.engine.errors import Problem
from pingyi.engine.evaluate.evaluation import Evaluation
from pingyi.engine.evaluate.rounds import Frame
from pingyi.engine.grammar.scheme import Scheme
from pingyi.engine.outcome import Outcome
from pingyi.engine.tables.inputs import RoundInput


@dataclass(frozen=True)
class Executed:
    """An executed round: the outcome and all that explains it."""

    counted: Counted
    evaluation: Evaluation
    without_rulings: Evaluation | None
    """The same round as if there were no rulings, where there are any."""
    outcome: Outcome
    warnings: tuple[Problem, ...]


def execute(scheme: Scheme, data: RoundInput, progress: Progress | None = None) -> Executed:
    """Score a round. Raises ``BadTable`` for ballots that cannot be used, ``Blocked`` where the
    scheme forbids a result."""
    counted = count_ballots(make_layout(scheme, data.targets), data.ballots, progress)
    return evaluate_counts(scheme, data, counted)


def evaluate_counts(scheme: Scheme, data: RoundInput, counted: Counted) -> Executed:
    """Score a round whose ballots are counted."""
    counts = ballot_counts(counted, data.rolls)
    reconciliation = Reconciliation(scheme, counts, data)
    reconciliation.raise_if_blocked()
    book = count_book(counted, data.tallies)
    frame = Frame(scheme, data)
    evaluation = Evaluation(frame, book)
    outcome = Outcome(evaluation.outcome(), counts)
    without = Evaluation(frame, book, rulings=False) if data.rulings else None
    told = [Problem(code, facts=facts) for code, facts in evaluation.columns.warnings]
    titles = [
        Problem.of("title_twice", title=title, codes="、".join(codes))
        for title, codes in frame.repeated.items()
    ]
    warnings = (*reconciliation.warnings, *_same_priors(scheme, data), *titles, *told)
    return Executed(counted, evaluation, without, outcome, warnings)


def _same_priors(scheme: Scheme, data: RoundInput) -> Iterator[Problem]:
    """One result handed in under two names is nearly always a mistake."""
    for first, second in combinations(data.priors, 2):
        if data.priors[first] == data.priors[second]:
            titles = [scheme.priors[name].title for name in (first, second)]
            yield Problem.of("prior_same", first=titles[0], second=titles[1])
