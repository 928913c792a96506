"""Scores from opened boxes, tallies, figures, events and rulings."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.utils.translation import gettext as _

from pingyi.apps.schemes import queries
from pingyi.apps.schemes.models import SchemeVersion
from pingyi.apps.schemes.problems import house_error, language
from pingyi.base.errors import Conflict
from pingyi.engine.bundle.counts import counts_from
from pingyi.engine.bundle.folder import MANIFEST, RESULT, Contents, digest_of, pack, unpack
from pingyi.engine.bundle.public import public_members
from pingyi.engine.bundle.verify import executed_again, verify_bundle
from pingyi.engine.counted.execute import Executed, evaluate_counts
from pingyi.engine.counted.kernel import RETURNED, Counts
from pingyi.engine.counted.layout import Layout, make_layout
from pingyi.engine.counted.stream import Counted
from pingyi.engine.errors import PingyiError
from pingyi.engine.explain.tree import Explainer
from pingyi.engine.grammar.load import SchemeFile
from pingyi.engine.grammar.papers import Scope
from pingyi.engine.head import Head
from pingyi.engine.report.validity import validity_facts
from pingyi.engine.report.words import Words
from pingyi.engine.result import build_result, result_bytes
from pingyi.engine.rounds import RoundTables, prior_of, read_round
from pingyi.engine.scoring import bundle_of
from pingyi.engine.tables.inputs import RoundInput, Target
from pingyi.engine.tables.sheets import MemoryTable
from pingyi.engine.validity.report import DRAWS, SEED, ValidityPlan

BUNDLE = "bundle.zip"
"""What messages call a bundle."""
KEPT = 8
"""Bundles that are kept recomputed, so that a page of explanations is quick."""
MOST_PROBED = 60
"""Targets up to which is worked out how few ballots would change each one's rank. Among more, one
ballot moves most of them, and the work grows with the square of their number."""
Rows = Sequence[Mapping[str, str]]
"""Rows of a table: text by the engine's column keys (``target``, ``title``, ``issued`` …)."""


@dataclass(frozen=True)
class Evaluated:
    """A scored round: the engine's result, and the way to ask it why."""

    result: dict[str, Any]
    executed: Executed
    file: SchemeFile
    data: RoundInput
    plan: ValidityPlan
    priors: Mapping[str, bytes]
    """Results of earlier rounds by name, as their bundles hold them."""

    def bundle(self, words: Mapping[str, str | None]) -> tuple[bytes, str]:
        """The bundle as a ZIP file that ``pingyi verify`` accepts, and its digest. ``words`` stand
        at the head of its report: title, unit, period, filing."""
        try:
            members, digest = bundle_of(
                self.file,
                self.data,
                self.executed,
                self.result,
                replace(self.plan, salt=secrets.token_hex(32)),
                self.priors,
                "zh",
                Head.of(words),
            )
        except PingyiError as error:
            raise house_error(error) from None
        return pack(members), digest

    def explain(self, target: str, node: str | None = None) -> dict[str, Any]:
        """The tree under a target's standing, or under one node."""
        return _explained(self.executed, target, node)


def explain_bundle(bundle: bytes, target: str) -> dict[str, Any]:
    """The tree under a target's standing in a bundle, recomputed from it."""
    try:
        return _explained(_again(bundle)[1], target, None)
    except PingyiError as error:
        raise house_error(error) from None


def validity_of_bundle(bundle: bytes, hidden: frozenset[tuple[str, str, str]]) -> dict[str, Any]:
    """The validity report of a bundle in words and tables, less what tells of the ``hidden`` cells
    (input, class, target). Resampling draws from them all: with its seed, everybody could try which
    few votes give those shares."""
    try:
        contents, executed = _again(bundle)
        result = json.loads(unpack(bundle, BUNDLE)[RESULT])
        report, classes = result["validity"], {cell[:2] for cell in hidden}
        report["classes"] = [
            row for row in report["classes"] if (row["input"], row["rater_class"]) not in classes
        ]
        report["stability"] = [
            row
            for row in report["stability"]
            if (row["input"], row["rater_class"], row["target"]) not in hidden
        ]
        if hidden:
            report["spread"] = []
        return validity_facts(contents.scheme.scheme, result, executed, Words(language()))
    except PingyiError as error:
        raise house_error(error) from None


@lru_cache(maxsize=KEPT)
def _again(bundle: bytes) -> tuple[Contents, Executed]:
    return executed_again(unpack(bundle, BUNDLE))


def _explained(executed: Executed, target: str, node: str | None) -> dict[str, Any]:
    try:
        return Explainer(executed.evaluation, language()).explain(target, node).as_json()
    except PingyiError as error:
        raise house_error(error) from None


def public_bundle(bundle: bytes, small: frozenset[tuple[str, str, str]]) -> tuple[bytes, str]:
    """What anyone may recompute of a bundle, less what rests on the ``small`` cells (input, class,
    target), and its digest. Raises what forbids it: grades or ranks that rest on those cells."""
    try:
        members = unpack(bundle, BUNDLE)
        contents, executed = _again(bundle)
        public = public_members(contents.scheme, executed, small, digest_of(members[MANIFEST]))
    except PingyiError as error:
        raise house_error(error) from None
    return pack(public), digest_of(public[MANIFEST])


def check_bundle(bundle: bytes, digest: str) -> str:
    """What is wrong with a bundle, as ``pingyi verify`` finds it; empty where it holds."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / BUNDLE
        file.write_bytes(bundle)
        try:
            verify_bundle(file, digest)
        except PingyiError as error:
            return str(house_error(error))
    return ""


@dataclass(frozen=True)
class RoundRows:
    """The tables of a round but the ballots."""

    targets: Rows
    rolls: Rows = ()
    tallies: Rows = ()
    figures: Rows = ()
    events: Rows = ()
    rulings: Rows = ()

    def table(self, name: str) -> MemoryTable | None:
        rows = getattr(self, name)
        return MemoryTable(name, tuple(rows)) if rows else None


def evaluate(
    version: SchemeVersion,
    rows: RoundRows,
    counts: Iterable[Mapping[str, Any]] = (),
    priors: Mapping[str, Mapping[str, Any]] | None = None,
    seed: int = SEED,
    progress: Callable[[int, int], None] | None = None,
) -> Evaluated:
    """Score a round from tables and counts (``OpenedCounts.data``, of any number of inputs,
    classes, papers, items and slots). ``priors`` are results of earlier rounds by name.
    ``progress`` is told how far the validity report is, by far the longest part.

    The spread of ranks is drawn only where all classes are divided into folds; small classes keep
    no ballots to draw from. Raises ``SchemeRefused`` and ``ResultBlocked``.
    """
    file = queries.load(version)
    try:
        tables = RoundTables(
            targets=MemoryTable("targets", tuple(rows.targets)),
            rolls=rows.table("rolls"),
            tallies=rows.table("tallies"),
            figures=rows.table("figures"),
            events=rows.table("events"),
            rulings=rows.table("rulings"),
            priors={name: prior_of(prior) for name, prior in (priors or {}).items()},
        )
        data = read_round(file.scheme, tables)
        written = {name: result_bytes(dict(prior)) for name, prior in (priors or {}).items()}
        return _evaluated(file, data, tuple(counts), seed, written, progress)
    except PingyiError as error:
        raise house_error(error) from None


def _evaluated(
    file: SchemeFile,
    data: RoundInput,
    parts: tuple[Mapping[str, Any], ...],
    seed: int,
    priors: Mapping[str, bytes],
    progress: Callable[[int, int], None] | None,
) -> Evaluated:
    layout = make_layout(file.scheme, data.targets)
    counted = merge(layout, parts)
    executed = evaluate_counts(file.scheme, data, counted)
    draws = DRAWS if _all_folded(counted) else 0
    plan = ValidityPlan(seed, draws, stability=len(data.targets) <= MOST_PROBED)
    result = build_result(file, executed, plan, progress)
    return Evaluated(result, executed, file, data, plan, priors)


def _all_folded(counted: Counted) -> bool:
    """Does every class with ballots fill more folds than the first?"""
    used = [counts for counts in counted.channels.values() if counts.ballots.any()]
    return bool(used) and all(counts.answers[1:].any() for counts in used)


def merge(layout: Layout, parts: Iterable[Mapping[str, Any]]) -> Counted:
    """The counts of several boxes together, over the targets of ``layout``.

    Boxes of the same targets add up (slots, several openings). Boxes of one class on different
    targets, where a ballot rates many, are the same people voting item by item: their ballots are
    not added, and the item that fewest took part in stands for the class (for its quorum).
    """
    counted = Counted(layout, _zeros(layout), {})
    heads: dict[tuple[int, tuple[str, ...]], Any] = {}
    for part in parts:
        targets = tuple(part["targets"])
        for i, counts in _read(layout, targets, part).items():
            if not counts.ballots.any():
                continue
            places = [layout.targets.index(code) for code in targets]
            _add(counted.channels[i], counts, places)
            if layout.channels[i].paper.paper.scope is Scope.OWN:
                counted.channels[i].ballots[places] += counts.ballots
            else:
                heads[i, targets] = heads.get((i, targets), 0) + counts.ballots
    for i, counts in counted.channels.items():
        items = [ballots for (channel, _), ballots in heads.items() if channel == i]
        if items:
            counts.ballots[:] = min(items, key=lambda ballots: int(ballots[0, RETURNED]))
    return counted


def _zeros(layout: Layout) -> dict[int, Counts]:
    number = len(layout.targets)
    return {i: Counts.zero(c.paper, number) for i, c in enumerate(layout.channels)}


def _read(layout: Layout, targets: tuple[str, ...], part: Mapping[str, Any]) -> dict[int, Counts]:
    unknown = set(targets) - set(layout.targets)
    if unknown:
        raise Conflict(
            _("开箱计数里有不在评议对象表中的对象：%(codes)s。")
            % {"codes": "、".join(sorted(unknown))}
        )
    mine = make_layout(layout.scheme, [Target(code, "") for code in targets])
    found = _zeros(mine)
    try:
        for row in part["channels"]:
            one = counts_from({"channels": [row]}, mine)
            for i, counts in one.channels.items():
                found[i].add(counts)
    except (KeyError, ValueError, TypeError, IndexError) as error:
        raise Conflict(_("开箱计数与方案不符。"), _("请确认方案版本。")) from error
    return found


def _add(into: Counts, part: Counts, places: list[int]) -> None:
    """Add counts over some targets to counts over all; ballots are left to the caller."""
    into.answers[:, places] += part.answers
    into.sheets[places] += part.sheets
    for mine, theirs in zip(into.totals, part.totals, strict=True):
        for (target, bits, total), numbers in theirs.items():
            key = (places[target], bits, total)
            mine[key] = mine[key] + numbers if key in mine else numbers


def warnings_of(result: Mapping[str, Any]) -> Iterator[str]:
    """What must be said beside a result, as sentences."""
    for warning in result["warnings"]:
        yield f"{warning['what']}{warning['mend']}"
