"""Explanations: the same values as the result, down to the counts, as JSON, text and HTML."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from tests.engine.hall import (
    BALLOTS,
    HEADING,
    ROLLS,
    SCHEME,
    ballot_rows,
    round_tables,
    score,
    write_csv,
)

from pingyi.engine.cases import case_tables, pack_cases
from pingyi.engine.errors import BadInput, PingyiError
from pingyi.engine.explain.render import as_html, as_text
from pingyi.engine.explain.tree import Explained, Explainer
from pingyi.engine.numbers import short_text
from pingyi.engine.packs import PackFolder, all_packs
from pingyi.engine.rounds import RoundTables
from pingyi.engine.scoring import Scored
from pingyi.engine.tables.ballots import BallotSource

LANGUAGES: list[Any] = ["zh", "en"]


def walked(part: Explained) -> Iterator[Explained]:
    yield part
    for inner in part.parts:
        yield from walked(inner)


def explained(
    scored: Scored, code: str, language: Any = "zh", node: str | None = None
) -> Explained:
    return Explainer(scored.executed.evaluation, language).explain(code, node)


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Scored:
    return score(round_tables(tmp_path_factory.mktemp("hall"), rolls=ROLLS))


def check_against_result(scored: Scored) -> int:
    """Every value of every tree is that of the result; returns how many were compared."""
    nodes = {
        (row["target"], name): node
        for row in scored.result["results"]
        for name, node in row["nodes"].items()
    }
    number = 0
    for row in scored.result["results"]:
        tree = explained(scored, row["target"])
        assert (tree.name, tree.target) == (row["target"], row["target"])
        assert (tree.value, tree.exact) == (row["score"], row["exact"])
        for part in walked(tree.parts[0]):
            node = nodes[part.target, part.name]
            assert part.basis
            if node.get("state") == "dropped":
                continue  # shown with the value that is not counted, and that is said
            assert part.exact == node["exact"]
            number += 1
    return number


def test_every_value_is_that_of_the_result(hall: Scored) -> None:
    assert check_against_result(hall) == 9


SAMPLES = [
    (folder, name)
    for folder in all_packs()
    for name in folder.pack.schemes
    if folder.sample(name) is not None and not folder.scheme(name).scheme.priors
]


@pytest.mark.parametrize(
    ("folder", "name"), SAMPLES, ids=[f"{f.path.name}-{n}" for f, n in SAMPLES]
)
def test_every_value_of_a_sample_round(folder: PackFolder, name: str) -> None:
    sample = folder.sample(name)
    assert sample is not None

    def file(table: str) -> Path | None:
        path = sample / f"{table}.csv"
        return path if path.is_file() else None

    tables = RoundTables(
        sample / "targets.csv",
        rolls=file("rolls"),
        ballots=tuple(BallotSource(path) for path in sorted(sample.glob("ballots*.csv"))),
        tallies=file("tallies"),
        figures=file("figures"),
        events=file("events"),
        rulings=file("rulings"),
    )
    scored = score(tables, folder.scheme(name))
    assert check_against_result(scored) > len(scored.result["results"])


def scored_cases() -> Iterator[tuple[str, Scored]]:
    for folder in all_packs():
        for case in pack_cases(folder):
            try:
                yield case.case, score(case_tables(case), folder.scheme(case.scheme, case.preset))
            except PingyiError:
                assert case.expect_problem is not None


def test_every_case_can_be_explained_in_both_languages() -> None:
    """Whatever operation, veto, quota or ruling a case has: no tree fails, no value differs."""
    number = 0
    for _, scored in scored_cases():
        number += check_against_result(scored)
        for row in scored.result["results"]:
            for language in LANGUAGES:
                tree = explained(scored, row["target"], language)
                text = as_text(tree, language)
                assert "None" not in text
                assert "{" not in text
                assert as_html(tree, language).count("<details") == sum(1 for _ in walked(tree)) - 1
    assert number > 500


def test_the_tree_goes_down_to_the_last_ballot(hall: Scored) -> None:
    """Leaders on 0101: work 90 and 100, style 80 and 90; counts as in the table of ballots."""
    text = as_text(explained(hall, "0101"))
    for words in ("84.00", "95", "85", "90×1、100×1", "80×1、90×1", "某办法"):
        assert words in text
    tree = explained(hall, "0102")
    delegates = next(part for part in walked(tree) if part.name == "delegates_score")
    assert (delegates.value, delegates.exact) == ("90", "90")
    assert any("不了解" in line and "1" in line for line in delegates.lines)


def test_values_are_shown_as_they_are(hall: Scored) -> None:
    for part in walked(explained(hall, "0103").parts[0]):
        exact = part.exact
        assert exact is not None
        assert part.value == short_text(Fraction(exact))


def test_a_single_node(hall: Scored) -> None:
    tree = explained(hall, "0102", node="leaders_score")
    assert (tree.name, tree.exact, tree.parts) == ("leaders_score", "70", ())


@pytest.mark.parametrize(("code", "node"), [("0199", None), ("0101", "nothing"), ("", None)])
def test_unknown_targets_and_nodes(hall: Scored, code: str, node: str | None) -> None:
    with pytest.raises(BadInput) as caught:
        explained(hall, code, node=node)
    assert [problem.code for problem in caught.value.problems] == ["node_or_target_unknown"]
    assert caught.value.exit_code == 2


def test_json_holds_the_whole_tree(hall: Scored) -> None:
    tree = explained(hall, "0101")

    def flat(part: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
        yield part["name"], part["target"], part["value"], part["exact"], tuple(part["how"])
        for inner in part["parts"]:
            yield from flat(inner)

    data = json.loads(json.dumps(tree.as_json(), ensure_ascii=False))
    assert list(flat(data)) == [
        (part.name, part.target, part.value, part.exact, part.lines) for part in walked(tree)
    ]


FAMILY = SCHEME.replace(
    "nodes:\n",
    """\
nodes:
  villages: {title: 各村平均, basis: 某办法, op: collect, of: leaders_score, how: mean, empty: zero}
  parent_score:
    title: 上级得分
    basis: 某办法
    op: from
    whose: parent
    take: value
    node: leaders_score
    otherwise: 0
""",
).replace(
    "      - {node: delegates_score, weight: 60%}\n", "      - {node: parent_score, weight: 60%}\n"
)


TOWN = """\
  town:
    title: 镇分
    basis: 某办法
    op: linear
    empty: zero
    parts: [{node: villages}, {node: parent_score}]
"""


def test_values_of_other_targets_are_named_as_such(tmp_path: Path) -> None:
    targets = [["target", "title", "parent"], ["0101", "镇", ""], ["0102", "东村", "0101"]]
    targets += [["0103", "西村", "0101"]]
    scheme = FAMILY.replace("    op: linear\n", "    op: linear\n    empty: zero\n")
    scheme = scheme.replace("  total:\n", TOWN + "  total:\n")
    scheme = scheme.replace("score: total", "score: town")
    scored = score(round_tables(tmp_path, targets=targets), scheme)
    assert check_against_result(scored) > 9
    villages = [
        (part.target, part.title, part.exact)
        for part in walked(explained(scored, "0101"))
        if part.name == "leaders_score"
    ]
    assert villages == [("0102", "领导评分（东村）", "70"), ("0103", "领导评分（西村）", "90")]
    above = [p for p in walked(explained(scored, "0102", "en")) if p.name == "leaders_score"]
    assert [(part.target, part.title) for part in above] == [("0101", "领导评分 (镇)")]


class Texts(HTMLParser):
    """The tags of a page, and whether anything of it could run or be loaded."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


EVIL = "<script>alert(1)</script>"


@pytest.mark.parametrize(
    "title", [EVIL, '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "</title>&"]
)
def test_html_shows_titles_as_text(tmp_path: Path, title: str) -> None:
    targets = [["target", "title"], ["0101", title], ["0102", "乙"], ["0103", "丙"]]
    scheme = SCHEME.replace("basis: 某办法", f"basis: {json.dumps('依据' + EVIL)}", 5)
    rulings = [
        ["ruling", "kind", "target", "node", "reason", "authority", "signed_by"],
        ["1", "tolerance", "0101", "leaders_score", title, title, title],
    ]
    scored = score(round_tables(tmp_path, targets=targets, rulings=rulings), scheme)
    pages = [as_html(explained(scored, "0101", language), language) for language in LANGUAGES] + [
        scored.members["report.html"].decode()
    ]
    for page in pages:
        parsed = Texts()
        parsed.feed(page)
        assert not parsed.tags & {"script", "img", "iframe", "object", "link"}
        assert not {name for name in parsed.attributes if name.startswith("on") or name == "src"}
        assert title in parsed.text


def test_pages_load_nothing(hall: Scored) -> None:
    page = as_html(explained(hall, "0101"))
    assert "http:" not in page
    assert "https:" not in page
    assert "@media print" in page


def test_rulings_are_explained_beside_the_value(tmp_path: Path) -> None:
    """Leaders 90 are dropped for 0101: delegates 80 alone count; for 0103 the better counts."""
    rulings = [
        ["ruling", "kind", "target", "node", "reason", "authority", "signed_by"],
        ["7号", "protection", "0101", "leaders_score", "担当作为", "市纪委监委", "甲、乙"],
        ["8号", "tolerance", "0103", "delegates_score", "容错情形", "市委组织部", "丙"],
    ]
    scored = score(round_tables(tmp_path, rulings=rulings))
    rows = {row["target"]: row for row in scored.result["results"]}
    assert (rows["0101"]["score"], rows["0101"]["without_rulings"]["score"]) == ("80.00", "84.00")
    # 0103: 90 without the delegates' 80, which is better than 84 with it
    assert (rows["0103"]["score"], rows["0103"]["without_rulings"]["score"]) == ("90.00", "84.00")
    dropped = next(p for p in walked(explained(scored, "0101")) if p.name == "leaders_score")
    text = "\n".join(dropped.lines)
    for words in ("7号", "担当作为", "市纪委监委", "甲、乙"):
        assert words in text
    assert rows["0101"]["nodes"]["leaders_score"] == {
        "value": None,
        "exact": None,
        "state": "dropped",
    }
    check_against_result(scored)


def test_a_target_without_a_score(tmp_path: Path) -> None:
    scheme = SCHEME.replace("    op: linear\n", "    op: linear\n    empty: renormalise\n")
    rows = [row for row in BALLOTS if row[4] != "0102"]
    scored = score(round_tables(tmp_path, ballots=rows), scheme)
    tree = explained(scored, "0102")
    assert (tree.value, tree.exact) == (None, None)
    assert "没有得分" in as_text(tree)
    check_against_result(scored)


def test_sums_and_numbers_are_shown(tmp_path: Path) -> None:
    rows = ballot_rows(*(("leaders", f"{i:02}", {"0101": (i % 101, 1)}) for i in range(97)))
    rows += ballot_rows(*(("delegates", f"{i:02}", {"0101": (i, 0)}) for i in range(89)))
    path = write_csv(tmp_path / "b.csv", [HEADING, *rows])
    targets = [["target", "title"], ["0101", "甲"]]
    scored = score(round_tables(tmp_path, ballots=path, targets=targets))
    tree = explained(scored, "0101")
    # work of leaders 0+…+96 = 4656 → 48, style 1: 24.5; delegates 0+…+88 = 3916 → 44, 0: 22
    assert tree.exact == "23"  # 24.5×0.4 + 22×0.6
    assert "4656 ÷ 97" in as_text(tree)
