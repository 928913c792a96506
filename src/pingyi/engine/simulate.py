"""Synthetic input for a scheme: the same for the same seed, on every machine.

Integers only. Targets differ in quality; raters in severity; a few ballots give everyone the same
score, leave targets out, abstain or say 不了解. The generator is numpy's legacy Mersenne Twister,
whose stream is frozen.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from pingyi.engine.grammar.nodes import FigureNode
from pingyi.engine.grammar.papers import InputKind, Paper, Recusal, Scope
from pingyi.engine.grammar.scheme import PARENT, Scheme
from pingyi.engine.numbers import exact_text, short_text
from pingyi.engine.tables import columns
from pingyi.engine.tables.columns import Table

Ints = NDArray[np.int64]
Shorts = NDArray[np.int16]
Bools = NDArray[np.bool_]
CHUNK_BALLOTS = 10_000
THREADS = 2
_DRAWS = 1 << 16
"""Chances and bells are drawn as 16 bits."""
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
    scheme: Scheme,
    plan: Plan,
    out: Path,
    progress: Callable[[int, int], None] | None = None,
    titles: Mapping[str, str] | None = None,
) -> list[Path]:
    """Write every table that the scheme reads into ``out``; returns the files. ``titles``: code →
    title of targets that there are; without, they are invented, too."""
    out.mkdir(parents=True, exist_ok=True)
    people = np.random.RandomState(plan.seed)
    quality = 350 + people.randint(0, 450, plan.targets, dtype=np.int64)
    if titles is None:
        titles = {f"T{i:04}": f"模拟对象{i}" for i in range(1, plan.targets + 1)}
    codes = list(titles)
    written = [_write_targets(scheme, titles, out / "targets.csv", people)]
    ballots = _channels(scheme, InputKind.BALLOTS)
    sizes = _split(plan.ballots, len(ballots))
    if any(sizes):
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
    scheme: Scheme, titles: Mapping[str, str], path: Path, random: np.random.RandomState
) -> Path:
    """Targets with attributes drawn at random; a third are parents where parents matter.

    The first attribute then tells the levels: its first value for parents, the others below.
    """
    nested = PARENT in scheme.peer_groups or any(
        getattr(node, "whose", None) == PARENT or node.__class__.__name__ == "Collect"
        for node in scheme.nodes.values()
    )
    codes = list(titles)
    parents = max(1, len(codes) // 3) if nested else 0
    rows = []
    for i, code in enumerate(codes):
        row: dict[str, object] = {"target": code, "title": titles[code]}
        if nested:
            row["parent"] = codes[i % parents] if i >= parents else ""
        for number, (key, attribute) in enumerate(scheme.attributes.items()):
            values = list(attribute.values or {"甲": "", "乙": ""})
            if nested and number == 0:
                values = values[:1] if i < parents else values[1:] or values
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

    def invent(number: int, channel: Channel, first: int, count: int) -> pa.Table:
        random = np.random.RandomState([plan.seed, number, first])
        chunk = _Chunk(scheme, plan, channel, quality, random, first, count)
        return chunk.table(codes, dimensions, first + number * 10**12 + 1)

    parts = [
        (number, channel, first, min(CHUNK_BALLOTS, size - first))
        for number, (channel, size) in enumerate(channels)
        for first in range(0, size, CHUNK_BALLOTS)
    ]
    writer: pq.ParquetWriter | None = None
    done = 0
    try:
        for part, table in zip(parts, _ahead(invent, parts), strict=True):
            if writer is None:
                writer = pq.ParquetWriter(path, table.schema)
            writer.write_table(table)
            done += part[-1]
            if progress is not None:
                progress(done, plan.ballots)
    finally:
        if writer is not None:
            writer.close()


def _ahead(invent: Callable[..., pa.Table], parts: Sequence[tuple[Any, ...]]) -> Iterator[pa.Table]:
    """``invent`` of all parts, in order, a few ahead of the reader."""
    with ThreadPoolExecutor(THREADS) as pool:
        waiting: deque[Future[pa.Table]] = deque()
        for part in parts:
            waiting.append(pool.submit(invent, *part))
            if len(waiting) > THREADS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


class _Chunk:
    """Some ballots of one channel."""

    def __init__(
        self,
        scheme: Scheme,
        plan: Plan,
        channel: Channel,
        quality: Ints,
        random: np.random.RandomState,
        first: int,
        count: int,
    ) -> None:
        self.scheme, self.plan, self.channel, self.random = scheme, plan, channel, random
        self.paper = scheme.papers[channel[2]]
        self.answer_of = _answer_of(self.paper)
        targets = len(quality)
        own = self.paper.scope is Scope.OWN
        self.ballots = np.repeat(np.arange(count, dtype=np.int32), 1 if own else targets)
        if own:
            self.targets = ((first + np.arange(count)) % targets).astype(np.int32)
        else:
            self.targets = np.tile(np.arange(targets, dtype=np.int32), count)
            keep = ~_chance(random, len(self.ballots), plan.left_out)
            self.ballots, self.targets = self.ballots[keep], self.targets[keep]
        severity = _bell(random, count, 160)
        self.opinion = quality.astype(np.int16)[self.targets] + severity[self.ballots]
        self.flat = _chance(random, count, plan.straight)[self.ballots]
        self.flat_rows = np.flatnonzero(self.flat)
        self.flat_opinions = (600 + _bell(random, count, 200))[self.ballots[self.flat_rows]]

    def answers(self) -> tuple[NDArray[Any], Bools, Bools]:
        """(index of the answer, abstained, not informed) for one dimension, per row."""
        number = len(self.ballots)
        opinion = self.opinion + _bell(self.random, number, 140)
        opinion[self.flat_rows] = self.flat_opinions
        index = _answer_index(self.answer_of, opinion)
        none = np.zeros(number, bool)
        plan, paper = self.plan, self.paper
        abstained = _chance(self.random, number, plan.abstained) if paper.abstain else none
        unknown = _chance(self.random, number, plan.not_informed) if paper.not_informed else none
        return index, abstained & ~unknown & ~self.flat, unknown & ~self.flat

    def table(self, codes: list[str], dimensions: list[str], first: int) -> pa.Table:
        """The ballots, numbered from ``first``."""

        def constant(text: str) -> pa.Array:
            return _coded(np.zeros(len(self.ballots), np.int32), [text])

        arrays: dict[str, Any] = {
            name: constant(text)
            for name, text in zip(("input", "rater_class", "paper"), self.channel, strict=True)
        }
        arrays["ballot"] = pa.array(self.ballots + np.int64(first))
        arrays["target"] = _coded(self.targets, codes)
        if any(paper.recusal is not Recusal.NONE for paper in self.scheme.papers.values()):
            arrays["unit"] = constant("")
        plain = all(_is_plain(paper) for paper in self.scheme.papers.values())
        for name in dimensions:
            arrays[name] = self._column(name, plain)
        # Only a score may be blank: in the other columns no reader need look for blanks.
        fields = [pa.field(key, a.type, nullable=key in dimensions) for key, a in arrays.items()]
        return pa.table(arrays, schema=pa.schema(fields))

    def _column(self, name: str, plain: bool) -> pa.Array:
        if name not in self.paper.dimensions:
            kind = pa.uint8() if plain else pa.dictionary(pa.int32(), pa.string())
            return pa.nulls(len(self.ballots), kind)
        index, abstained, unknown = self.answers()
        mask = abstained if self.paper.abstain else None
        if plain:
            return pa.array(index.astype(np.uint8, copy=False), mask=mask)
        texts = [*self.paper.answers, "不了解"]
        index = np.where(unknown, len(texts) - 1, index).astype(np.int32)
        return _coded(index, texts, mask)


def _coded(indices: NDArray[np.int32], texts: list[str], mask: Bools | None = None) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(indices, mask=mask), pa.array(texts))


def _is_plain(paper: Paper) -> bool:
    """Small whole-number scores: stored as bytes."""
    points = paper.points
    if points is None or paper.not_informed:
        return False
    return points.least == 0 and points.step == 1 and points.most <= 255


def _draws(random: np.random.RandomState, number: int) -> NDArray[np.uint16]:
    """Whole numbers below 65,536, all equally likely."""
    return np.frombuffer(random.bytes(2 * number), "<u2")


def _chance(random: np.random.RandomState, number: int, share: int) -> Bools:
    """True in ``share`` of a thousand cases."""
    return np.asarray(_draws(random, number) < share * _DRAWS // 1000, bool)


def _bell(random: np.random.RandomState, number: int, spread: int) -> Shorts:
    """Whole numbers around 0, bell-shaped, with about this standard deviation."""
    return np.asarray(_bell_of(spread)[_draws(random, number)], np.int16)


@cache
def _bell_of(spread: int) -> Shorts:
    """For each draw, that quantile of the sum of three whole numbers from -spread to spread."""
    each = np.ones(2 * spread + 1, np.int64)
    up_to = np.cumsum(np.convolve(np.convolve(each, each), each))
    middles = (2 * np.arange(_DRAWS) + 1) * up_to[-1] // (2 * _DRAWS)
    return np.asarray(np.searchsorted(up_to, middles, side="right") - 3 * spread, np.int16)


def _number_text(value: Fraction) -> str:
    """As a person would enter it: a decimal, or a fraction where there is no short one."""
    text = short_text(value)
    return exact_text(value) if text.startswith("≈") else text


def _answer_of(paper: Paper) -> NDArray[Any]:
    """For each opinion the index of the answer; grades are listed from the best."""
    steps = len(paper.values)
    level = np.arange(_SCALE) * steps // _SCALE
    if paper.grades is not None:
        best_first = sorted(range(steps), key=lambda i: paper.values[i])
        level = np.asarray(best_first)[level]
    return level.astype(np.min_scalar_type(steps))


def _answer_index(answer_of: NDArray[Any], opinion: NDArray[Any]) -> NDArray[Any]:
    """Opinions as indices of answers."""
    return np.asarray(answer_of[np.clip(opinion, 0, _SCALE - 1)])


def _roll_rows(
    scheme: Scheme, codes: list[str], ballots: list[tuple[Channel, int]]
) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for (source, rater_class, paper), size in ballots:
        names: dict[str, object] = {"input": source, "rater_class": rater_class, "paper": paper}
        if scheme.papers[paper].scope is Scope.OWN:
            heads = list(zip(codes, _split(size, len(codes)), strict=True))
        else:
            heads = [("", size)]
        rows += [
            {**names, "target": code, "expected": n + n // 20, "present": n, "issued": n}
            for code, n in heads
        ]
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
        answer_of = _answer_of(paper)
        for code, level in zip(codes, quality.tolist(), strict=True):
            for dimension in paper.dimensions:
                index = _answer_index(answer_of, level + _bell(random, 100, 200))
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
    shares = [scheme.nodes[quota.share_node] for quota in scheme.quotas if quota.share_node]
    for key, figure in scheme.figures.items():
        is_share = any(isinstance(node, FigureNode) and node.figure == key for node in shares)
        least = figure.least if figure.least is not None else Fraction(0)
        most = figure.most if figure.most is not None else least + 2
        for code, level in zip(codes, quality.tolist(), strict=True):
            for rater_class in figure.classes or (None,):
                place = int(np.clip(level + _bell(random, 1, 100)[0], 0, _SCALE))
                if is_share:
                    place = _SCALE // 5  # one share for all of a group
                value = least + (most - least) * Fraction(place * 100 // _SCALE, 100)
                row: dict[str, object] = {
                    "figure": key,
                    "target": code,
                    "value": _number_text(value),
                }
                if rater_class is not None:
                    row |= {"rater_class": rater_class, "sample": int(random.randint(100, 400))}
                yield row
