"""``pingyi poll``: what is done with a poll away from the site."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, TextIO

import click

from pingyi.cli.words import say
from pingyi.engine.errors import BadInput, CheckFailed, Place, Problem
from pingyi.proofs import keys, receipts, tree


@click.group(
    help=say(
        "投票的离线工具：制作密钥、演练恢复、核对回执。",
        "Offline tools of a poll: make keys, rehearse their recovery, check a receipt.",
    )
)
def poll() -> None:
    """What needs no site: it runs on a computer without a network."""


@poll.command(
    "keys",
    help=say(
        "离线制作密钥：REQUEST 是站点导出的密钥申请。写出密钥文件和三份分片。",
        "Make keys offline: REQUEST is what the site exported. Writes a key file and three shares.",
    ),
)
@click.argument("request", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help=say("写入此目录（须为新目录）", "Write into this folder, which must not exist"),
)
@click.option(
    "--site-held",
    is_flag=True,
    help=say("不分片，由服务器保管（演示、小单位）", "No shares; the site holds the keys"),
)
def make(request: Path, out: Path, site_held: bool) -> None:
    slug, items, title = _read_request(request)
    if out.exists():
        raise BadInput(Problem.of("out_not_empty", name=out))
    file, shares = keys.make_keys(slug, items, split=not site_held)
    out.mkdir(mode=0o700, parents=True)
    _write(out / "keys.json", file.text())
    for number, share in enumerate(shares, start=1):
        _write(out / f"share-{number}.txt", _share_page(title, slug, number, share))
    print_ = keys.fingerprint(file.public)
    click.echo(say("密钥文件：", "Key file: ") + str(out / "keys.json"))
    click.echo(say("公钥指纹：", "Fingerprint of the public keys: ") + print_)
    if shares:
        click.echo(
            say(
                "三份分片已写出：分别打印，交三人保管，然后删除文件。任两份即可开箱，一份不能。",
                "Three shares written: print them, give them to three people, delete the files. "
                "Any two open the box, one doesn't.",
            )
        )


@poll.command(
    "recover",
    help=say(
        "演练恢复：用任意两份分片试开密钥文件，不写任何东西。不带 SHARES 时逐份输入，不显示、不留在"
        "命令历史里；也可给分片文件，或用 - 从标准输入读。",
        "Rehearse recovery: try two shares on a key file; writes nothing. Without SHARES it asks "
        "for them, unseen and kept in no history; or name files of shares, or - for the standard "
        "input.",
    ),
)
@click.argument("key_file", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("shares", nargs=-1, type=click.File(encoding="utf-8"))
def recover(key_file: Path, shares: tuple[TextIO, ...]) -> None:
    given = [share for source in shares for share in _shares_in(source.read())]
    try:
        file = keys.read_key_file(_text(key_file))
        master = keys.join(given if shares else _asked())
        for item in file.private:
            file.private_key(item, master)
    except keys.WrongKey as error:
        raise CheckFailed(
            Problem.of("wrong_key", Place(file=str(key_file)), detail=say(error.zh, error.en))
        ) from None
    number = len(file.private)
    click.echo(say(f"两份分片有效，可打开 {number} 个场次。", f"The shares open {number} items."))


@poll.command(
    "receipt",
    help=say(
        "在本机核对回执：LEAVES 是站点公布的回执文件，不向任何人询问。",
        "Check a receipt at home: LEAVES is the file that the site published. Asks nobody.",
    ),
)
@click.argument("leaves", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("receipt")
def check_receipt(leaves: Path, receipt: str) -> None:
    data = leaves.read_bytes()
    size = tree.LEAF_BYTES
    found = [data[i : i + size] for i in range(0, len(data), size)]
    try:
        leaf = receipts.read_receipt(receipt)
        root = tree.root(found)
    except ValueError:
        raise BadInput(Problem.of("bad_receipt", Place(file=str(leaves)))) from None
    click.echo(say("树根：", "Root: ") + root.hex())
    if not tree.contains(found, leaf):
        raise CheckFailed(Problem.of("receipt_missing", Place(file=str(leaves))))
    click.echo(say(f"回执在册，共 {len(found)} 张。", f"The receipt is among {len(found)}."))


def _asked() -> list[str]:
    """Two shares as their keepers type them. Never as arguments: those stay in the history of the
    shell and are seen in the list of processes."""
    words = (say("第一份分片", "First share"), say("第二份分片", "Second share"))
    return [click.prompt(word, hide_input=True) for word in words]


def _shares_in(text: str) -> list[str]:
    """The shares in a text, as ``keys`` writes them or one a line."""
    lines = [line for line in text.splitlines() if re.fullmatch(r"[\s\d]+", line)]
    groups = "".join(re.sub(r"\s", "", line) for line in lines)
    return [groups[i : i + keys.DIGITS] for i in range(0, len(groups), keys.DIGITS)]


def _read_request(path: Path) -> tuple[str, list[int], str]:
    try:
        data: Any = json.loads(_text(path))
        items = [int(item["number"]) for item in data["items"]]
        slug = str(data["poll"])
        if data["format"] != "pingyi key request 1" or not items or not slug.isalnum():
            raise ValueError
        return slug, items, str(data["title"])
    except (ValueError, KeyError, TypeError):
        raise BadInput(Problem.of("not_key_request", Place(file=str(path)))) from None


def _share_page(title: str, slug: str, number: int, share: str) -> str:
    groups = share.split()
    lines = "\n".join("    " + "  ".join(groups[i : i + 5]) for i in range(0, len(groups), 5))
    return (
        f"{title}（{slug}）\n"
        f"密钥分片 {number} / {keys.SHARES}    Key share {number} of {keys.SHARES}\n\n"
        f"{lines}\n\n"
        "任意两份分片可以开箱，一份不能。请密封保管，开箱后销毁。\n"
        "Any two shares open the box, one does not. Keep sealed; destroy after the opening.\n"
    )


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise BadInput(Problem.of("not_key_request", Place(file=str(path)))) from None
