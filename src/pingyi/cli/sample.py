"""``pingyi sample``: score a pack's sample round and show where the report is."""

from __future__ import annotations

from pathlib import Path

import click

from pingyi.cli.printing import print_table, progress_bar
from pingyi.cli.score import check_folder, report_end, result_grid, write_result
from pingyi.cli.words import LANGUAGE, say
from pingyi.engine.errors import BadInput, Problem
from pingyi.engine.packs import all_packs, find_pack
from pingyi.engine.rounds import RoundTables
from pingyi.engine.scoring import score_round
from pingyi.engine.tables.ballots import BallotSource
from pingyi.engine.validity.report import ValidityPlan


def sample_tables(folder: Path) -> RoundTables:
    """The tables of a sample round, by file name."""

    def table(name: str) -> Path | None:
        path = folder / f"{name}.csv"
        return path if path.is_file() else None

    return RoundTables(
        targets=folder / "targets.csv",
        rolls=table("rolls"),
        ballots=tuple(BallotSource(path) for path in sorted(folder.glob("ballots*.*"))),
        tallies=table("tallies"),
        figures=table("figures"),
        events=table("events"),
        rulings=table("rulings"),
    )


@click.command(
    help=say(
        "给制度包自带的示例（虚构的云州市）计分，写出报告。",
        "Score the sample round of a pack (the invented city of Yunzhou) and write the report.",
    )
)
@click.argument("name", default="jiaozuo-team-review")
@click.option("--scheme", help=say("包内方案", "Scheme of the pack"))
@click.option("--preset", help=say("预设", "Preset"))
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("demo-result"),
    show_default=True,
    help=say("结果写入此目录", "Write the result into this folder"),
)
def sample(name: str, scheme: str | None, preset: str | None, out: Path) -> None:
    pack = find_pack(name)
    folder = pack.sample(scheme)
    if folder is None:
        known = [p.pack.key for p in all_packs() if p.sample() is not None]
        raise BadInput(Problem.of("no_sample", name=name, allowed="、".join(known)))
    check_folder(out, force=False)
    loaded = pack.scheme(scheme, preset)
    with progress_bar() as progress:
        scored = score_round(loaded, sample_tables(folder), ValidityPlan(), progress, LANGUAGE)
    grid = result_grid(loaded.scheme, scored)
    write_result(scored, grid, out, force=True)  # an earlier demo
    print_table(grid)
    report_end(scored, out, "table")
    first = scored.result["results"][0]["target"]
    click.echo(say("逐项解释：", "Explain a score: ") + f"pingyi explain {out} --target {first}")
