"""``pingyi scheme``: check, digest, schema, diff."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click

from pingyi.cli.arguments import load_reference
from pingyi.cli.printing import format_option, show
from pingyi.cli.words import say
from pingyi.engine.grammar.differences import differences
from pingyi.engine.grammar.schema import json_schema
from pingyi.engine.tables.export import Grid
from pingyi.engine.tables.templates import write_templates


@click.group(help=say("计分方案", "Schemes"))
def scheme() -> None:
    """The group."""


@scheme.command(help=say("检查方案，报告全部问题", "Check schemes and tell every problem"))
@click.argument("references", metavar="SCHEME...", nargs=-1, required=True)
def check(references: tuple[str, ...]) -> None:
    for reference in references:
        loaded = load_reference(reference)
        number = len(loaded.scheme.nodes)
        click.echo(
            say(
                f"{reference}：无误。“{loaded.scheme.title}”，{number} 个计分项",
                f"{reference}: no problems. “{loaded.scheme.title}”, {number} nodes",
            )
        )


@scheme.command(help=say("方案的摘要（SHA-256）", "Digest (SHA-256) of a scheme"))
@click.argument("reference", metavar="SCHEME")
def digest(reference: str) -> None:
    click.echo(load_reference(reference).digest)


@scheme.command(
    help=say("方案语法的 JSON Schema，供编辑器使用", "JSON Schema of the grammar, for editors")
)
def schema() -> None:
    click.echo(json.dumps(json_schema(), ensure_ascii=False, indent=1))


@scheme.command(help=say("比较两个方案", "Compare two schemes"))
@click.argument("old")
@click.argument("new")
@format_option
def diff(old: str, new: str, style: str, to: Path | None) -> None:
    found = list(differences(load_reference(old).document.data, load_reference(new).document.data))
    headings = [say("位置", "Where"), say("旧", "Old"), say("新", "New")]
    data = [{"path": path, "old": before, "new": after} for path, before, after in found]
    if not found and style == "table":
        click.echo(say("两个方案相同", "The schemes are the same"))
        return
    show(Grid(say("差异", "Differences"), headings, list(_rows(found))), data, style, to)


def _rows(found: list[tuple[str, str | None, str | None]]) -> Iterator[list[str | None]]:
    for path, before, after in found:
        yield [path, before, after]


@scheme.command(
    help=say(
        "写出方案所需各表的空白 XLSX 模板（带下拉选项和说明）",
        "Write empty XLSX templates of the scheme's tables, with drop-downs and notes",
    )
)
@click.argument("reference", metavar="SCHEME")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help=say("写入此目录", "Write into this folder"),
)
@click.option("--force", is_flag=True, help=say("覆盖已有文件", "Write over existing files"))
def templates(reference: str, out: Path, force: bool) -> None:
    for path in write_templates(load_reference(reference).scheme, out, force=force):
        click.echo(str(path))
