"""Tables, JSON and progress on the terminal; tables as CSV and XLSX files."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import click

from pingyi.cli.words import LANGUAGE, say
from pingyi.engine.details import reason
from pingyi.engine.errors import BadInput, PingyiError, Place, Problem
from pingyi.engine.tables.export import Grid, csv_bytes, write_xlsx

FORMATS = ("table", "json", "csv", "xlsx")
WIDTH = 160


def format_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--format table|json|csv|xlsx`` and ``--to`` for the file of an xlsx."""

    @wraps(function)
    def checked(*words: Any, **options: Any) -> Any:
        # Before the run: a long one should not end at a wrong file name.
        check_output(options["style"], options["to"])
        return function(*words, **options)

    with_file = click.option(
        "--to",
        type=click.Path(dir_okay=False, path_type=Path),
        help=say(
            "把表格写入此文件（xlsx 必须给出）", "Write the table to this file (needed for xlsx)"
        ),
    )(checked)
    return click.option(
        "--format",
        "style",
        type=click.Choice(FORMATS),
        default="table",
        show_default=True,
        help=say("输出格式", "Output format"),
    )(with_file)


def check_output(style: str, to: Path | None) -> None:
    """What ``show`` is asked for can be done."""
    if style == "table" and to is not None and to.suffix.lower().lstrip(".") not in FORMATS[1:]:
        raise click.UsageError(
            say("--to 的文件须是 .csv、.xlsx 或 .json", "--to: .csv, .xlsx or .json")
        )
    if style == "xlsx" and to is None:
        raise click.UsageError(say("xlsx 需要 --to 文件", "xlsx needs --to FILE"))
    if to is not None:
        check_writable(to.parent)


def check_writable(folder: Path) -> None:
    """A folder that is there takes files. Permissions alone don't say so: the disk may be read-only
    or full."""
    try:
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        place = Place(file=str(folder))
        raise BadInput(Problem.of("cannot_write", place, detail=reason(error))) from error


def show(grid: Grid, data: object, style: str, to: Path | None = None) -> None:
    """Print a grid, or ``data`` as JSON, or write a file; without a format its ending decides."""
    if style == "table" and to is not None:
        style = to.suffix.lower().lstrip(".")
    if style == "xlsx" and to is not None:
        write_xlsx(grid, to)
        click.echo(str(to))
    elif style == "csv":
        raw = csv_bytes(grid)
        if to is not None:
            to.write_bytes(raw)
        else:
            sys.stdout.buffer.write(raw)
            sys.stdout.flush()
    elif style == "json":
        text = json.dumps(data, ensure_ascii=False, indent=1)
        if to is not None:
            to.write_text(text + "\n", encoding="utf-8")
        else:
            click.echo(text)
    else:
        print_table(grid)


def print_table(grid: Grid) -> None:
    from rich.console import Console  # noqa: PLC0415 - only where a table is printed
    from rich.table import Table  # noqa: PLC0415

    table = Table(title=grid.title or None, title_justify="left", header_style="bold")
    for i, heading in enumerate(grid.headings):
        table.add_column(heading, justify="right" if i in grid.numeric else "left", overflow="fold")
    for row in grid.rows:
        table.add_row(*["—" if cell is None else str(cell) for cell in row])
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console.width = WIDTH  # a file or a pipe is wider than a terminal
    console.print(table)


def print_error(error: PingyiError, style: str = "table") -> None:
    """All problems on the error stream; as JSON on standard output where JSON was asked for."""
    if style == "json":
        problems = [problem.as_json(LANGUAGE) for problem in error.problems]
        click.echo(json.dumps({"problems": problems}, ensure_ascii=False, indent=1))
        return
    number = len(error.problems)
    title = say("有 {} 处问题：", "{} problem(s):").format(number)
    click.echo(title, err=True)
    for problem in error.problems:
        click.echo(f"  {problem.text(LANGUAGE)}", err=True)


STAGES = {
    "count": ("计票", "Counting"),
    "validity": ("有效性分析", "Validity"),
    "simulate": ("生成", "Inventing"),
    "cases": ("验算用例", "Cases"),
}


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int | None], None]]:
    """A bar per stage on the error stream, where that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda stage, done, whole: None
        return
    from rich.console import Console  # noqa: PLC0415 - only where a bar is shown
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        Progress,
        TaskID,
        TextColumn,
        TimeRemainingColumn,
    )

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f}"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    tasks: dict[str, TaskID] = {}

    def report(stage: str, done: int, whole: int | None) -> None:
        if stage not in tasks:
            tasks[stage] = bar.add_task(say(*STAGES[stage]), total=whole)
        bar.update(tasks[stage], completed=done, total=whole)

    with bar:
        yield report
