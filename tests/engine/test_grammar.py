"""Schemes as written: every fault with its line, the digest, the JSON Schema."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pingyi.engine.errors import BadScheme
from pingyi.engine.grammar import document as document_module
from pingyi.engine.grammar.differences import differences
from pingyi.engine.grammar.document import MOST_CHARACTERS, parse_document
from pingyi.engine.grammar.load import canonical_bytes, dump_data, load_scheme, load_scheme_file
from pingyi.engine.grammar.schema import json_schema
from pingyi.engine.packs import PackFolder, all_packs

SCHEME = """\
grammar: 1
key: small
title: 小方案
basis: 某办法
parameters:
  hall_weight: {title: 会议权重, basis: 系统默认值：例, value: 60%}
attributes:
  kind:
    title: 类别
    values: {a: 甲类, b: 乙类}
peer_groups: [kind]
classes:
  leaders: {title: 领导}
  members: {title: 代表}
  public: {title: 公众}
papers:
  form:
    title: 测评表
    basis: 某办法
    dimensions:
      work: {title: 工作}
      style: {title: 作风}
    points: {most: 100}
  votes:
    title: 表决票
    basis: 某办法
    dimensions:
      whole: {title: 总体}
    grades: {满意: 100, 不满意: 0}
inputs:
  hall:
    title: 会议
    basis: 某办法
    papers: [form]
    classes: [leaders, members]
  web:
    title: 网络
    basis: 某办法
    papers: [votes]
    classes: [public]
figures:
  rate: {title: 完成率, basis: 某办法, least: 0, most: 2}
events:
  honour: {title: 荣誉, basis: 某办法}
nodes:
  hall_score:
    title: 会议得分
    basis: 某办法
    op: ballots
    input: hall
    paper: form
    classes: [leaders, members]
    dimensions: {work: 60%, style: 40%}
  rate_value:
    title: 完成率
    basis: 某办法
    op: figure
    figure: rate
    full: 2
  tier:
    title: 档次
    basis: 某办法
    op: tiers
    of: rate_value
    bands:
      - {value: 0, below: 0.6}
      - {value: 60, from: 0.6, below: 1}
      - {value: 100, from: 1}
  total:
    title: 总分
    basis: 某办法
    op: linear
    empty: renormalise
    parts:
      - {node: hall_score, weight: $hall_weight}
      - {node: tier, weight: 40%}
score: total
rounding: {title: 取整, basis: 某办法, places: 2}
grades:
  title: 等次
  basis: 某办法
  bands:
    - {grade: 优秀, from: 90}
    - {grade: 合格, below: 90}
vetoes:
  - title: 否决
    basis: 某办法
    key: accident
    when: {event: honour, at_least: 2}
    effect: bar_top
awards:
  flag:
    title: 红旗
    basis: 某办法
    places: 1
rank:
  title: 排名
  basis: 某办法
  tie_break: [{node: tier}]
"""

Told = tuple[str, int | None]


def told(text: str) -> list[Told]:
    """(code, line) of every problem of a scheme."""
    with pytest.raises(BadScheme) as caught:
        load_scheme(text, "small.yaml")
    assert all(problem.place.file == "small.yaml" for problem in caught.value.problems)
    return [(problem.code, problem.place.line) for problem in caught.value.problems]


def changed(old: str, new: str) -> tuple[str, int]:
    """The scheme with one thing changed, and the line of the change."""
    assert SCHEME.count(old) == 1, old
    return SCHEME.replace(old, new), SCHEME[: SCHEME.index(old)].count("\n") + 1


def test_the_scheme_itself_is_right() -> None:
    assert load_scheme(SCHEME).scheme.key == "small"


# (code, old text, new text, lines that the fault stands below the changed place)
FAULTS = [
    ("unknown_key", "score: total", "scor: total\nscore: total", 0),
    ("unknown_key", "    places: 1", "    placess: 1\n    places: 1", 0),
    ("unknown_key", "    of: rate_value", "    of: rate_value\n    off: 1", 1),
    ("unknown_key", "    full: 2", "    ful: 2", 0),
    ("unknown_key", "points: {most: 100}", "points: {most: 100, setp: 1}", 0),
    ("missing_key", "    of: rate_value\n", "", -4),
    ("missing_key", "score: total\n", "", None),
    ("missing_key", "    op: tiers", "    operation: tiers", -3),
    ("not_a_number", "    full: 2", "    full: zwei", 0),
    ("not_a_number", "from: 1}", "from: 1e2}", 0),
    ("not_a_number", "style: 40%}", "style: forty}", 0),
    ("wrong_shape", "peer_groups: [kind]", "peer_groups: kind", 0),
    ("wrong_shape", "    places: 1", "    places: one", 0),
    ("wrong_shape", "    dimensions: {work: 60%, style: 40%}", "    dimensions: work", 0),
    ("not_allowed", "effect: bar_top", "effect: bar_all", 0),
    ("not_allowed", "grammar: 1", "grammar: 2", 0),
    ("unknown_operation", "    op: tiers", "    op: tears", -3),
    ("bad_name", "  leaders: {title", "  1leaders: {title", 0),
    ("bad_name", "key: small", "key: 'small scheme'", 0),
    ("too_few", "    classes: [leaders, members]\n    dim", "    classes: []\n    dim", 0),
    ("basis_unclear", "title: 小方案\nbasis: 某办法", "title: 小方案\nbasis: {article: 第1条}", 1),
    ("basis_unclear", "basis: 系统默认值：例", "basis: 系统默认值", 0),
    ("weights_total", "{node: tier, weight: 40%}", "{node: tier, weight: 30%}", -7),
    ("weights_mixed", "{node: tier, weight: 40%}", "{node: tier, times: 40%}", -7),
    ("band_hole", "from: 0.6, below: 1}", "from: 0.6, below: 0.9}", -7),
    ("band_overlap", "from: 0.6, below: 1}", "from: 0.6, to: 1}", -7),
    ("band_hole", "{grade: 合格, below: 90}", "{grade: 合格, below: 89}", -5),
    ("band_overlap", "{grade: 合格, below: 90}", "{grade: 合格, to: 90}", -5),
    ("band_empty", "from: 0.6, below: 1}", "from: 1, below: 0.6}", 0),
    ("band_two_ends", "from: 0.6, below: 1}", "from: 0.6, above: 0.6}", 0),
    ("grade_twice", "{grade: 合格, below: 90}", "{grade: 优秀, below: 90}", -5),
    ("cycle", "    of: rate_value", "    of: total", None),
    ("undefined_node", "    of: rate_value", "    of: rate_valeu", -4),
    ("undefined_node", "{node: tier, weight: 40%}", "{node: teir, weight: 40%}", -7),
    ("undefined_node", "score: total", "score: totla", 0),
    ("undefined_node", "tie_break: [{node: tier}]", "tie_break: [{node: teir}]", 0),
    ("unknown_class", "members]\n    dimensions: {w", "public]\n    dimensions: {w", 0),
    ("unknown_class", "    classes: [public]", "    classes: [pubilc]", 0),
    ("class_twice", "members]\n    dimensions: {w", "leaders]\n    dimensions: {w", 0),
    ("unknown_dimension", "{work: 60%, style: 40%}", "{work: 60%, stile: 40%}", 0),
    ("unknown_paper", "    paper: form", "    paper: votes", 0),
    ("unknown_paper", "    papers: [votes]", "    papers: [vote]", 0),
    ("unknown_input", "    input: hall", "    input: hal", 0),
    ("unknown_figure", "    figure: rate", "    figure: rat", 0),
    ("unknown_event", "when: {event: honour,", "when: {event: honor,", 0),
    ("unknown_attribute", "peer_groups: [kind]", "peer_groups: [kin]", 0),
    ("unknown_parameter", "weight: $hall_weight", "weight: $hall", 0),
    ("unused_parameter", "weight: $hall_weight", "weight: 60%", None),
    ("reserved_name", "  kind:\n    title: 类别", "  parent:\n    title: 类别", 0),
    ("scale_empty", "points: {most: 100}", "points: {least: 100, most: 100}", 0),
    ("scale_steps", "points: {most: 100}", "points: {most: 100, step: 7}", 0),
    ("paper_scale", "    points: {most: 100}\n", "", -6),
    ("yaml_twice", "score: total", "score: total\nscore: tier", 1),
    ("yaml_twice", "  leaders: {title: 领导}", "  leaders: {title: 甲}\n  leaders: {title: 乙}", 1),
    ("yaml_anchor", "    of: rate_value", "    of: &x rate_value", 0),
    ("yaml_anchor", "    of: rate_value", "    of: *x", 0),
    ("yaml_anchor", "peer_groups: [kind]", "peer_groups: &groups [kind]", 0),
    ("yaml_bad_key", "classes:\n  leaders", "classes:\n  <<: {a: {title: 甲}}\n  leaders", 1),
    ("yaml_bad_key", "classes:\n  leaders", "classes:\n  [a]: {title: 甲}\n  leaders", 1),
    ("yaml_syntax", "peer_groups: [kind]", "peer_groups: [kind", 1),
    ("yaml_syntax", "  leaders: {title: 领导}", "  leaders: {title: 领导}\n\tmembers: {}", 1),
    ("condition_subject", "when: {event: honour, at_least: 2}", "when: {at_least: 2}", 0),
    ("veto_effect", "effect: bar_top", "effect: fix_grade", None),
    ("award_places", "    places: 1", "    places: 1\n    share: 10%", None),
]  # fmt: skip


@pytest.mark.parametrize(("code", "old", "new", "below"), FAULTS)
def test_a_fault_is_told_with_its_line(code: str, old: str, new: str, below: int | None) -> None:
    text, line = changed(old, new)
    found = told(text)
    assert code in [code for code, _ in found]
    if below is not None:
        assert (code, line + below) in found


@pytest.mark.parametrize(
    ("old", "new", "allowed"),
    [
        ("    full: 2", "    ful: 2", ["title", "basis", "full", "op", "figure", "class"]),
        ("    of: rate_value", "    of: rate_value\n    offf: 1", ["of", "bands", "undefined"]),
        ("score: total", "score: total\nscores: total", ["grammar", "key", "nodes", "score"]),
        ("{title: 领导}", "{title: 领导, weight: 1}", ["title", "help"]),
        ("below: 0.6}", "below: 0.6, points: 1}", ["from", "above", "to", "below", "value"]),
    ],
)
def test_an_unknown_key_shows_the_allowed_ones(old: str, new: str, allowed: list[str]) -> None:
    text, _ = changed(old, new)
    with pytest.raises(BadScheme) as caught:
        load_scheme(text)
    problem = next(p for p in caught.value.problems if p.code == "unknown_key")
    shown = dict(problem.facts)["allowed"].split("、")
    assert set(allowed) <= set(shown)
    assert all(name in problem.text("zh") and name in problem.text("en") for name in allowed)


def test_the_names_of_a_cycle_are_told() -> None:
    text, _ = changed("    of: rate_value", "    of: total")
    with pytest.raises(BadScheme) as caught:
        load_scheme(text)
    cycle = dict(caught.value.problems[0].facts)["cycle"].split(" → ")
    assert cycle[0] == cycle[-1]
    assert {"tier", "total"} == set(cycle)


def test_one_fault_inside_a_list_of_kinds_is_told_once() -> None:
    """``dimensions`` may be a list or weights; what is wrong inside is told for what was meant."""
    text, line = changed("style: 40%}", "style: forty}")
    assert told(text) == [("not_a_number", line)]


def test_faults_of_one_kind_are_told_together() -> None:
    text = SCHEME
    wants = []
    for old, new in (
        ("{grade: 合格, below: 90}", "{grade: 合格, below: 89}"),
        ("    full: 2", "    full: zwei"),
        ("effect: bar_top", "effect: bar_all"),
        ("points: {most: 100}", "points: {most: 100, setp: 1}"),
        ("from: 0.6, below: 1}", "from: 0.6, below: 0.9}"),
        ("weight: $hall_weight", "weight: $hall"),
    ):
        text, line = text.replace(old, new), SCHEME[: SCHEME.index(old)].count("\n") + 1
        wants.append(line)
    found = told(text)
    assert {code for code, _ in found} >= {
        "band_hole",
        "not_a_number",
        "not_allowed",
        "unknown_key",
        "unknown_parameter",
        "unused_parameter",
    }
    grades, full, effect, points, tiers, parameter = wants
    assert {
        ("band_hole", grades - 5),
        ("not_a_number", full),
        ("not_allowed", effect),
        ("unknown_key", points),
        ("band_hole", tiers - 7),
        ("unknown_parameter", parameter),
        ("unused_parameter", 6),
    } <= set(found)


def test_unknown_names_are_told_together() -> None:
    text = SCHEME
    for old, new in (
        ("    paper: form", "    paper: votes"),
        ("    figure: rate", "    figure: rat"),
        ("when: {event: honour,", "when: {event: honor,"),
        ("tie_break: [{node: tier}]", "tie_break: [{node: teir}]"),
        ("    of: rate_value", "    of: total"),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    assert {code for code, _ in told(text)} == {
        "unknown_paper",
        "unknown_dimension",
        "unknown_figure",
        "unknown_event",
        "undefined_node",
        "cycle",
    }


def test_two_holes_in_one_table_are_both_told() -> None:
    text, line = changed(
        "- {value: 60, from: 0.6, below: 1}",
        "- {value: 60, from: 0.7, below: 0.9}",
    )
    assert told(text) == [("band_hole", line - 7)] * 2


@pytest.mark.parametrize("text", ["", "# 空\n", "- 1\n", "方案\n", "'': 1\n"])
def test_what_is_no_scheme(text: str) -> None:
    codes = {code for code, _ in told(text)}
    assert codes & {"scheme_not_mapping", "missing_key"}


def test_a_scheme_too_long_or_too_deep() -> None:
    assert told("#" * (MOST_CHARACTERS + 1))[0][0] == "scheme_too_long"
    assert told("a: " + "[" * 60 + "]" * 60)[0] == ("yaml_too_deep", 1)
    assert told("a: " + "[" * 100_000)[0] == ("yaml_too_deep", 1)


def test_scalars_are_never_guessed() -> None:
    data = parse_document("a: 0.10\nb: yes\nc: 2024-01-01\nd: 0o17\ne: 1_000\nf: ~\ng: ''\n").data
    assert data == {
        "a": "0.10",
        "b": "yes",
        "c": "2024-01-01",
        "d": "0o17",
        "e": "1_000",
        "f": None,
        "g": "",
    }


# -- encodings ---------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_scheme_file_in_any_common_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "方案.yaml"
    path.write_bytes(SCHEME.encode(encoding))
    loaded = load_scheme_file(path)
    assert loaded.scheme.title == "小方案"
    assert loaded.digest == load_scheme(SCHEME).digest


def test_a_fault_in_a_gb18030_file_has_its_line(tmp_path: Path) -> None:
    text, line = changed("score: total", "score: 总分数")
    path = tmp_path / "方案.yaml"
    path.write_bytes(text.encode("gb18030"))
    with pytest.raises(BadScheme) as caught:
        load_scheme_file(path)
    problem = caught.value.problems[0]
    assert (problem.code, problem.place.line, problem.place.file) == (
        "undefined_node",
        line,
        "方案.yaml",
    )


def test_a_file_in_no_known_encoding(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"title: \xff\xff\xff\n")
    with pytest.raises(BadScheme) as caught:
        load_scheme_file(path)
    assert caught.value.problems[0].code == "encoding"


# -- the digest --------------------------------------------------------------------------------


def quoted(data: Any) -> str:
    """The same data with every scalar in double quotes, in flow style."""
    return json.dumps(data, ensure_ascii=False)


def reversed_keys(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: reversed_keys(value) for key, value in reversed(data.items())}
    return [reversed_keys(item) for item in data] if isinstance(data, list) else data


def as_written(text: str) -> Any:
    return parse_document(text).data


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda text: "# 注释\n\n" + text.replace("\n", "  # 行末\n", 3),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace(": {", ":   {").replace(", ", " ,  "),
        lambda text: "---\n" + text + "...\n",
        lambda text: quoted(as_written(text)),
        lambda text: json.dumps(as_written(text), indent=4),
        lambda text: dump_data(as_written(text)),
        lambda text: yaml.safe_dump(as_written(text), allow_unicode=True, default_flow_style=True),
        lambda text: dump_data(reversed_keys(as_written(text))),
        lambda text: text.replace("title: 小方案", "'title': '小方案'"),
        lambda text: text.replace("title: 小方案", "title: >-\n  小方案"),
    ],
)
def test_the_same_scheme_written_otherwise_has_the_same_digest(
    rewrite: Callable[[str], str],
) -> None:
    text = rewrite(SCHEME)
    assert text != SCHEME
    assert load_scheme(text).digest == load_scheme(SCHEME).digest


def scalars(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from scalars(value, (*path, key))
    elif isinstance(data, list):
        for i, value in enumerate(data):
            yield from scalars(value, (*path, i))
    else:
        yield path


def with_scalar(data: Any, path: tuple[Any, ...], change: Callable[[str], str]) -> Any:
    copy = json.loads(json.dumps(data))
    at = copy
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = change(at[path[-1]])
    return copy


def test_any_changed_scalar_changes_the_digest() -> None:
    data = as_written(SCHEME)
    paths = list(scalars(data))
    forms = {canonical_bytes(with_scalar(data, path, lambda v: v + "0")) for path in paths}
    assert len(forms | {canonical_bytes(data)}) == len(paths) + 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("most: 100}", "most: 100.0}"),  # the same number, but not as it was sealed
        ("{node: tier, weight: 40%}", "{node: tier, weight: 0.4}"),
        ("title: 小方案", "title: 小方案 "),
        ("peer_groups: [kind]", "peer_groups: []"),
    ],
)
def test_what_is_written_counts(old: str, new: str) -> None:
    text, _ = changed(old, new)
    same = new.rstrip() == old
    assert (load_scheme(text).digest == load_scheme(SCHEME).digest) is same


def test_the_order_of_a_list_counts() -> None:
    text, _ = changed(
        "    classes: [leaders, members]\n    dim", "    classes: [members, leaders]\n    dim"
    )
    assert load_scheme(text).digest != load_scheme(SCHEME).digest


def test_the_canonical_form_stays() -> None:
    """The canonical form is a promise: worked out here with nothing but the standard library."""
    text = "key: a\n# x\ntitle: 甲\nlist: [1, '2', ~]\n"
    form = '{"grammar":"1","scheme":{"key":"a","list":["1","2",null],"title":"甲"}}'
    assert canonical_bytes(parse_document(text).data) == form.encode()


yaml_text = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=8)
yaml_keys = yaml_text.filter(lambda key: key != "<<")  # a merge, which is refused
yaml_data = st.recursive(
    yaml_text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(yaml_keys, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(yaml_keys, yaml_data, max_size=4))
def test_dumped_data_loads_to_the_same(data: dict[str, Any]) -> None:
    assert parse_document(dump_data(json.loads(json.dumps(data)))).data == data


ODD = [
    "a: ['é', \"\\u2028\", 😀]\n",
    "a: |\n  甲\n  乙\n\nb: >-\n  丙\n  丁\n",
    "{a: [1, {b: ~}], c: ''}",
]


def test_the_c_parser_and_the_python_parser_read_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """A digest, and the line of a fault, must not depend on how PyYAML was built."""
    texts = [SCHEME, SCHEME.replace("\n", "\r\n"), quoted(as_written(SCHEME)), *ODD]
    paths = [folder.path / f"{name}.yaml" for folder, name in PACK_SCHEMES]
    texts += [path.read_text(encoding="utf-8") for path in paths]
    default = [parse_document(text) for text in texts]
    monkeypatch.setattr(document_module, "YAML_LOADER", yaml.SafeLoader)
    for text, document in zip(texts, default, strict=True):
        plain = parse_document(text)
        assert (plain.data, plain.lines) == (document.data, document.lines)


# -- differences -------------------------------------------------------------------------------


def test_differences_name_paths_and_values() -> None:
    text = SCHEME.replace("weight: 40%", "weight: 0.4").replace("peer_groups: [kind]\n", "")
    found = list(differences(as_written(SCHEME), as_written(text)))
    assert sorted(found) == [
        ("nodes.total.parts[1].weight", "40%", "0.4"),
        ("peer_groups[0]", "kind", None),
    ]


def test_no_differences_where_only_the_writing_differs() -> None:
    other = dump_data(reversed_keys(as_written(SCHEME)))
    assert list(differences(as_written(SCHEME), as_written(other))) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a: []", "b: 1"),
        ("peer_groups: []\nb: 1", "b: 1"),
        ("a: ''", "a:"),
        ("a: {}", "a: []"),
        ("a: {b: {}}", "a: {}"),
    ],
)
def test_whatever_changes_the_digest_is_a_difference(old: str, new: str) -> None:
    before, after = as_written(old), as_written(new)
    assert canonical_bytes(before) != canonical_bytes(after)
    assert list(differences(before, after))


# -- the JSON Schema ---------------------------------------------------------------------------

SCHEMA = json_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
PACK_SCHEMES = [(folder, name) for folder in all_packs() for name in folder.pack.schemes]


def errors(data: Any) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(data)]


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    ("folder", "name"), PACK_SCHEMES, ids=[f"{f.path.name}-{n}" for f, n in PACK_SCHEMES]
)
def test_the_schema_accepts_every_pack_scheme(folder: PackFolder, name: str) -> None:
    """As the program reads it (every scalar a text), as it is shown, as an editor sees it."""
    data = folder.scheme(name).document.data
    assert errors(data) == []
    assert errors(yaml.safe_load(dump_data(data))) == []
    assert errors(yaml.safe_load((folder.path / f"{name}.yaml").read_text(encoding="utf-8"))) == []


def test_the_schema_takes_numbers_and_texts_alike() -> None:
    assert errors(as_written(SCHEME)) == []
    assert errors(yaml.safe_load(SCHEME)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    places: 1", "    placess: 1"),
        ("    of: rate_value", "    off: rate_value"),
        ("score: total", "scor: total"),
        ("    full: 2", "    ful: 2"),
        ("points: {most: 100}", "points: {mots: 100}"),
        ("effect: bar_top", "effect: bar_all"),
        ("    op: tiers", "    op: tears"),
    ],
)
def test_the_schema_rejects_what_is_misspelt(old: str, new: str) -> None:
    assert errors(as_written(SCHEME)) == []
    text, _ = changed(old, new)
    assert errors(as_written(text))
    assert told(text)
