"""``pingyi docs``: writes the generated reference pages, or checks that they are current."""

from __future__ import annotations

from pathlib import Path

import click

from pingyi.cli.reference import reference_pages
from pingyi.cli.words import say
from pingyi.engine.errors import CheckFailed, Place, Problem


@click.command(
    hidden=True,
    help=say(
        "生成或核对参考文档", "Write the generated reference pages, or check that they are current"
    ),
)
@click.option("--check", is_flag=True, help=say("只核对", "Only check"))
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("docs/reference"),
    show_default=True,
    help=say("文档目录", "Folder of the pages"),
)
def docs(check: bool, folder: Path) -> None:
    stale = []
    for name, text in reference_pages().items():
        path = folder / name
        if check:
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                stale.append(Problem.of("docs_stale", Place(file=str(path))))
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            click.echo(str(path))
    if stale:
        raise CheckFailed(stale)
