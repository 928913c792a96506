"""``pingyi explain``: why a score is what it is."""

from __future__ import annotations

import json
from pathlib import Path

import click

from pingyi.cli.printing import check_writable
from pingyi.cli.words import LANGUAGE, say
from pingyi.engine.bundle.folder import read_members
from pingyi.engine.bundle.verify import executed_again
from pingyi.engine.explain.render import as_html, as_text
from pingyi.engine.explain.tree import Explainer


@click.command(
    help=say(
        "解释一个得分：RESULT 是 pingyi score 写出的目录、其中的 result.json，或结果包文件。",
        "Explain a score. RESULT: a folder written by pingyi score, its result.json, or a bundle.",
    )
)
@click.argument("result", type=click.Path(exists=True, path_type=Path))
@click.option("--target", required=True, help=say("评议对象编码", "Code of the target"))
@click.option("--node", help=say("只解释这一计分项", "Explain only this node"))
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "html"]),
    default="text",
    show_default=True,
    help=say("输出格式", "Output format"),
)
@click.option(
    "--to",
    type=click.Path(dir_okay=False, path_type=Path),
    help=say("写入此文件", "Write to this file"),
)
def explain(result: Path, target: str, node: str | None, style: str, to: Path | None) -> None:
    if to is not None:
        check_writable(to.parent)
    path = result.parent if result.name == "result.json" else result
    _, executed = executed_again(read_members(path))
    explained = Explainer(executed.evaluation, LANGUAGE).explain(target, node)
    if style == "json":
        text = json.dumps(explained.as_json(), ensure_ascii=False, indent=1) + "\n"
    elif style == "html":
        text = as_html(explained, LANGUAGE)
    else:
        text = as_text(explained, LANGUAGE)
    if to is not None:
        to.write_text(text, encoding="utf-8")
        click.echo(str(to))
    else:
        click.echo(text, nl=False)
