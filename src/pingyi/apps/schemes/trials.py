"""Runs of a scheme for trial: tables or synthetic ballots in, a page's worth of outcome out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from pingyi.apps.schemes.comparison import Standing, changed_parts, compared, last_of, read_last
from pingyi.apps.schemes.problems import house_error, language
from pingyi.base.errors import Missing
from pingyi.engine.bundle.folder import pack, read_members
from pingyi.engine.bundle.verify import executed_again
from pingyi.engine.errors import CheckFailed, PingyiError
from pingyi.engine.explain.tree import Explainer
from pingyi.engine.grammar.load import SchemeFile, load_scheme
from pingyi.engine.packs import find_pack
from pingyi.engine.report.validity import validity_facts
from pingyi.engine.report.words import Words
from pingyi.engine.rounds import RoundTables
from pingyi.engine.scoring import Progress, Scored, score_round
from pingyi.engine.simulate import Plan, simulate
from pingyi.engine.tables.ballots import BallotSource
from pingyi.engine.tables.readers import read_targets
from pingyi.engine.validity.report import ValidityPlan

BUNDLE = "bundle.zip"
TABLES = "tables"
"""Folder of the uploaded tables: one folder a table, the files in it as they were named."""
LAST = "last"
DRAWS = 20
FEW_TARGETS = 20
"""How firm the ranks are is asked of so many targets at most: it takes by far the longest."""
SMALL_TABLES = ("targets", "rolls", "tallies", "figures", "events", "rulings")


@dataclass(frozen=True)
class Order:
    """What to run: a scheme, over the tables in ``folder`` or over invented ones, beside the
    results of ``against`` or of the file in ``folder/last``."""

    text: str
    folder: Path
    synthetic: Mapping[str, int] = field(default_factory=dict)
    """targets, ballots, seed"""
    against: str = ""


def run(order: Order, progress: Progress | None = None) -> dict[str, Any]:
    """The outcome as JSON values; the bundle is written into the folder. Raises ``PingyiError``."""
    file = load_scheme(order.text)
    if order.synthetic:
        _invent(file, order, progress)
    tables = tables_of(order.folder)
    few = len(read_targets(tables.targets, file.scheme)) <= FEW_TARGETS
    plan = ValidityPlan(draws=DRAWS if few else 0, stability=few)
    scored = score_round(file, tables, plan, progress, language())
    (order.folder / BUNDLE).write_bytes(pack(scored.members))
    old, other = _last_year(order, tables, scored)
    return _outcome(file, scored, old, other)


def _invent(file: SchemeFile, order: Order, progress: Progress | None) -> None:
    wanted = order.synthetic
    plan = Plan(wanted["targets"], wanted["ballots"], wanted["seed"])
    scratch = order.folder / "invented"
    told = (lambda done, whole: progress("simulate", done, whole)) if progress else None
    for path in simulate(file.scheme, plan, scratch, told):
        place = order.folder / TABLES / path.stem
        place.mkdir(parents=True, exist_ok=True)
        path.rename(place / path.name)
    scratch.rmdir()


def tables_of(folder: Path) -> RoundTables:
    """The tables that lie in a folder."""

    def files(name: str) -> list[Path]:
        place = folder / TABLES / name
        return sorted(place.iterdir()) if place.is_dir() else []

    found = {name: next(iter(files(name)), None) for name in SMALL_TABLES}
    targets = found.pop("targets")
    assert targets is not None, "a trial has targets"
    priors = folder / TABLES / "priors"
    return RoundTables(
        targets=targets,
        ballots=tuple(BallotSource(path) for path in files("ballots")),
        priors={path.stem: path for path in sorted(priors.iterdir())} if priors.is_dir() else {},
        **found,
    )


def sample_files(pack_key: str, scheme: str) -> dict[str, list[Path]]:
    """The sample round of a pack's scheme, by table; empty where there is none."""
    try:
        folder = find_pack(pack_key).sample(scheme or None)
    except PingyiError:
        return {}
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()) if folder else ():
        found.setdefault(path.stem.partition("-")[0], []).append(path)
    return found


def _last_year(
    order: Order, tables: RoundTables, scored: Scored
) -> tuple[dict[str, Standing] | None, dict[str, Any]]:
    """What the trial stands beside, and the other scheme's rows by target."""
    last = order.folder / TABLES / LAST
    if last.is_dir():
        codes = scored.executed.evaluation.frame.targets
        return read_last(next(last.iterdir()), codes), {}
    if order.against:
        plan = ValidityPlan(draws=0, stability=False)
        other = score_round(load_scheme(order.against), tables, plan).result
        return last_of(other), {row["target"]: row for row in other["results"]}
    return None, {}


def _outcome(
    file: SchemeFile, scored: Scored, old: dict[str, Standing] | None, other: dict[str, Any]
) -> dict[str, Any]:
    frame, result = scored.executed.evaluation.frame, scored.result
    rows = []
    for row in sorted(result["results"], key=_order):
        shown = {
            "target": row["target"],
            "title": row["title"],
            "group": frame.group_title(tuple(row["peer_group"])),
            "score": row["score"],
            "grade": row["grade"],
            "rank": row["rank"],
            "awards": [file.scheme.awards[key].title for key in row["awards"]],
        }
        if old is not None:
            shown |= compared(row, old.get(row["target"]))
        if row["target"] in other:
            shown["parts"] = changed_parts(file.scheme, other[row["target"]], row)
        rows.append(shown)
    codes = {row["target"] for row in rows}
    return {
        "title": file.scheme.title,
        "digest": scored.digest,
        "rows": rows,
        "firmness": len(rows) <= FEW_TARGETS,
        "compared": old is not None,
        "same": sum(bool(row.get("same")) for row in rows),
        "gone": [f"{code} {was.title}" for code, was in (old or {}).items() if code not in codes],
        "grades": _grades(file, rows),
        "validity": validity_facts(file.scheme, result, scored.executed, Words(language())),
        "warnings": [problem.text(language()) for problem in scored.executed.warnings],
    }


def _grades(file: SchemeFile, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"grade": grade, "number": sum(row["grade"] == grade for row in rows)}
        for grade in file.scheme.grade_labels()
    ]


def _order(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["peer_group"], row["rank"] is None, row["rank"] or 0


def explain(folder: Path, target: str) -> dict[str, Any]:
    """Why a target stands where it stands: the engine's tree. Raises ``Missing``."""
    bundle = folder / BUNDLE
    if not bundle.is_file():
        raise Missing(_("试算文件已不在。"), _("请重新试算。"))
    try:
        explained = _explainer(bundle, bundle.stat().st_mtime_ns, language()).explain(target)
    except CheckFailed as error:
        raise house_error(error) from None
    except PingyiError as error:
        told = house_error(error)
        raise Missing(told.what, told.mend) from None
    return explained.as_json()


@lru_cache(maxsize=4)
def _explainer(bundle: Path, stamp: int, words: Any) -> Explainer:
    return Explainer(executed_again(read_members(bundle))[1].evaluation, words)
