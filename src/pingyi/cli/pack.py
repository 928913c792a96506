"""``pingyi pack``: the practice packs that ship with the program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from pingyi.cli.printing import format_option, progress_bar, show
from pingyi.cli.words import LANGUAGE, say
from pingyi.engine.cases import CaseReport, pack_cases, run_case
from pingyi.engine.packs import PackFolder, all_packs, find_pack
from pingyi.engine.tables.export import Grid


@click.group(help=say("制度包", "Practice packs"))
def pack() -> None:
    """The group."""


@pack.command("list", help=say("列出全部制度包", "List all packs"))
@format_option
def list_packs(style: str, to: Path | None) -> None:
    packs = [folder.pack for folder in all_packs()]
    headings = [
        say("包名", "Pack"),
        say("名称", "Title"),
        say("方案", "Schemes"),
        say("预设", "Presets"),
    ]
    rows = [[p.key, p.title, _listed(p.schemes), _listed(p.presets)] for p in packs]
    data = [
        {
            "key": p.key,
            "title": p.title,
            "basis": p.basis.text(),
            "practices": list(p.practices),
            "schemes": {key: scheme.title for key, scheme in p.schemes.items()},
            "presets": {key: preset.title for key, preset in p.presets.items()},
        }
        for p in packs
    ]
    show(Grid(say("制度包", "Practice packs"), headings, rows), data, style, to)


@pack.command(
    "show", help=say("显示制度包的说明，或其方案", "Show the page of a pack, or a scheme")
)
@click.argument("name")
@click.option("--scheme", help=say("显示这一方案的 YAML", "Show this scheme as YAML"))
@click.option("--preset", help=say("用此预设的参数", "With the parameters of this preset"))
def show_pack(name: str, scheme: str | None, preset: str | None) -> None:
    folder = find_pack(name)
    if scheme is None and preset is None:
        click.echo(folder.page)
    else:
        click.echo(folder.scheme(scheme, preset).text)


@pack.command(
    "check", help=say("检查制度包的全部方案和预设", "Check all schemes and presets of packs")
)
@click.argument("names", nargs=-1)
def check(names: tuple[str, ...]) -> None:
    for folder in _chosen(names):
        for scheme in folder.pack.schemes:
            for preset in folder.pack.presets:
                loaded = folder.scheme(scheme, preset)
                click.echo(f"{folder.pack.key}/{scheme}@{preset}  {loaded.digest}")
        number = len(list(pack_cases(folder)))
        click.echo(say(f"{folder.pack.key}：{number} 个用例", f"{folder.pack.key}: {number} cases"))


@pack.command("cases", help=say("运行制度包的验算用例", "Run the worked cases of packs"))
@click.argument("names", nargs=-1)
@format_option
def cases(names: tuple[str, ...], style: str, to: Path | None) -> None:
    reports = list(_reports(_chosen(names)))
    headings = [say("包", "Pack"), say("用例", "Case"), say("内容", "Title"), say("结果", "Result")]
    rows = []
    for report in reports:
        told = "；".join(problem.text(LANGUAGE) for problem in report.differences)
        rows.append(
            [report.pack, report.case.case, report.case.title, told or say("相符", "holds")]
        )
    data = [
        {
            "pack": report.pack,
            "case": report.case.case,
            "title": report.case.title,
            "origin": report.case.origin.value,
            "differences": [problem.as_json(LANGUAGE) for problem in report.differences],
        }
        for report in reports
    ]
    show(Grid(say("验算用例", "Worked cases"), headings, rows), data, style, to)
    failed = sum(bool(report.differences) for report in reports)
    if style == "table":
        click.echo(
            say(
                f"{len(reports) - failed} 个相符，{failed} 个不符",
                f"{len(reports) - failed} hold, {failed} differ",
            )
        )
    if failed:
        raise SystemExit(1)


def _chosen(names: tuple[str, ...]) -> list[PackFolder]:
    return [find_pack(name) for name in names] if names else list(all_packs())


def _reports(folders: list[PackFolder]) -> Iterator[CaseReport]:
    every = [(folder, case) for folder in folders for case in pack_cases(folder)]
    with progress_bar() as progress:
        for done, (folder, case) in enumerate(every, 1):
            scheme = folder.scheme(case.scheme, case.preset)
            yield CaseReport(folder.pack.key, case, tuple(run_case(case, scheme)))
            progress("cases", done, len(every))


def _listed(names: Iterable[str], most: int = 4) -> str:
    """The names, or the first ones and how many there are."""
    names = list(names)
    if len(names) <= most:
        return "、".join(names)
    return "、".join(names[:most]) + say(f" 等 {len(names)} 个", f" … ({len(names)})")
