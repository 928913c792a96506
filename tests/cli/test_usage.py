"""What is said of a misused command and of failures: in Chinese, early, and without tracebacks."""

from __future__ import annotations

import csv
import errno
import re
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from pingyi.cli import pack, score
from pingyi.cli.main import main
from pingyi.engine.details import reason, yaml_reason
from pingyi.engine.errors import BadScheme
from pingyi.engine.grammar.load import load_scheme


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


LONG = 180
"""Seconds after which a program hangs: no measure of how quick it is."""
"""Seconds after which somebody presses again."""
INVENT = ["simulate", "x", "--out", "y", "--targets"]


@pytest.mark.parametrize(
    ("words", "wants"),
    [
        (["score"], "缺少参数 SCHEME"),
        (["score", "x"], "缺少选项 --targets"),
        (["scor"], "没有命令“scor”"),
        (["score", "x", "--targetz", "3"], "没有选项 --targetz，是不是 --targets"),
        (["score", "x", "--targets"], "选项 --targets 后面缺少值"),
        (["explain", "/nope", "--target", "1"], "参数 RESULT 的值“/nope”不对：文件或目录不存在"),
        ([*INVENT, "0"], "选项 --targets 的值不对，应为整数，不小于 1，不大于 100000"),
        ([*INVENT, "abc"], "选项 --targets 的值“abc”不对，应为整数"),
        (["pack", "list", "--format", "pdf"], "选项 --format 的值“pdf”不在可选值内：table、json"),
        (["verify", "/", "more"], "多余的参数：more"),
        (["score", "x", "--targets", "/"], "选项 --targets 的值“/”不对：这是目录，不是文件"),
        (["pack", "list", "--format", "xlsx"], "xlsx 需要 --to 文件"),
        (["pack", "list", "--to", "x.pdf"], "--to 的文件须是"),
    ],
)  # fmt: skip
def test_misuse_is_told_in_chinese(words: list[str], wants: str) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert f"参数错误：{wants}" in result.stderr
    assert not re.search("Error|Usage|Try|Invalid|does not", result.stderr)


def test_without_a_command_there_is_help() -> None:
    result = run()
    assert result.exit_code == 2
    assert "verify" in result.output
    assert "参数错误" not in result.output


@pytest.mark.parametrize(
    ("number", "wants"),
    [
        (errno.ENOENT, "文件或目录不存在"),
        (errno.EACCES, "没有权限"),
        (errno.ENOSPC, "磁盘空间不足"),
        (errno.EISDIR, "这是目录，不是文件"),
        (errno.EROFS, "磁盘是只读的"),
    ],
)
def test_failures_of_the_system_are_told_in_chinese(
    number: int, wants: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(number, "in English", "/some/file")

    monkeypatch.setattr(pack, "all_packs", fail)
    result = run("pack", "list")
    assert result.exit_code == 2
    assert result.stderr == f"/some/file：{wants}\n"


def test_libraries_are_put_into_words() -> None:
    assert reason(csv.Error("unexpected end of data")).zh == "引号没有闭合，文件到此结束"
    assert reason(zipfile.BadZipFile("File is not a zip file")).zh == "不是完整的 ZIP 文件"
    assert reason(ValueError("anything")).zh == "内容与文件类型不符，或文件不完整"
    assert reason(ValueError("anything")).en == "anything"
    assert yaml_reason("something new").zh == "写法不合 YAML 规则"


@pytest.mark.parametrize(
    "text",
    [
        "a: b: c",
        "a: 'x",
        "a: [1, 2",
        "a: 1\n b: 2",
        "a\nb: 1",
        "a: @x",
        "\ta: 1",
        "- a\nb: 1",
        "a: }",
    ],
)
def test_faults_of_yaml_are_told_in_chinese(text: str) -> None:
    with pytest.raises(BadScheme) as caught:
        load_scheme(text)
    told = caught.value.problems[0].text("zh").removeprefix("第 1 行：").removeprefix("第 2 行：")
    assert told.startswith("YAML 语法错误：") or caught.value.problems[0].code != "yaml_syntax"
    assert not re.search("[a-z]{3,}", told.replace("YAML", "")), told


# -- before the run ----------------------------------------------------------------------------


@pytest.fixture
def no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def run_score(*_: object) -> None:
        raise AssertionError("the round was scored before the fault was told")

    monkeypatch.setattr(score, "score_round", run_score)


SCORE = ["score", "pack:jiaozuo-team-review", "--targets", "t.csv"]


@pytest.mark.usefixtures("no_run")
def test_an_xlsx_without_a_file_is_told_before_the_run() -> None:
    result = run(*SCORE, "--format", "xlsx")
    assert (result.exit_code, "xlsx 需要 --to 文件" in result.stderr) == (2, True)


@pytest.mark.usefixtures("no_run")
@pytest.mark.parametrize("option", ["--out", "--to"])
def test_what_cannot_be_written_is_told_before_the_run(option: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    result = run(*SCORE, option, tmp_path / "file" / "inner.csv")
    assert result.exit_code == 2
    assert "这里不能写入：路径中有一段不是目录" in result.stderr


# -- what nobody foresaw -----------------------------------------------------------------------


def test_an_unforeseen_fault_is_70_and_short(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(pack, "all_packs", fail)
    monkeypatch.delenv("PINGYI_DEBUG", raising=False)
    result = run("pack", "list")
    assert result.exit_code == 70
    assert "ZeroDivisionError" in result.stderr
    assert "发给系统维护人员" in result.stderr
    assert "Traceback" not in result.stderr
    monkeypatch.setenv("PINGYI_DEBUG", "1")
    again = run("pack", "list")
    assert (again.exit_code, "Traceback" in again.stderr) == (70, True)


def test_an_abort_is_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(pack, "all_packs", stop)
    result = run("pack", "list")
    assert (result.exit_code, result.stderr.strip()) == (130, "已中断。")


def test_an_interrupt_of_the_real_program_is_130(tmp_path: Path) -> None:
    words = ["simulate", "pack:jiaozuo-team-review", "--ballots", "5000000", "--out", str(tmp_path)]
    # Whatever a shell runs in the background has interrupts ignored, and so has what it starts.
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    running = subprocess.Popen(
        [sys.executable, "-m", "pingyi.cli.main", *words], stderr=subprocess.PIPE
    )
    signal.signal(signal.SIGINT, before)
    deadline = time.monotonic() + LONG
    while not list(tmp_path.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    try:
        told = running.communicate(timeout=LONG)[1]
    finally:
        running.kill()
    assert running.returncode == 130
    assert b"Traceback" not in told


def test_the_program_is_a_group_of_click() -> None:
    """In another program's hands errors stay what they are."""
    with pytest.raises(click.UsageError):
        main.main(["scor"], standalone_mode=False)
