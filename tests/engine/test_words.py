"""Words that people read: names that tell targets apart, values of the grammar, footnotes."""

from __future__ import annotations

import inspect
from enum import StrEnum
from pathlib import Path

import pytest
from tests.engine.hall import BALLOTS, ROLLS, SCHEME, round_tables
from tests.engine.hall import score as score_hall

from pingyi.engine import numbers
from pingyi.engine.errors import BadScheme
from pingyi.engine.explain.render import as_text
from pingyi.engine.explain.tree import Explainer
from pingyi.engine.grammar import finals, nodes, papers, votes
from pingyi.engine.grammar.load import load_scheme
from pingyi.engine.grammar.words import value_phrase
from pingyi.engine.report.html import report_html
from pingyi.engine.scoring import Scored

TWINS = [["target", "title"], ["0101", "城关镇"], ["0102", "教育局"], ["0103", "城关镇"]]
AWARD = "awards: {flag: {title: 红旗, basis: 某办法, places: 1}}\nrank:"
PARAMETERS = """\
parameters:
  lacking: {title: 缺项办法, basis: 某办法, value: renormalise}
  share: {title: 领导权重, basis: 某办法, value: 40%}
classes:"""
SET = (
    SCHEME.replace("classes:", PARAMETERS, 1)
    .replace("op: linear\n", "op: linear\n    empty: $lacking\n")
    .replace("weight: 40%", "weight: $share")
)


def page(scored: Scored, scheme: str, language: str = "zh") -> str:
    loaded = load_scheme(scheme)
    return report_html(loaded, scored.executed, scored.result, "0" * 64, language).decode()  # type: ignore[arg-type]


def test_targets_of_one_title_are_warned_of(tmp_path: Path) -> None:
    scored = score_hall(round_tables(tmp_path, targets=TWINS, rolls=ROLLS))
    (warning,) = scored.result["warnings"]
    assert warning["code"] == "title_twice"
    assert "“城关镇”：0101、0103" in warning["what"]


def test_tables_tell_targets_of_one_title_apart(tmp_path: Path) -> None:
    scheme = SCHEME.replace("rank:", AWARD)
    scored = score_hall(round_tables(tmp_path, targets=TWINS, rolls=ROLLS), scheme)
    html = page(scored, scheme)
    # 0101 and 0103 are tied at the top: both have the flag; 0102 needs no code
    assert "<td>城关镇 0101、城关镇 0103</td>" in html
    parts = html.split("各部分得分</h2>")[1].split("</section>")[0]
    assert '<td class="t">城关镇 0101</td>' in parts
    assert '<td class="t">教育局</td>' in parts
    firm = html.split("位次稳固程度</h3>")[1].split("</table>")[0]
    assert firm.count('<td class="t">城关镇') == 2
    assert [row["title"] for row in scored.result["results"]] == ["城关镇", "教育局", "城关镇"]
    told = as_text(Explainer(scored.executed.evaluation).explain("0103"), "zh")
    assert "“城关镇 0103”为什么得" in told


def test_parameters_are_shown_in_words(tmp_path: Path) -> None:
    scored = score_hall(round_tables(tmp_path, rolls=ROLLS), SET)
    assert '<td class="n">由其余各项按比例分担</td>' in page(scored, SET)
    assert '<td class="n">the others share its full marks</td>' in page(scored, SET, "en")
    assert '<td class="n">40%</td>' in page(scored, SET)
    assert "renormalise" not in page(scored, SET)


def test_every_value_of_the_grammar_has_words() -> None:
    kinds = {
        kind
        for module in (finals, nodes, papers, votes, numbers)
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, StrEnum) and kind is not StrEnum
    }
    values = {member.value for kind in kinds for member in kind}
    assert len(values) > 50
    assert not [value for value in values if value_phrase(value).zh == value]


def test_the_policy_of_a_zero_divisor_is_explained_in_words(tmp_path: Path) -> None:
    scheme = SCHEME.replace(
        "score: total",
        "  none: {title: 无, basis: 某办法, op: linear, parts: [], constant: 0}\n"
        "  done: {title: 完成率, basis: 某办法, op: ratio, of: total, to_node: none, zero: full}\n"
        "score: total",
    )
    scored = score_hall(round_tables(tmp_path, rolls=ROLLS), scheme)
    told = as_text(Explainer(scored.executed.evaluation).explain("0101", "done"), "zh")
    assert "分母为 0，按规定：给满分" in told


def test_shares_say_what_they_are_shares_of(tmp_path: Path) -> None:
    """Of the leaders' two ballots none, of the delegates' one ballot none has one score; a ballot
    with a single score is not in the denominator."""
    single = [*BALLOTS, ["hall", "delegates", "form", "D2", "0101", 80, ""]]
    rolls = [ROLLS[0], ROLLS[1], ["hall", "delegates", "form", "2"]]
    scored = score_hall(round_tables(tmp_path, ballots=single, rolls=rolls))
    html = page(scored, SCHEME)
    assert "至少有两个评分的有效票" in html
    assert "满分占比的分母是全部评分，不含弃权和不了解" in html
    delegates = next(
        r for r in scored.result["validity"]["classes"] if r["rater_class"] == "delegates"
    )
    assert (delegates["straight"], delegates["ballots"]) == (0, 1)


@pytest.mark.parametrize(
    ("key", "plain", "example"),
    [("②", "2", "d2"), ("ｗｏｒｋ", "work", "work"), ("Ⅳ级", "IV级", "IV级")],
)
def test_a_name_that_tables_would_take_for_another(key: str, plain: str, example: str) -> None:
    with pytest.raises(BadScheme) as caught:
        load_scheme(SCHEME.replace("      work: {", f"      {key}: {{"))
    text = caught.value.problems[0].text("zh")
    assert (
        f"“{key}”不能作名称：读表时它与“{plain}”不分。改用普通的文字、字母和数字，如 {example}。"
        in text
    )


def test_a_class_code_in_a_circle_is_told() -> None:
    with pytest.raises(BadScheme) as caught:
        load_scheme(SCHEME.replace("  leaders: {title", "  ②: {title"))
    assert caught.value.problems[0].code == "name_form"
