"""The validity report in plain words."""

from __future__ import annotations

from typing import Any

from pingyi.engine.counted.execute import Executed
from pingyi.engine.grammar.scheme import Scheme
from pingyi.engine.numbers import RoundingMode, decimal_text, parse_exact, round_exact
from pingyi.engine.report.words import Words

MOST_WEAK = 5
"""How many of the least firm ranks are said in a sentence."""


def percent(share: str | None) -> str:
    """``0.0512`` as ``5.12%``."""
    if share is None:
        return "—"
    return decimal_text(round_exact(parse_exact(share) * 100, 2, RoundingMode.HALF_UP), 2) + "%"


def validity_facts(
    scheme: Scheme, result: dict[str, Any], executed: Executed, words: Words
) -> dict[str, Any]:
    """What the validity page shows."""
    frame, report = executed.evaluation.frame, result["validity"]
    ranks = {row["target"]: row["rank"] for row in result["results"]}

    def named(row: dict[str, Any]) -> dict[str, Any]:
        names = dict(row)
        if "input" in row:
            names["input"] = scheme.inputs[row["input"]].title
            names["rater_class"] = scheme.classes[row["rater_class"]].title
            names["paper"] = scheme.papers[row["paper"]].title
        if "target" in row:
            names["target"] = frame.name(row["target"])
        return names

    return {
        "classes": [
            {**named(row), "full_share": percent(row["full_share"])} for row in report["classes"]
        ],
        "agreement": [
            words.say(
                "agreement_line",
                first=scheme.nodes[row["first"]].title,
                second=scheme.nodes[row["second"]].title,
                same=row["same"],
                opposite=row["opposite"],
                gamma=row["gamma"],
            )
            for row in report["agreement"]
        ],
        "weakest": _weakest([named(row) for row in report["stability"]], words),
        "stability": _stability_table([named(row) for row in report["stability"]], words),
        "spread": [
            {**named(row), "rank": ranks[row["target"]], "same": f"{row['same']}/{row['draws']}"}
            for row in report["spread"]
        ],
        "spread_help": words.say("spread_help", seed=report["seed"], draws=report["draws"]),
    }


def _weakest(rows: list[dict[str, Any]], words: Words) -> list[str]:
    """Sentences for the ranks that the fewest sheets could change."""
    weak = sorted((row for row in rows if row["rank"] is not None), key=lambda row: row["rank"])
    return [
        words.say(
            "stability_line",
            **{"class": row["rater_class"]},
            target=row["target"],
            sheets=row["rank"],
            whole=row["sheets"],
            what=words.say("what_rank"),
        )
        for row in weak[:MOST_WEAK]
    ]


def _stability_table(rows: list[dict[str, Any]], words: Words) -> dict[str, Any]:
    """Targets × classes; a cell says how many sheets change the rank, and the grade."""

    def sheets(number: int | None) -> str:
        return words.say("never") if number is None else str(number)

    classes = list(dict.fromkeys(row["rater_class"] for row in rows))
    table: dict[str, dict[str, dict[str, str]]] = {}
    for row in rows:
        cell = {"rank": sheets(row["rank"]), "grade": sheets(row["grade"])}
        table.setdefault(row["target"], {})[row["rater_class"]] = {
            **cell,
            "sheets": str(row["sheets"]),
        }
    return {"classes": classes, "rows": table}
