"""Every pack loads under every preset, every worked case holds on both executors, and the samples
score."""

import json
from fractions import Fraction

import pytest

from pingyi.cli.sample import sample_tables
from pingyi.engine.cases import Case, CaseReport, case_tables, pack_cases, run_case
from pingyi.engine.counted.execute import execute as counted
from pingyi.engine.errors import PingyiError
from pingyi.engine.packs import PackFolder, all_packs, find_pack, find_scheme
from pingyi.engine.reference import execute as reference
from pingyi.engine.rounds import read_round
from pingyi.engine.scoring import score_round
from pingyi.engine.validity.report import ValidityPlan

PACKS = list(all_packs())
SCHEMES = [
    (folder, scheme, preset)
    for folder in PACKS
    for scheme in folder.pack.schemes
    for preset in folder.pack.presets
]
CASES = [(folder, case) for folder in PACKS for case in pack_cases(folder)]


def _name(value: object) -> str:
    if isinstance(value, PackFolder):
        return value.path.name
    return value.case if isinstance(value, Case) else str(value)


def test_the_packs_of_the_first_release_are_there() -> None:
    assert {folder.pack.key for folder in PACKS} >= {
        "published-formulas",
        "jiaozuo-team-review",
        "jiaozuo-organisation-member",
        "ruyang-two-way",
        "handan-flags",
        "handan-stars",
    }


@pytest.mark.parametrize("folder", PACKS, ids=_name)
def test_a_pack_is_whole(folder: PackFolder) -> None:
    assert folder.pack.key == folder.path.name
    assert folder.page.startswith("# ")
    assert len(list(pack_cases(folder))) >= 6
    codes = [path.suffix for path in folder.path.rglob("*") if path.is_file()]
    assert ".py" not in codes


@pytest.mark.parametrize(("folder", "scheme", "preset"), SCHEMES, ids=_name)
def test_every_scheme_loads_under_every_preset(
    folder: PackFolder, scheme: str, preset: str
) -> None:
    loaded = folder.scheme(scheme, preset)
    for node in loaded.scheme.nodes.values():
        assert node.basis.document or node.basis.default
    for parameter in loaded.scheme.parameters.values():
        assert parameter.basis.document or parameter.basis.default


@pytest.mark.parametrize(("folder", "case"), CASES, ids=_name)
def test_every_case_holds(folder: PackFolder, case: Case) -> None:
    differences = list(run_case(case, folder.scheme(case.scheme, case.preset)))
    assert not differences, [problem.text("en") for problem in differences]


@pytest.mark.parametrize(("folder", "case"), CASES, ids=_name)
def test_both_executors_say_the_same_of_every_case(folder: PackFolder, case: Case) -> None:
    scheme = folder.scheme(case.scheme, case.preset).scheme
    try:
        data = read_round(scheme, case_tables(case))
    except PingyiError:
        assert case.expect_problem is not None  # refused before either executor sees it
        return
    try:
        mine = counted(scheme, data).outcome
    except PingyiError:
        with pytest.raises(PingyiError):
            reference(scheme, data)
        return
    theirs = reference(scheme, data)
    assert mine.targets == theirs.targets
    assert mine.counts == theirs.counts


def test_a_wrong_expectation_is_found() -> None:
    """The comparison itself can fail: 2.78 is what F01 publishes for its first unit."""
    folder = find_pack("published-formulas")
    case = next(case for case in pack_cases(folder) if case.case == "F01-a")
    wrong = case.model_copy(
        update={"expect": {"A": case.expect["A"].model_copy(update={"score": Fraction("2.79")})}}
    )
    report = CaseReport("p", wrong, tuple(run_case(wrong, folder.scheme("f01"))))
    assert [problem.code for problem in report.differences] == ["case_differs"]


def test_the_preset_decides_whether_the_public_vote_counts() -> None:
    """rules of 2026: weight 0; the historical preset sets a weight and carries a warning."""
    folder = find_pack("jiaozuo-team-review")
    now = folder.scheme("team", "compliance-2026").scheme.parameters
    then = folder.scheme("team", "jiaozuo-2017").scheme.parameters
    changed = {key for key in now if now[key].value != then[key].value}
    weights = {key for key in changed if now[key].value in ("0", "0%")}
    assert weights, changed
    assert all(then[key].warning for key in weights)


def test_a_result_of_a_sample_is_plain_json() -> None:
    """Parsing numbers as floats would lose exactness: every value is a string."""
    folder = find_pack("ruyang-two-way")
    sample = folder.sample()
    assert sample is not None
    scored = score_round(folder.scheme(), sample_tables(sample), ValidityPlan(draws=3))

    def no_float(text: str) -> float:
        raise AssertionError(text)

    result = json.loads(scored.members["result.json"], parse_float=no_float)
    assert len(result["results"]) == 14  # RY-14
    ranks = sorted(row["rank"] for row in result["results"])
    assert ranks[0] == 1
    talks = [row for row in result["results"] if row["awards"]]
    assert max(ranks) in [row["rank"] for row in talks]  # the lowest is to be talked to (RY-08)


def test_a_wrong_expectation_is_found_out() -> None:
    """The cases can fail: each kind of expectation, changed, is told."""
    folder = find_pack("published-formulas")
    case = next(case for _, case in CASES if case.case == "F01-a")
    scheme = folder.scheme(case.scheme, case.preset)
    right = case.expect["A"]
    wrongs: list[dict[str, object]] = [
        {"score": Fraction("2.79")},
        {"score": None, "no_score": True},
        {"grade": "优秀"},
        {"rank": 2},
        {"awards": ("flag",)},
        {"vetoes": ("fraud",)},
        {"nodes": {**right.nodes, "item1": "0.49"}},
        {"nodes": {**right.nodes, "item1": "none"}},
        {"nodes": {"no_such_node": "1"}},
    ]
    for wrong in wrongs:
        changed = case.model_copy(update={"expect": {"A": right.model_copy(update=wrong)}})
        assert len(list(run_case(changed, scheme))) == 1
    for update in ({"expect": {"B": right}}, {"expect_problem": "quorum_missed"}):
        assert len(list(run_case(case.model_copy(update=update), scheme))) == 1


@pytest.mark.parametrize(("folder", "case"), CASES, ids=_name)
def test_every_case_expects_something_and_shows_its_working(folder: PackFolder, case: Case) -> None:
    assert case.expect or case.expect_problem
    assert len(case.working) > 10
    assert all(wanted.model_fields_set for wanted in case.expect.values())


@pytest.mark.parametrize("folder", PACKS, ids=_name)
def test_every_preset_changes_some_scheme_and_every_parameter_is_used(folder: PackFolder) -> None:
    forms: dict[str, list[str]] = {}
    used = set()
    for scheme in folder.pack.schemes:
        for preset in folder.pack.presets:
            loaded = folder.scheme(scheme, preset)
            forms.setdefault(preset, []).append(loaded.digest)
            used |= set(loaded.scheme.parameters)
    assert len({tuple(form) for form in forms.values()}) == len(forms)
    assert used == set(folder.parameters)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("pack:nowhere", "pack_unknown"),
        ("pack:", "pack_unknown"),
        ("pack:../packs", "pack_unknown"),
        ("pack:published-formulas/f99", "pack_unknown"),
        ("pack:published-formulas/../f01", "pack_unknown"),
        ("pack:published-formulas@none", "preset_unknown"),
        ("pack:published-formulas/f01@default/x", "pack_unknown"),
    ],
)
def test_references_that_lead_nowhere(text: str, code: str) -> None:
    with pytest.raises(PingyiError) as caught:
        find_scheme(text)
    assert [problem.code for problem in caught.value.problems] == [code]
    assert find_scheme("pack:published-formulas/quota@quota_ceil").scheme.key == "quota"
