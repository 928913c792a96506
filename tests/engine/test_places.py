"""Messages name where a thing came from: file, row, and the heading as it is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.engine.hall import BALLOTS, CHINESE, ROLLS, SCHEME, TARGETS, round_tables, score

from pingyi.engine.errors import BadInput, Blocked, PingyiError
from pingyi.engine.rounds import RoundTables

QUORUM = SCHEME.replace(
    "    classes: [leaders, delegates]\nnodes:",
    "    classes: [leaders, delegates]\n    quorum: {title: 法定, basis: 某办法, count: present, "
    "of: expected, least: 2/3, otherwise: block}\nnodes:",
)
BLOCK = SCHEME.replace("    op: linear\n", "    op: linear\n    empty: block\n")


def told(kind: type[PingyiError], tables: RoundTables, scheme: str = SCHEME) -> list[str]:
    with pytest.raises(kind) as caught:
        score(tables, scheme)
    return [problem.text("zh") for problem in caught.value.problems]


def test_more_returned_names_the_row_of_the_rolls_and_the_ballots(tmp_path: Path) -> None:
    rolls = [ROLLS[0], ["hall", "leaders", "form", "1"], ["hall", "delegates", "form", "1"]]
    (text,) = told(Blocked, round_tables(tmp_path, rolls=rolls))
    assert text.startswith(
        "rolls.csv 第 2 行：“现场测评”（领导，测评表）收回 2 张，多于发出的 1 张"
    )
    assert text.endswith("（另见 ballots.csv）")


def test_a_missed_quorum_names_the_row_of_the_rolls(tmp_path: Path) -> None:
    rolls = [
        ["input", "rater_class", "paper", "issued", "expected", "present"],
        ["hall", "leaders", "form", "3", "3", "2"],
        ["hall", "delegates", "form", "1", "3", "1"],
    ]
    (text,) = told(Blocked, round_tables(tmp_path, rolls=rolls), QUORUM)
    assert text.startswith("rolls.csv 第 3 行：")
    assert "代表" in text
    assert "1/3" in text


def test_an_unknown_quorum_names_the_ballots_where_there_are_no_rolls(tmp_path: Path) -> None:
    texts = told(Blocked, round_tables(tmp_path), QUORUM)
    assert len(texts) == 2
    assert all(text.startswith("ballots.csv：") for text in texts)


def test_a_class_without_ballots_names_file_and_roll(tmp_path: Path) -> None:
    ballots = [row for row in BALLOTS if row[1] != "delegates"]
    (text,) = told(Blocked, round_tables(tmp_path, ballots=ballots, rolls=ROLLS), BLOCK)
    assert text.startswith("ballots.csv：“财政局”在“现场测评”没有代表的有效票")
    assert text.endswith("（另见 rolls.csv 第 3 行）")


def test_without_any_ballots_the_row_of_the_target_is_named(tmp_path: Path) -> None:
    (text,) = told(Blocked, round_tables(tmp_path, ballots=None), BLOCK)
    assert text.startswith("targets.csv 第 2 行：")


def test_json_gives_all_places(tmp_path: Path) -> None:
    rolls = [ROLLS[0], ["hall", "leaders", "form", "1"], ["hall", "delegates", "form", "1"]]
    with pytest.raises(Blocked) as caught:
        score(round_tables(tmp_path, rolls=rolls))
    told_json = caught.value.problems[0].as_json()
    assert told_json["place"] == {"file": "rolls.csv", "row": 2}
    assert told_json["also"] == [{"file": "ballots.csv"}]


def test_a_dimension_is_named_by_the_heading_of_the_file(tmp_path: Path) -> None:
    wrong = [*BALLOTS[1][:5], 101, 80]
    texts = told(BadInput, round_tables(tmp_path, ballots=[CHINESE, wrong, *BALLOTS[2:]]))
    assert texts == [
        "ballots.csv 第 2 行 “工作实绩”列：分值“101”不在测评表的选项内。可用：0–100 (1)。"
    ]


def test_a_heading_is_named_as_it_is_written(tmp_path: Path) -> None:
    targets = [["编码", "名称"], *TARGETS[1:], ["0104", ""]]
    (text,) = told(BadInput, round_tables(tmp_path, targets=targets))
    assert text.startswith("targets.csv 第 5 行 “名称”列：")


def test_allowed_names_are_titles(tmp_path: Path) -> None:
    rolls = [ROLLS[0], ["hall", "领导", "别的表", "3"]]
    (text,) = told(BadInput, round_tables(tmp_path, rolls=rolls))
    assert "可用：测评表" in text
    two = SCHEME.replace(
        "  delegates: {title: 代表}", "  delegates: {title: 代表}\n  x: {title: 群众}"
    )
    row = ["hall", "x", "form", "L1", "0101", 90, 80]
    (text,) = told(BadInput, round_tables(tmp_path, ballots=[BALLOTS[0], row]), two)
    assert "可用：领导、代表、测评表" in text


def test_a_missing_dimension_is_proposed_by_title(tmp_path: Path) -> None:
    ballots = [[*BALLOTS[0][:6], "作风"], *BALLOTS[1:]]
    texts = told(BadInput, round_tables(tmp_path, ballots=ballots))
    assert "不认识的列“作风”" in texts[0]
    assert "作风建设" in texts[0]
    assert "style" not in texts[0]


# -- one run tells of all tables ---------------------------------------------------------------


def test_problems_of_small_tables_and_ballots_are_told_in_one_run(tmp_path: Path) -> None:
    tables = round_tables(
        tmp_path,
        targets=[*TARGETS, ["0101", "重复"], ["0104", ""]],
        rolls=[ROLLS[0], ["hall", "群众", "form", "3"]],
        ballots=[
            BALLOTS[0],
            [*BALLOTS[1][:5], 101, 80],
            ["hall", "leaders", "form", "L9", "0999", 1, 1],
        ],
    )
    texts = told(BadInput, tables)
    assert [text.split("：")[0] for text in texts] == [
        "targets.csv 第 5 行 “target”列",
        "targets.csv 第 6 行 “title”列",
        "rolls.csv 第 2 行 “rater_class”列",
        "ballots.csv 第 2 行 “work”列",
        "ballots.csv 第 3 行 “target”列",
    ]


def test_an_unreadable_table_of_targets_hides_no_other(tmp_path: Path) -> None:
    """Codes cannot be checked then, and are not told as unknown; all else is."""
    tables = round_tables(
        tmp_path,
        targets=[["target"], ["0101"]],
        rolls=[ROLLS[0], ["hall", "群众", "form", "3"]],
        ballots=[[*BALLOTS[0][:6], "作风"], *BALLOTS[1:]],
    )
    texts = told(BadInput, tables)
    assert [text.split("：")[0] for text in texts] == [
        "targets.csv 第 1 行", "rolls.csv 第 2 行 “rater_class”列", "ballots.csv 第 1 行",
    ]  # fmt: skip
