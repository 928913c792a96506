"""The whole report, as plain data for the result file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

from pingyi.engine.counted.execute import Executed
from pingyi.engine.counted.kernel import SCORING, STRAIGHT
from pingyi.engine.evaluate.evaluation import Evaluation
from pingyi.engine.grammar.nodes import Counted, FigureNode
from pingyi.engine.numbers import RoundingMode, decimal_text, round_exact
from pingyi.engine.validity.resampling import rank_spread
from pingyi.engine.validity.stability import rank_stability

DRAWS = 100
MOST_DRAWS = 10_000
SEED = 20160713
"""Default seed of the draws."""


@dataclass(frozen=True)
class ValidityPlan:
    """What the report is asked for; ``draws`` 0 leaves the resampling out."""

    seed: int = SEED
    draws: int = DRAWS
    stability: bool = True
    salt: str = ""
    """Random text that a bundle keeps, so that its digest tells nothing of what few voted: nobody
    can try all their votes until one gives the digest."""


def validity_report(
    executed: Executed,
    plan: ValidityPlan,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Straight-lining, ceiling, agreement of channels, rank stability, spread of ranks.

    ``progress`` is told of draws done and targets probed, both of one total.
    """
    evaluation = executed.evaluation
    ranks = {code: evaluation.final(code).rank for code in evaluation.frame.targets}
    has_ballots = any(counts.ballots.any() for counts in executed.counted.channels.values())
    draws = plan.draws if has_ballots else 0
    whole = draws + (len(ranks) if plan.stability else 0)

    def after(before: int) -> Callable[[int, int], None] | None:
        if progress is None:
            return None
        return lambda done, _part: progress(before + done, whole)

    spread = (
        rank_spread(evaluation.frame, executed.counted, ranks, plan.seed, draws, after(0))
        if draws
        else []
    )
    stability = rank_stability(evaluation, after(draws)) if plan.stability else iter(())
    return {
        "seed": plan.seed,
        "draws": plan.draws,
        "classes": list(_classes(executed)),
        "agreement": list(_agreement(evaluation)),
        "stability": [
            {
                "target": found.target,
                "input": found.channel[0],
                "rater_class": found.channel[1],
                "paper": found.channel[2],
                "sheets": found.sheets,
                "rank": found.rank,
                "grade": found.grade,
            }
            for found in stability
        ],
        "spread": [
            {"target": s.target, "low": s.low, "high": s.high, "same": s.same, "draws": s.draws}
            for s in spread
        ],
    }


def _classes(executed: Executed) -> Iterator[dict[str, Any]]:
    """Per class: ballots that give everyone the same score, scores at the top of the scale."""
    counted = executed.counted
    for i, counts in counted.channels.items():
        channel = counted.layout.channels[i]
        if not counts.ballots.any():
            continue
        statuses = counts.ballots.sum(axis=0).tolist()
        answers = counts.answers.sum(axis=(0, 1, 2)).tolist()
        paper = channel.paper
        top = max(paper.values)
        scores = sum(answers[: paper.answers])
        full = sum(n for n, value in zip(answers, paper.values, strict=False) if value == top)
        yield {
            "input": channel.input,
            "rater_class": channel.rater_class,
            "paper": paper.key,
            "straight": statuses[STRAIGHT],
            "ballots": statuses[SCORING],
            "straight_share": _share(statuses[STRAIGHT], statuses[SCORING]),
            "full_marks": full,
            "scores": scores,
            "full_share": _share(full, scores),
            "abstained": answers[paper.abstained],
            "not_informed": answers[paper.not_informed],
            "recused": int(counts.sheets[:, 0].sum()),
            "void_sheets": int(counts.sheets[:, 1].sum()),
        }


def _agreement(evaluation: Evaluation) -> Iterator[dict[str, Any]]:
    """Do two channels put the targets of a group in the same order? Pairs that agree and differ."""
    scheme = evaluation.frame.scheme
    names = [name for name, node in scheme.nodes.items() if isinstance(node, Counted | FigureNode)]
    ballots = {name for name in names if isinstance(scheme.nodes[name], Counted)}
    for first, second in combinations(names, 2):
        if not ballots & {first, second}:
            continue
        same = opposite = 0
        for codes in evaluation.frame.groups.values():
            pairs = [
                (a, b)
                for code in codes
                if (a := _known(evaluation, first, code)) is not None
                and (b := _known(evaluation, second, code)) is not None
            ]
            places = zip(_places(a for a, _b in pairs), _places(b for _a, b in pairs), strict=True)
            for (a1, b1), (a2, b2) in combinations(places, 2):
                direction = (a1 - a2) * (b1 - b2)
                same += direction > 0
                opposite += direction < 0
        if same + opposite:
            yield {
                "first": first,
                "second": second,
                "same": same,
                "opposite": opposite,
                "gamma": _share(same - opposite, same + opposite),
            }


def _places(values: Iterable[Fraction]) -> list[int]:
    """Each value's place among the different ones: whole numbers in the same order, since every
    value is compared with every other."""
    given = list(values)
    place = {value: number for number, value in enumerate(sorted(set(given)))}
    return [place[value] for value in given]


def _known(evaluation: Evaluation, name: str, code: str) -> Fraction | None:
    return evaluation.shown(name, code).value


def _share(part: int, whole: int) -> str | None:
    """A share as a decimal of four places."""
    if not whole:
        return None
    return decimal_text(round_exact(Fraction(part, whole), 4, RoundingMode.HALF_UP), 4)
