"""``pingyi poll``: keys made offline, and their recovery rehearsed without a share on the line."""

from __future__ import annotations

import json
import re
from itertools import combinations
from pathlib import Path

import pytest
from click.testing import CliRunner

from pingyi.cli.poll import poll
from pingyi.engine.errors import CheckFailed

REQUEST = {
    "format": "pingyi key request 1",
    "poll": "abc234",
    "title": "2026 年度述职评议",
    "held": "split",
    "items": [{"number": 1, "title": "一"}, {"number": 2, "title": "二"}],
}


@pytest.fixture
def made(tmp_path: Path) -> Path:
    request = tmp_path / "request.json"
    request.write_text(json.dumps(REQUEST), encoding="utf-8")
    folder = tmp_path / "keys"
    done = CliRunner().invoke(poll, ["keys", str(request), "--out", str(folder)])
    assert done.exit_code == 0, done.output
    return folder


def share(folder: Path, number: int) -> str:
    """As its keeper reads it from paper."""
    text = (folder / f"share-{number}.txt").read_text(encoding="utf-8")
    return " ".join(re.findall(r"^ +(.*)$", text, re.M))


def recover(folder: Path, *files: str, typed: str = "") -> str:
    done = CliRunner().invoke(
        poll, ["recover", str(folder / "keys.json"), *files], input=typed, catch_exceptions=False
    )
    assert done.exit_code == 0, done.output
    return done.output


def test_shares_are_asked_for_and_not_shown(made: Path) -> None:
    for one, two in combinations((1, 2, 3), 2):
        output = recover(made, typed=f"{share(made, one)}\n{share(made, two)}\n")
        assert "可打开 2 个场次" in output
        assert share(made, one)[:9] not in output


def test_shares_come_from_files_or_the_standard_input(made: Path) -> None:
    first, third = str(made / "share-1.txt"), str(made / "share-3.txt")
    assert "可打开 2 个场次" in recover(made, first, third)
    assert "可打开 2 个场次" in recover(made, "-", typed=f"{share(made, 2)}\n{share(made, 3)}\n")
    assert "可打开 2 个场次" in recover(made, first, "-", typed=Path(third).read_text("utf-8"))


def test_wrong_shares_are_refused(made: Path) -> None:
    first = str(made / "share-1.txt")
    with pytest.raises(CheckFailed):
        recover(made, first)
    with pytest.raises(CheckFailed):
        recover(made, first, first)
    swapped = share(made, 2)[::-1]
    with pytest.raises(CheckFailed):
        recover(made, first, "-", typed=swapped)


def test_a_share_is_no_argument(made: Path) -> None:
    done = CliRunner().invoke(poll, ["recover", str(made / "keys.json"), "--share", share(made, 1)])
    assert done.exit_code == 2
    assert "--share" in done.output
