"""The public's vote on the invented city's own portal: ballots made once, counted by the engine.

A round takes votes from elsewhere as counts by class, never as ballots (TS-35). The ballots stay in
the demo's folder with their digests, so that anybody counts them again with ``pingyi score``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from pingyi.apps.ballots.demo import Table
from pingyi.engine.bundle.counts import counts_data
from pingyi.engine.counted.execute import execute
from pingyi.engine.grammar.load import load_scheme_file
from pingyi.engine.grammar.scheme import Scheme
from pingyi.engine.rounds import RoundTables, read_round
from pingyi.engine.simulate import Plan, simulate
from pingyi.engine.tables.ballots import BallotSource

VOTES = 460_000
"""Of the public, in the second round (JZ)."""
DIGESTS = "SHA256SUMS"
_SCHEME = Path(__file__).with_suffix(".yaml")
_CHANNEL = ("网络投票汇总", "社会公众", "网络投票表")


def portal_votes(folder: Path, titles: Mapping[str, str], votes: int) -> tuple[Table, Table]:
    """What the portal counted on these targets (code → title), and how many voted: the tables that
    two officers bring in. The ballots are made where the folder doesn't hold them."""
    scheme = load_scheme_file(_SCHEME)
    if not (folder / DIGESTS).exists():
        _make_ballots(scheme.scheme, folder, titles, votes)
    tables = RoundTables(
        folder / "targets.csv",
        rolls=folder / "rolls.csv",
        ballots=(BallotSource(folder / "ballots.parquet"),),
    )
    executed = execute(scheme.scheme, read_round(scheme.scheme, tables))
    rows: list[tuple[object, ...]] = [
        ("渠道", "票种", "测评表", "对象编码", "测评内容", "选项", "票数")
    ]
    (channel,) = counts_data(executed.counted)["channels"]
    for code, by_dimension in channel["answers"].items():
        rows += [
            (*_CHANNEL, code, "总体评价", answer, sum(by_fold))
            for answer, by_fold in by_dimension["overall"].items()
        ]
    (heads,) = executed.outcome.counts.values()
    numbers = (heads.returned, heads.valid, heads.invalid, 3_620_000)
    return rows, [
        ("渠道", "票种", "测评表", "收回", "有效", "无效", "常住人口"),
        (*_CHANNEL, *numbers),
    ]


def _make_ballots(scheme: Scheme, folder: Path, titles: Mapping[str, str], votes: int) -> None:
    files = simulate(scheme, Plan(len(titles), votes, seed=11), folder, titles=titles)
    copy = folder / "scheme.yaml"
    copy.write_bytes(_SCHEME.read_bytes())
    lines = [f"{hashlib.sha256(f.read_bytes()).hexdigest()}  {f.name}\n" for f in (*files, copy)]
    (folder / DIGESTS).write_text("".join(lines), encoding="utf-8")
