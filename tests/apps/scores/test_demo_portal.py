"""The portal's votes of the demo: made once, and counted as anybody would count them."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pingyi.apps.scores.demo_portal import DIGESTS, portal_votes

pytestmark = pytest.mark.once
TITLES = {"201": "云州市水利局", "205": "云州市民政局"}
VOTES = 300


def test_the_counts_are_those_of_the_ballots(tmp_path: Path) -> None:
    (_names, *rows), (names, heads) = portal_votes(tmp_path, TITLES, VOTES)
    given = pq.read_table(tmp_path / "ballots.parquet").to_pylist()
    # A blank is an abstention.
    plain = Counter((row["target"], row["overall"] or "弃权") for row in given)
    assert {(code, answer): number for *_, code, _on, answer, number in rows} == plain
    assert dict(zip(names, heads, strict=True))["收回"] == VOTES
    assert {row["ballot"] for row in given} == set(range(1, VOTES + 1))


def test_the_ballots_are_made_once_and_keep_their_digests(tmp_path: Path) -> None:
    first = portal_votes(tmp_path, TITLES, VOTES)
    assert portal_votes(tmp_path, TITLES, 7) == first
    lines = (tmp_path / DIGESTS).read_text().splitlines()
    names = [line.partition("  ")[2] for line in lines]
    assert sorted([*names, DIGESTS]) == sorted(path.name for path in tmp_path.iterdir())
    for line in lines:
        digest, _, name = line.partition("  ")
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == digest
