"""The result of a round as plain data: what ``result.json`` holds, byte for byte."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from pingyi.engine.counted.execute import Executed
from pingyi.engine.evaluate.cells import State
from pingyi.engine.evaluate.evaluation import Evaluation
from pingyi.engine.grammar.load import SchemeFile
from pingyi.engine.numbers import RoundingMode, decimal_text, exact_text, round_exact
from pingyi.engine.rounds import RESULT_FORMAT
from pingyi.engine.validity.report import ValidityPlan, validity_report

NODE_PLACES = 6
"""Decimals of a node's ``value`` at most (half-up); ``exact`` has them all."""


def build_result(
    scheme: SchemeFile,
    executed: Executed,
    plan: ValidityPlan,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """The result with its validity report. Deterministic: same input, same bytes."""
    evaluation = executed.evaluation
    return {
        "format": RESULT_FORMAT,
        "scheme": {
            "key": scheme.scheme.key,
            "title": scheme.scheme.title,
            "digest": scheme.digest,
            "score": scheme.scheme.score,
        },
        "results": [_target(evaluation, code, executed) for code in evaluation.frame.targets],
        "awards": list(_awards(evaluation)),
        "counts": _counts(executed),
        "rulings": [
            {
                "ruling": ruling.ruling,
                "kind": ruling.kind.value,
                "target": ruling.target,
                "node": ruling.node,
                "reason": ruling.reason,
                "authority": ruling.authority,
                "signed_by": ruling.signed_by,
                "date": ruling.date,
            }
            for ruling in evaluation.frame.data.rulings
        ],
        "validity": validity_report(executed, plan, progress),
        "warnings": [warning.as_json("zh") for warning in executed.warnings],
    }


def result_bytes(result: dict[str, Any]) -> bytes:
    """UTF-8 JSON with a fixed layout."""
    return (json.dumps(result, ensure_ascii=False, indent=1) + "\n").encode()


def value_text(value: Fraction) -> str:
    """A decimal of at most ``NODE_PLACES`` places, without trailing zeros."""
    text = decimal_text(round_exact(value, NODE_PLACES, RoundingMode.HALF_UP), NODE_PLACES)
    return text.rstrip("0").rstrip(".")


def _target(evaluation: Evaluation, code: str, executed: Executed) -> dict[str, Any]:
    frame = evaluation.frame
    row: dict[str, Any] = {
        "target": code,
        "title": frame.title(code),
        "peer_group": list(frame.group_of[code]),
        **_standing(evaluation, code),
        "nodes": {name: _node(evaluation, name, code) for name in frame.scheme.nodes},
    }
    if executed.without_rulings is not None:
        row["without_rulings"] = _standing(executed.without_rulings, code)
    return row


def _standing(evaluation: Evaluation, code: str) -> dict[str, Any]:
    final = evaluation.final(code)
    places = evaluation.frame.scheme.rounding.places
    return {
        "score": None if final.published is None else decimal_text(final.published, places),
        "exact": None if final.exact is None else exact_text(final.exact),
        "grade": final.grade,
        "rank": final.rank,
        "awards": list(final.awards),
        "vetoes": list(final.vetoes),
    }


def _node(evaluation: Evaluation, name: str, code: str) -> dict[str, Any]:
    cell = evaluation.shown(name, code)
    known = cell.value if cell.counts else None
    found: dict[str, Any] = {
        "value": None if known is None else value_text(known),
        "exact": None if known is None else exact_text(known),
    }
    if cell.state in (State.DROPPED, State.TOLERATED):
        found["state"] = cell.state.value
    return found


def _awards(evaluation: Evaluation) -> list[dict[str, Any]]:
    found = []
    for group in evaluation.frame.groups:
        for key, story in evaluation.group(group).awards.items():
            found.append(
                {
                    "award": key,
                    "title": evaluation.frame.scheme.awards[key].title,
                    "peer_group": list(group),
                    "places": story.places,
                    "winners": list(story.winners),
                    "vacant": not story.winners,
                }
            )
    return found


def _counts(executed: Executed) -> list[dict[str, Any]]:
    return [
        {
            "input": key[0],
            "rater_class": key[1],
            "paper": key[2],
            "target": key[3],
            "issued": found.issued,
            "returned": found.returned,
            "valid": found.valid,
            "invalid": found.invalid,
            "abstained": found.abstained,
            "not_informed": found.not_informed,
        }
        for key, found in executed.outcome.counts.items()
    ]
