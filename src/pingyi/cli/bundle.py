"""``pingyi bundle`` and ``pingyi verify``."""

from __future__ import annotations

from pathlib import Path

import click

from pingyi.cli.printing import check_writable
from pingyi.cli.words import say
from pingyi.engine.bundle.folder import MANIFEST, digest_of, pack, read_members
from pingyi.engine.bundle.partial import Trust, trust_of
from pingyi.engine.bundle.verify import verify_bundle
from pingyi.engine.errors import BadInput, Place, Problem

_PATH = click.Path(exists=True, path_type=Path)


@click.command(
    help=say(
        "把 pingyi score 写出的目录打成一个结果包文件（先复算核对）。",
        "Pack a folder written by pingyi score into one file (after recomputing it).",
    )
)
@click.argument("result", type=_PATH)
@click.option(
    "--to",
    type=click.Path(dir_okay=False, path_type=Path),
    help=say("结果包文件，默认为目录名加 .zip", "The file; by default the folder's name with .zip"),
)
@click.option("--force", is_flag=True, help=say("覆盖已有的另一个包", "Write over another bundle"))
def bundle(result: Path, to: Path | None, force: bool) -> None:
    folder = result.parent if result.name == "result.json" else result
    target = to or folder.with_name(folder.resolve().name + ".zip")
    check_writable(target.parent)
    verify_bundle(folder)
    members = read_members(folder)
    packed = pack(members)
    if target.exists() and not force and target.read_bytes() != packed:
        raise BadInput(Problem.of("bundle_there", Place(file=str(target))))
    target.write_bytes(packed)
    click.echo(say("结果包：", "Bundle: ") + str(target))
    click.echo(say("摘要：", "Digest: ") + digest_of(members[MANIFEST]))


@click.command(
    help=say(
        "离线复算结果包，逐字节核对。BUNDLE 是结果包文件或目录。",
        "Recompute a bundle offline and compare every byte. BUNDLE is a file or a folder.",
    )
)
@click.argument("path", metavar="BUNDLE", type=_PATH)
@click.option(
    "--digest",
    help=say(
        "签字报告上印的结果包摘要；不给出就不能发现整包重写",
        "The digest printed on the signed report; without it a rewritten bundle passes",
    ),
)
def verify(path: Path, digest: str | None) -> None:
    found = verify_bundle(path, digest)
    click.echo(say("核对无误。摘要：", "Verified. Digest: ") + found)
    trust = trust_of(read_members(path))
    if trust is not None:
        _tell_trust(trust)
    if digest is None:
        click.echo(
            say(
                "未给出 --digest：请与签字报告上印的摘要比对。",
                "No --digest was given: compare with the one printed on the signed report.",
            )
        )


def _tell_trust(trust: Trust) -> None:
    """How far a public bundle was recomputed, and what had to be believed."""
    click.echo(
        say("这是公开结果包，票数少的部分不公开。", "A public bundle: small cells are withheld.")
    )
    click.echo(
        say(
            f"重新算出：由公开票数算起 {trust.counted} 项；"
            f"{trust.targets - trust.scores} 个对象的得分，{trust.targets} 个对象的等次和名次。",
            f"Recomputed: {trust.counted} values from counts; the scores of "
            f"{trust.targets - trust.scores} targets, the grades and ranks of {trust.targets}.",
        )
    )
    click.echo(
        say(
            f"取信于公布单位：起算分值 {trust.values} 项；{trust.scores} 个对象的得分。",
            f"Taken on trust: {trust.values} values that others start from; "
            f"the scores of {trust.scores} targets.",
        )
    )
