"""Faults of a scheme that do not hide each other, told in one run and in the reader's language."""

from __future__ import annotations

import re

import pytest
from tests.engine.hall import SCHEME

from pingyi.engine.errors import BadScheme
from pingyi.engine.grammar.load import load_scheme


def told(text: str) -> list[tuple[str, str | None]]:
    with pytest.raises(BadScheme) as caught:
        load_scheme(text, "scheme.yaml")
    return [(problem.code, problem.place.path) for problem in caught.value.problems]


def texts(text: str, language: str = "zh") -> list[str]:
    with pytest.raises(BadScheme) as caught:
        load_scheme(text, "scheme.yaml")
    return [problem.text(language) for problem in caught.value.problems]  # type: ignore[arg-type]


def changed(*pairs: tuple[str, str]) -> str:
    text = SCHEME
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def test_a_misspelt_key_does_not_hide_an_undefined_name() -> None:
    text = changed(
        ("places: 2", "place: 2"),
        ("{node: delegates_score,", "{node: delegate_score,"),
        ("classes: [leaders]", "classes: [leader]"),
    )
    assert told(text) == [
        ("unknown_class", "nodes.leaders_score.classes[0]"),
        ("undefined_node", "nodes.total"),
        ("unknown_key", "rounding.place"),
    ]


def test_a_broken_part_is_not_told_as_undefined() -> None:
    """``leaders_score`` is there, only wrong inside; what is really undefined is told."""
    text = changed(
        ("    title: 领导评分\n", "    titel: 领导评分\n"),
        ("{node: delegates_score,", "{node: delegate_score,"),
    )
    assert sorted(told(text)) == [
        ("missing_key", "nodes.leaders_score.title"),
        ("undefined_node", "nodes.total"),
        ("unknown_key", "nodes.leaders_score.titel"),
    ]


def test_broken_grades_do_not_make_grades_unknown() -> None:
    veto = (
        "vetoes: [{key: v, title: 否决, basis: 某办法, when: {grade: [优秀]}, effect: bar_top}]\n"
    )
    text = changed(
        ("{grade: 合格, below: 85}", "{grade: 合格, below: x}"), ("rank:", veto + "rank:")
    )
    assert told(text) == [("not_a_number", "grades.bands[1].below")]


def test_what_cannot_be_looked_at_is_left_out() -> None:
    assert told("grammar: 1\nkey: k\ntitle: t\nnodes: 3\nscore: nope\n") == [
        ("missing_key", "basis"),
        ("missing_key", "rounding"),
        ("missing_key", "rank"),
        ("wrong_shape", "nodes"),
    ]


WRONG = changed(
    ("{most: 100}", "{most: many}"),
    ("not_informed: true", "not_informed: perhaps"),
    ("papers: [form]", "papers: form"),
    ("places: 2", "places: 77, mode: half, stage: [1]"),
    ("weight: 40%", "weight: 40%, full: {a: 1}"),
    ("op: ballots", "op: ballot"),
    ("title: 会议测评", "title: " + "长" * 201),
)


def test_no_english_stands_in_chinese_messages() -> None:
    """Beside keys and values of the grammar, which are what has to be written."""
    for text in texts(WRONG):
        what = text.split("：", 1)[1].split("可用")[0].split("可选")[0]
        quoted = re.sub("“[^”]*”", "", what)
        assert not re.search("[A-Za-z]{2,}", quoted.replace("true 或 false", "")), text
    assert any("不能大于 12" in text for text in texts(WRONG))
    assert any("不能超过 200 个字符" in text for text in texts(WRONG))
    assert any("应为 列表" in text for text in texts(WRONG))


def test_english_messages_are_english() -> None:
    assert not [text for text in texts(WRONG, "en") if re.search("整数|列表|不能|须", text)]
    assert any("less than or equal to 12" in text for text in texts(WRONG, "en"))
