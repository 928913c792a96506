"""``pingyi inspect``: draw the sample of an inspection again, away from the site."""

from __future__ import annotations

from pathlib import Path

import click

from pingyi.apps.inspections.rules import candidates_digest, sample
from pingyi.cli.printing import format_option, show
from pingyi.cli.words import say
from pingyi.engine.tables.export import Grid


@click.group(name="inspect", help=say("督查", "Inspections"))
def inspect() -> None:
    """The group."""


@inspect.command(
    name="sample",
    help=say(
        "用公布的种子重抽样本：CODES 每行一个单位编码。"
        "签是“种子、换行、编码”的 SHA-256，从小到大取前 n 个",
        "Draw a sample again from its published seed: CODES holds one unit code a line. A lot is "
        "the SHA-256 of seed, line feed, code; the n smallest are drawn",
    ),
)
@click.argument("seed")
@click.argument("codes", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--n", "number", type=int, required=True, help=say("抽几个", "How many"))
@format_option
def draw_again(seed: str, codes: Path, number: int, style: str, to: Path | None) -> None:
    try:
        lines = codes.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise click.UsageError(
            say(f"{codes}：不是 UTF-8 编码的文本文件", f"{codes}: not a text file in UTF-8")
        ) from error
    found = {line.strip() for line in lines if line.strip()}
    try:
        drawn = sample(seed, found, number)[:number]
    except ValueError as error:
        raise click.UsageError(
            say(
                f"--n 须在 1 到 {len(found)} 之间：名单里有 {len(found)} 个编码",
                f"--n: 1 to {len(found)}; the file has {len(found)} codes",
            )
        ) from error
    click.echo(
        say(
            f"候选 {len(found)} 个，名单摘要 {candidates_digest(found)}",
            f"{len(found)} candidates, digest {candidates_digest(found)}",
        ),
        err=True,
    )
    headings = [say("序号", "No."), say("编码", "Code"), say("签", "Lot")]
    rows = [[str(place), one.code, one.lot] for place, one in enumerate(drawn, 1)]
    data = [{"code": one.code, "lot": one.lot} for one in drawn]
    show(Grid(say("样本", "Sample"), headings, rows), data, style, to)
