"""The score report (评分结果报告单) as HTML. Same input, same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from pingyi.engine.counted.execute import Executed
from pingyi.engine.grammar.fulls import full_of
from pingyi.engine.grammar.load import SchemeFile
from pingyi.engine.grammar.nodes import Linear, node_inputs
from pingyi.engine.grammar.scheme import Scheme
from pingyi.engine.grammar.words import value_phrase
from pingyi.engine.head import Head
from pingyi.engine.messages import Language
from pingyi.engine.numbers import (
    decimal_text,
    parse_exact,
    read_exact,
    round_exact,
    short_text,
)
from pingyi.engine.report.templates import render
from pingyi.engine.report.validity import validity_facts
from pingyi.engine.report.words import Words

COUNT_KEYS = ("issued", "returned", "valid", "invalid", "abstained", "not_informed")
MOST_COUNT_ROWS = 60
"""Longer lists of ballot counts are summed per input, class and paper."""


def report_html(
    scheme_file: SchemeFile,
    executed: Executed,
    result: dict[str, Any],
    digest: str,
    language: Language = "zh",
    head: Head | None = None,
) -> bytes:
    """The report page of a result, with the bundle's digest printed on it."""
    scheme = scheme_file.scheme
    words = Words(language)
    rows = [_row(scheme, row) for row in result["results"]]
    groups = list(_groups(executed, rows))
    page = render(
        "report.html",
        language=language,
        say=words.say,
        scheme=scheme,
        head=head or Head(),
        scheme_digest=scheme_file.digest,
        bundle_digest=digest,
        warnings=[warning.text(language) for warning in executed.warnings],
        groups=groups,
        rows=[row for group in groups for row in group["rows"]],
        many_groups=len(groups) > 1,
        has_grades=scheme.grades is not None,
        has_rulings=bool(result["rulings"]),
        has_awards=any(row["marks"] for row in rows),
        parts=list(_parts(scheme, words)),
        awards=list(_awards(result, executed)),
        counts=list(_counts(scheme, result)),
        count_keys=COUNT_KEYS,
        rulings=list(_rulings(scheme, result, executed, words)),
        validity=validity_facts(scheme, result, executed, words),
        parameters=list(_parameters(scheme, language)),
        rules=list(_rules(scheme)),
    )
    return page.encode()


def _row(scheme: Scheme, row: dict[str, Any]) -> dict[str, Any]:
    full = full_of(scheme, scheme.score)
    bar = None
    if row["score"] is not None and full:
        share = max(Fraction(0), min(Fraction(1), parse_exact(row["score"]) / full))
        bar = str(round(share * 100))
    without = row.get("without_rulings")
    vetoes = {veto.key: veto.title for veto in scheme.vetoes}
    return {
        **row,
        "bar": bar,
        "tied": False,
        "nodes": {name: _rounded(scheme, node["exact"]) for name, node in row["nodes"].items()},
        "without": "—" if without is None else f"{without['score']}（{without['rank']}）",
        "marks": [scheme.awards[key].title for key in row["awards"]]
        + [vetoes[key] for key in row["vetoes"]],
    }


def _rounded(scheme: Scheme, exact: str | None) -> str:
    """A part as the scheme rounds its score."""
    if exact is None:
        return "—"
    rounding = scheme.rounding
    value = round_exact(read_exact(exact), rounding.places, rounding.mode)
    return decimal_text(value, rounding.places)


def _groups(executed: Executed, rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for group in executed.evaluation.frame.groups:
        mine = [row for row in rows if tuple(row["peer_group"]) == group]
        ranks = [row["rank"] for row in mine]
        for row in mine:
            row["name"] = executed.evaluation.frame.name(row["target"])
            row["tied"] = row["rank"] is not None and ranks.count(row["rank"]) > 1
        mine.sort(key=lambda row: (row["rank"] is None, row["rank"] or 0))
        yield {"title": executed.evaluation.frame.group_title(group), "rows": mine}


def _parts(scheme: Scheme, words: Words) -> Iterator[dict[str, str]]:
    """The direct parts of the score with their coefficients, and theirs where there is but one."""
    names = list(dict.fromkeys(node_inputs(scheme.nodes[scheme.score])))
    over = [scheme.score]
    if len(names) == 1:
        over.append(names[0])
        names = [*names, *dict.fromkeys(node_inputs(scheme.nodes[names[0]]))]
    coefficients = {
        part.node: part.coefficient()
        for name in over
        if isinstance(node := scheme.nodes[name], Linear)
        for part in node.parts
    }
    for name in names:
        note = ""
        if name in coefficients and coefficients[name] != 1:
            note = f"× {short_text(coefficients[name])}"
        if coefficients.get(name) == 0:
            note = words.say("reference_only")
        yield {"name": name, "title": scheme.nodes[name].title, "note": note}


def _parameters(scheme: Scheme, language: Language) -> Iterator[dict[str, Any]]:
    for parameter in scheme.parameters.values():
        values = (parameter.value,) if isinstance(parameter.value, str) else parameter.value or ()
        yield {
            "title": parameter.title,
            "value": "、".join(value_phrase(value).text(language) for value in values) or "—",
            "basis": parameter.basis,
            "warning": parameter.warning,
        }


def _awards(result: dict[str, Any], executed: Executed) -> Iterator[dict[str, str]]:
    frame = executed.evaluation.frame
    for award in result["awards"]:
        yield {
            "title": award["title"],
            "group": frame.group_title(tuple(award["peer_group"])),
            "winners": "、".join(frame.name(code) for code in award["winners"]),
        }


def _counts(scheme: Scheme, result: dict[str, Any]) -> Iterator[dict[str, Any]]:
    rows = result["counts"]
    if len(rows) > MOST_COUNT_ROWS:
        rows = _summed(rows)
    for row in rows:
        paper = scheme.papers[row["paper"]].title
        yield {
            **row,
            "input": scheme.inputs[row["input"]].title,
            "rater_class": scheme.classes[row["rater_class"]].title,
            "paper": paper if row.get("target") is None else f"{paper} {row['target']}",
        }


def _summed(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in rows:
        key = (row["input"], row["rater_class"], row["paper"])
        into = found.setdefault(key, {**row, "target": None} | dict.fromkeys(COUNT_KEYS))
        for name in COUNT_KEYS:
            if row[name] is not None:
                into[name] = (into[name] or 0) + row[name]
    return list(found.values())


def _rulings(
    scheme: Scheme, result: dict[str, Any], executed: Executed, words: Words
) -> Iterator[dict[str, str]]:
    for ruling in result["rulings"]:
        yield {
            **ruling,
            "kind": words.say(ruling["kind"]),
            "target": executed.evaluation.frame.name(ruling["target"]),
            "node": scheme.nodes[ruling["node"]].title,
        }


def _rules(scheme: Scheme) -> Iterator[dict[str, str | None]]:
    """Every rule of the scheme with its basis."""
    ruled = [
        *scheme.papers.values(),
        *(rule for paper in scheme.papers.values() for rule in paper.rules),
        *(source.quorum for source in scheme.inputs.values() if source.quorum),
        *scheme.nodes.values(),
        scheme.rounding,
        *([scheme.grades] if scheme.grades else []),
        *scheme.vetoes,
        *scheme.quotas,
        *scheme.awards.values(),
        scheme.rank,
    ]
    for rule in ruled:
        basis = rule.basis
        yield {"title": rule.title, "basis": basis.text(), "default": basis.default}
