"""Synthetic input for a scheme: the same for the same seed, on every machine.

Integers only. Targets differ in quality; raters in severity; a few ballots give everyone the same
score, leave targets out, abstain or say 不了解. The generator is numpy's legacy Mersenne Twister,
whose stream is frozen.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from pingyi.engine.grammar.papers import InputKind, Paper, Recusal, Scope
from pingyi.engine.grammar.scheme import PARENT, Scheme
from pingyi.engine.numbers import short_text
from pingyi.engine.tables import columns
from pingyi.engine.tables.columns import Table

Ints = NDArray[np.int64]
CHUNK_BALLOTS = 10_000
_SCALE = 1000
"""Opinions run from 0 (worst) to this (best)."""


@dataclass(frozen=True)
class Plan:
    """How much to invent. Shares are in thousandths."""

    targets: int
    ballots: int
    seed: int
    straight: int = 20
    left_out: int = 10
    abstained: int = 10
    not_informed: int = 20


def simulate(
    scheme: Scheme, plan: Plan, out: Path, progress: Callable[[int, int], None] | None = None
) -> list[Path]:
    """Write every table that the scheme reads into ``out``; returns the files."""
    out.mkdir(parents=True, exist_ok=True)
    people = np.random.RandomState(plan.seed)
    quality = 350 + people.randint(0, 450, plan.targets)
    codes = [f"T{i:04}" for i in range(1, plan.targets + 1)]
    written = [_write_targets(scheme, codes, out / "targets.csv", people)]
    ballots = _channels(scheme, InputKind.BALLOTS)
    sizes = _split(plan.ballots, len(ballots))
    if ballots:
        path = out / "ballots.parquet"
        _write_ballots(
            scheme, plan, codes, quality, list(zip(ballots, sizes, strict=True)), path, progress
        )
        written.append(path)
    if scheme.inputs:
        rolls = _roll_rows(scheme, codes, list(zip(ballots, sizes, strict=True)))
        written.append(_write_csv(columns.ROLLS, rolls, out / "rolls.csv"))
    tallies = list(_tally_rows(scheme, codes, quality, people))
    if tallies:
        written.append(_write_csv(columns.TALLIES, tallies, out / "tallies.csv"))
    if scheme.figures:
        rows = list(_figure_rows(scheme, codes, quality, people))
        written.append(_write_csv(columns.FIGURES, rows, out / "figures.csv"))
    return written


Channel = tuple[str, str, str]


def _channels(scheme: Scheme, kind: InputKind) -> list[Channel]:
    return [
        (key, rater_class, paper)
        for key, source in scheme.inputs.items()
        if source.kind is kind
        for rater_class in source.classes
        for paper in source.papers
    ]


def _split(number: int, parts: int) -> list[int]:
    return [number // parts + (i < number % parts) for i in range(parts)] if parts else []


def _write_csv(table: Table, rows: Sequence[dict[str, object]], path: Path) -> Path:
    """A table with Chinese headings, UTF-8 with BOM, as spreadsheets like it."""
    titles = {column.key: column.zh for column in table.columns}
    keys = list(dict.fromkeys(key for row in rows for key in row))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([titles.get(key, key) for key in keys])
        writer.writerows([row.get(key, "") for key in keys] for row in rows)
    return path


def _write_targets(
    scheme: Scheme, codes: list[str], path: Path, random: np.random.RandomState
) -> Path:
    """Targets with attributes drawn at random; a third are parents where parents matter."""
    nested = PARENT in scheme.peer_groups or any(
        getattr(node, "whose", None) == PARENT or node.__class__.__name__ == "Collect"
        for node in scheme.nodes.values()
    )
    parents = max(1, len(codes) // 3) if nested else 0
    rows = []
    for i, code in enumerate(codes):
        row: dict[str, object] = {"target": code, "title": f"模拟对象{i + 1}"}
        if nested:
            row["parent"] = codes[i % parents] if i >= parents else ""
        for key, attribute in scheme.attributes.items():
            values = list(attribute.values or {"甲": "", "乙": ""})
            row[key] = values[int(random.randint(0, len(values)))]
        rows.append(row)
    return _write_csv(columns.TARGETS, rows, path)


def _write_ballots(
    scheme: Scheme,
    plan: Plan,
    codes: list[str],
    quality: Ints,
    channels: list[tuple[Channel, int]],
    path: Path,
    progress: Callable[[int, int], None] | None,
) -> None:
    dimensions = list(dict.fromkeys(name for p in scheme.papers.values() for name in p.dimensions))
    writer: pq.ParquetWriter | None = None
    done = 0
    try:
        for number, (channel, size) in enumerate(channels):
            for first in range(0, size, CHUNK_BALLOTS):
                count = min(CHUNK_BALLOTS, size - first)
                random = np.random.RandomState([plan.seed, number, first])
                chunk = _Chunk(scheme, plan, channel, quality, random, count)
                table = chunk.table(codes, dimensions, first, f"{number:03}")
                if writer is None:
                    writer = pq.ParquetWriter(path, table.schema, compression="zstd")
                writer.write_table(table)
                done += count
                if progress is not None:
                    progress(done, plan.ballots)
    finally:
        if writer is not None:
            writer.close()


class _Chunk:
    """Some ballots of one channel."""

    def __init__(
        self,
        scheme: Scheme,
        plan: Plan,
        channel: Channel,
        quality: Ints,
        random: np.random.RandomState,
        count: int,
    ) -> None:
        self.scheme, self.plan, self.channel, self.count = scheme, plan, channel, count
        self.paper = scheme.papers[channel[2]]
        self.random = random
        targets = len(quality)
        own = self.paper.scope is Scope.OWN
        self.ballots = np.repeat(np.arange(count), 1 if own else targets)
        if own:
            self.targets = random.randint(0, targets, count)
        else:
            self.targets = np.tile(np.arange(targets), count)
            keep = ~self._chance(len(self.ballots), plan.left_out)
            self.ballots, self.targets = self.ballots[keep], self.targets[keep]
        severity = _bell(random, count, 160)
        self.opinion = quality[self.targets] + severity[self.ballots]
        self.flat = self._chance(count, plan.straight)[self.ballots]
        self.flat_opinion = (600 + _bell(random, count, 200))[self.ballots]

    def _chance(self, number: int, share: int) -> NDArray[np.bool_]:
        return np.asarray(self.random.randint(0, 1000, number, dtype=np.int16) < share, bool)

    def answers(self) -> tuple[Ints, NDArray[np.bool_], NDArray[np.bool_]]:
        """(index of the answer, abstained, not informed) for one dimension, per row."""
        number = len(self.ballots)
        opinion = self.opinion + _bell(self.random, number, 140)
        opinion = np.where(self.flat, self.flat_opinion, opinion)
        index = _answer_index(self.paper, opinion)
        none = np.zeros(number, bool)
        abstained = self._chance(number, self.plan.abstained) if self.paper.abstain else none
        unknown = self._chance(number, self.plan.not_informed) if self.paper.not_informed else none
        return index, abstained & ~unknown & ~self.flat, unknown & ~self.flat

    def table(self, codes: list[str], dimensions: list[str], first: int, mark: str) -> pa.Table:
        def constant(text: str) -> pa.Array:
            indices = np.zeros(len(self.ballots), np.int32)
            return pa.DictionaryArray.from_arrays(indices, pa.array([text]))

        arrays: dict[str, Any] = {
            name: constant(text)
            for name, text in zip(("input", "rater_class", "paper"), self.channel, strict=True)
        }
        arrays["ballot"] = pa.array(self.ballots + first + int(mark) * 10**12 + 1, pa.int64())
        arrays["target"] = pa.DictionaryArray.from_arrays(
            self.targets.astype(np.int32), pa.array(codes)
        )
        if any(paper.recusal is not Recusal.NONE for paper in self.scheme.papers.values()):
            arrays["unit"] = constant("")
        plain = all(_is_plain(paper) for paper in self.scheme.papers.values())
        for name in dimensions:
            arrays[name] = self._column(name, plain)
        return pa.table(arrays)

    def _column(self, name: str, plain: bool) -> pa.Array:
        if name not in self.paper.dimensions:
            kind = pa.uint8() if plain else pa.dictionary(pa.int32(), pa.string())
            return pa.nulls(len(self.ballots), kind)
        index, abstained, unknown = self.answers()
        if plain:
            return pa.array(index.astype(np.uint8), mask=abstained)
        texts = [*self.paper.answers, "不了解"]
        index = np.where(unknown, len(texts) - 1, index).astype(np.int32)
        return pa.DictionaryArray.from_arrays(pa.array(index, mask=abstained), pa.array(texts))


def _is_plain(paper: Paper) -> bool:
    """Small whole-number scores: stored as bytes."""
    points = paper.points
    if points is None or paper.not_informed:
        return False
    return points.least == 0 and points.step == 1 and points.most <= 255


def _bell(random: np.random.RandomState, number: int, spread: int) -> Ints:
    """Whole numbers around 0, bell-shaped, with about this standard deviation."""
    draws = random.randint(-spread, spread + 1, (3, number), dtype=np.int16)
    total = draws[0] + draws[1] + draws[2]
    return np.asarray(total, np.int64)


def _answer_index(paper: Paper, opinion: Ints) -> Ints:
    """Opinions (0…1000) as indices of answers; grades are listed from the best."""
    steps = len(paper.values)
    level = np.clip(opinion, 0, _SCALE - 1) * steps // _SCALE
    if paper.grades is None:
        return level
    best_first = sorted(range(steps), key=lambda i: paper.values[i])
    return np.asarray(best_first, np.int64)[level]


def _roll_rows(
    scheme: Scheme, codes: list[str], ballots: list[tuple[Channel, int]]
) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for (source, rater_class, paper), size in ballots:
        names: dict[str, object] = {"input": source, "rater_class": rater_class, "paper": paper}
        if scheme.papers[paper].scope is Scope.OWN:
            rows += [
                {**names, "target": code, "expected": size, "present": size, "issued": size}
                for code in codes
            ]
        else:
            rows.append({**names, "expected": size + size // 20, "present": size, "issued": size})
    for source, rater_class, paper in _channels(scheme, InputKind.TALLY):
        names = {"input": source, "rater_class": rater_class, "paper": paper}
        counts = {"expected": 105, "present": 100, "issued": 100}
        own = scheme.papers[paper].scope is Scope.OWN
        for code in codes if own else [""]:
            rows.append(
                {**names, "target": code, **counts, "returned": 100, "valid": 100, "invalid": 0}
            )
    return rows


def _tally_rows(
    scheme: Scheme, codes: list[str], quality: Ints, random: np.random.RandomState
) -> Iterator[dict[str, object]]:
    for source, rater_class, paper_key in _channels(scheme, InputKind.TALLY):
        paper = scheme.papers[paper_key]
        for code, level in zip(codes, quality.tolist(), strict=True):
            for dimension in paper.dimensions:
                index = _answer_index(paper, level + _bell(random, 100, 200))
                for answer, number in zip(*np.unique(index, return_counts=True), strict=True):
                    yield {
                        "input": source,
                        "rater_class": rater_class,
                        "paper": paper_key,
                        "target": code,
                        "dimension": dimension,
                        "answer": paper.answers[int(answer)],
                        "count": int(number),
                    }


def _figure_rows(
    scheme: Scheme, codes: list[str], quality: Ints, random: np.random.RandomState
) -> Iterator[dict[str, object]]:
    for key, figure in scheme.figures.items():
        least = figure.least if figure.least is not None else Fraction(0)
        most = figure.most if figure.most is not None else least + 2
        for code, level in zip(codes, quality.tolist(), strict=True):
            for rater_class in figure.classes or (None,):
                place = int(np.clip(level + _bell(random, 1, 100)[0], 0, _SCALE))
                value = least + (most - least) * Fraction(place * 100 // _SCALE, 100)
                row: dict[str, object] = {"figure": key, "target": code, "value": short_text(value)}
                if rater_class is not None:
                    row |= {"rater_class": rater_class, "sample": int(random.randint(100, 400))}
                yield row
