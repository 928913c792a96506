"""``pingyi simulate``: invented input for a scheme."""

from __future__ import annotations

from pathlib import Path

import click

from pingyi.cli.arguments import load_reference
from pingyi.cli.printing import progress_bar
from pingyi.cli.words import say
from pingyi.engine.simulate import Plan
from pingyi.engine.simulate import simulate as invent


@click.command(
    help=say(
        "按方案生成一轮模拟数据；同一种子，数据相同。",
        "Invent the input of a round for SCHEME: the same for the same seed.",
    )
)
@click.argument("scheme")
@click.option(
    "--targets",
    type=click.IntRange(1, 100_000),
    default=21,
    show_default=True,
    help=say("对象个数", "Number of targets"),
)
@click.option(
    "--ballots",
    type=click.IntRange(0),
    default=1000,
    show_default=True,
    help=say("选票张数", "Number of ballots"),
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**32 - 1),
    default=7,
    show_default=True,
    help=say("种子", "Seed"),
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help=say("写入此目录", "Write into this folder"),
)
def simulate(scheme: str, targets: int, ballots: int, seed: int, out: Path) -> None:
    loaded = load_reference(scheme)
    with progress_bar() as progress:
        written = invent(
            loaded.scheme,
            Plan(targets, ballots, seed),
            out,
            lambda done, whole: progress("simulate", done, whole),
        )
    for path in written:
        click.echo(str(path))
