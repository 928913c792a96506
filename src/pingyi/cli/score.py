"""``pingyi score``: a round from files to result, report and bundle."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from pingyi.cli.arguments import load_reference
from pingyi.cli.printing import check_writable, format_option, progress_bar, show
from pingyi.cli.words import LANGUAGE, say
from pingyi.engine.bundle.folder import MANIFEST, digest_of, read_members, write_folder
from pingyi.engine.errors import BadInput, Place, Problem
from pingyi.engine.grammar.scheme import Scheme
from pingyi.engine.head import Head
from pingyi.engine.rounds import RoundTables
from pingyi.engine.scoring import Scored, score_round
from pingyi.engine.tables.ballots import BallotSource
from pingyi.engine.tables.export import Grid, csv_bytes, write_xlsx
from pingyi.engine.validity.report import DRAWS, MOST_DRAWS, SEED, ValidityPlan

_FILE = click.Path(dir_okay=False, path_type=Path)


def table_option(
    name: str, zh: str, en: str, **settings: Any
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """``--NAME FILE``"""
    return click.option(f"--{name}", type=_FILE, help=say(zh, en), **settings)


@click.command(
    help=say(
        "按方案 SCHEME（文件，或 pack:包名[/方案][@预设]）给一轮评议计分。",
        "Score a round by SCHEME (a file, or pack:NAME[/SCHEME][@PRESET]).",
    )
)
@click.argument("scheme")
@table_option("targets", "评议对象表", "Targets", required=True)
@table_option("rolls", "人数与票数表", "Rolls")
@table_option("ballots", "逐票表，可多个", "Ballots; may be given several times", multiple=True)
@table_option("tallies", "汇总票表", "Tallies")
@table_option("figures", "指标表", "Figures")
@table_option("events", "加减分与否决事项表", "Events")
@table_option("rulings", "认定表", "Rulings")
@click.option(
    "--prior",
    "priors",
    multiple=True,
    metavar="NAME=RESULT",
    help=say(
        "以往结果：名称=结果文件或目录，可多个", "A prior result: NAME=file or folder; repeatable"
    ),
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help=say("结果写入此目录", "Write result, report and bundle into this folder"),
)
@click.option(
    "--force", is_flag=True, help=say("目录里有别的文件也写入", "Write beside other files")
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**32 - 1),
    default=SEED,
    show_default=True,
    help=say("重复抽样的种子", "Seed of the draws"),
)
@click.option(
    "--draws",
    type=click.IntRange(0, MOST_DRAWS),
    default=DRAWS,
    show_default=True,
    help=say("重复抽样次数，0 为不做", "Draws of the resampling; 0 for none"),
)
@click.option("--title", help=say("报告抬头：本轮评议的名称", "Head of the report: the round"))
@click.option("--unit", help=say("报告抬头：组织单位", "Head of the report: who holds it"))
@click.option("--period", help=say("报告抬头：评议期间", "Head of the report: the period"))
@click.option(
    "--filing",
    help=say("报告抬头：依据文号或备案号", "Head of the report: document or filing number"),
)
@format_option
def score(
    scheme: str,
    targets: Path,
    rolls: Path | None,
    ballots: tuple[Path, ...],
    tallies: Path | None,
    figures: Path | None,
    events: Path | None,
    rulings: Path | None,
    priors: tuple[str, ...],
    out: Path | None,
    force: bool,
    seed: int,
    draws: int,
    style: str,
    to: Path | None,
    **head_words: str | None,
) -> None:
    head = Head.of(head_words)
    loaded = load_reference(scheme)
    tables = RoundTables(
        targets=targets,
        rolls=rolls,
        ballots=tuple(BallotSource(path) for path in ballots),
        tallies=tallies,
        figures=figures,
        events=events,
        rulings=rulings,
        priors=dict(_prior(text) for text in priors),
    )
    if out is not None:
        check_folder(out, force)
    with progress_bar() as progress:
        scored = score_round(loaded, tables, ValidityPlan(seed, draws), progress, LANGUAGE, head)
    grid = result_grid(loaded.scheme, scored, head)
    if out is not None:
        write_result(scored, grid, out, force=force)
    show(grid, scored.result, style, to)
    report_end(scored, out, style)


def check_folder(out: Path, force: bool) -> None:
    """A folder can be written, and is empty or holds an earlier result (see ``write_result``)."""
    if out.is_dir() and any(out.iterdir()) and not (out / MANIFEST).is_file() and not force:
        raise BadInput(Problem.of("out_not_empty", name=out))
    # Everything is written beside the folder first (see ``write_result``), then moved into it.
    for folder in (out.parent, out):
        check_writable(next(path for path in (folder, *folder.resolve().parents) if path.exists()))


def write_result(scored: Scored, grid: Grid, out: Path, *, force: bool) -> None:
    """The bundle's members, and the table of scores as CSV and XLSX beside them.

    Another result in the folder is written over only with ``force``. Everything is written beside
    the folder first, so that a full disk leaves an earlier result as it was.
    """
    earlier = out / MANIFEST
    if earlier.is_file() and not force and digest_of(earlier.read_bytes()) != scored.digest:
        digest = digest_of(earlier.read_bytes())
        raise BadInput(Problem.of("result_there", Place(file=str(out)), digest=digest))
    out.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as scratch:
        new = Path(scratch)
        write_folder(scored.members, new)
        (new / "scores.csv").write_bytes(csv_bytes(grid))
        write_xlsx(grid, new / "scores.xlsx")
        for name in read_members(out) if earlier.is_file() else ():
            (out / name).unlink()
        for path in sorted(path for path in new.rglob("*") if path.is_file()):
            target = out / path.relative_to(new)
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)


def report_end(scored: Scored, out: Path | None, style: str) -> None:
    """What to read next; on the error stream, so that output stays clean."""
    if style != "table":
        return
    for warning in (*scored.notes, *scored.executed.warnings):
        click.echo(say("说明：", "Note: ") + warning.text(LANGUAGE), err=True)
    if out is not None:
        click.echo(say("报告：", "Report: ") + str(out / "report.html"))
        click.echo(say("结果包摘要：", "Digest of the bundle: ") + scored.digest)


def result_grid(scheme: Scheme, scored: Scored, head: Head | None = None) -> Grid:
    """The table of scores, group by group, by rank; in a workbook with head and exact scores."""
    frame = scored.executed.evaluation.frame
    headings = [
        say("编码", "Code"),
        say("评议对象", "Target"),
        say("组别", "Group"),
        say("得分", "Score"),
        say("等次", "Grade"),
        say("位次", "Rank"),
        say("奖项", "Awards"),
    ]
    ordered = sorted(scored.result["results"], key=_order)
    rows = [
        [
            row["target"],
            row["title"],
            frame.group_title(tuple(row["peer_group"])),
            row["score"],
            row["grade"],
            row["rank"],
            "、".join(scheme.awards[key].title for key in row["awards"]),
        ]
        for row in ordered
    ]
    kept = [
        i for i in range(len(headings)) if i < 2 or any(row[i] not in ("", None) for row in rows)
    ]
    numeric = frozenset(kept.index(i) for i in (3, 5) if i in kept)
    cut = [[row[i] for i in kept] for row in rows]
    exact = (say("精确得分", "Exact score"), [row["exact"] for row in ordered])
    return Grid(
        (head and head.title) or scheme.title,
        [headings[i] for i in kept],
        cut,
        numeric,
        subtitle=_head_lines(head or Head()),
        workbook_only=[exact],
    )


def _head_lines(head: Head) -> list[str]:
    names = {
        "unit": say("组织单位：", "Held by: "),
        "period": say("评议期间：", "Period: "),
        "filing": say("依据文号、备案号：", "Document or filing number: "),
    }
    return [names[key] + text for key, text in head.given().items() if key in names]


def _order(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["peer_group"], row["rank"] is None, row["rank"] or 0


def _prior(text: str) -> tuple[str, Path]:
    name, sign, path = text.partition("=")
    if not sign or not name or not path:
        raise BadInput(Problem.of("argument", detail=f"--prior {text}"))
    return name, Path(path)
