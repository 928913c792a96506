"""What follows the score: rounding, grades, vetoes, quotas, awards, rank."""

from __future__ import annotations

from fractions import Fraction

from tests.engine.strategies.conditions import condition
from tests.engine.strategies.maker import SHARES, Data, Maker, as_bool
from tests.engine.strategies.nodes import MODES, make_share

LABELS = ("甲", "乙", "丙", "丁")
TIES = ("none", "all", "tie_break")
WHOLE = ("half_up", "floor", "ceil")


def make_finals(m: Maker) -> None:
    _rounding(m)
    wants_grades, wants_awards = m.scheme.pop("_wants_grades", 0), m.scheme.pop("_wants_awards", 0)
    if wants_grades or m.chance(80):
        m.scheme["grades"] = _grades(m)
    if wants_awards or m.chance(60):
        names = ["w0", "w1"] if wants_awards else m.some(("w0", "w1", "w2"))
        m.scheme["awards"] = {name: _award(m, name) for name in names}
    if m.chance(60):
        m.scheme["vetoes"] = [_veto(m, f"v{i}") for i in range(m.number(1, 3))]
    if "grades" in m.scheme and m.chance(60):
        m.scheme["quotas"] = [_quota(m) for _ in range(m.number(1, 2))]
    rank = m.ruled("排名")
    m.maybe(rank, 70, "ties", lambda: m.one(("skip", "dense")))
    m.maybe(rank, 60, "tie_break", lambda: [_tie_break(m) for _ in range(m.number(1, 2))])
    m.scheme["rank"] = rank
    _parameters(m)


def _rounding(m: Maker) -> None:
    rounding = m.ruled("取整")
    m.maybe(rounding, 80, "places", lambda: m.one(("0", "0", "1", "2")))
    m.maybe(rounding, 70, "mode", lambda: m.one(MODES))
    m.maybe(rounding, 50, "stage", lambda: m.one(("end", "parts")))
    m.maybe(rounding, 50, "compare", lambda: m.one(("published", "exact")))
    m.scheme["rounding"] = rounding


def _grades(m: Maker) -> Data:
    grades = m.ruled("等次")
    places = int(m.scheme["rounding"].get("places", "2"))
    if m.chance(40):
        grades["step"] = str(Fraction(1, 10**places))
    cuts = [Fraction("1"), *m.cuts(("0", "2.25", "5", "10", "60", "100"), 3)]
    ranges = m.bands(sorted(set(cuts))[: len(LABELS) - 1], grades.get("step"))[::-1]
    if len(ranges) > 2 and m.chance(40):
        grades["undefined"] = [ranges.pop(m.number(0, len(ranges) - 1))]
    # The first labels are always there, since ``from`` may ask for them.
    grades["bands"] = [band | {"grade": label} for band, label in zip(ranges, LABELS, strict=False)]
    return grades


def _labels(m: Maker) -> list[str]:
    return [band["grade"] for band in m.scheme["grades"]["bands"]] if "grades" in m.scheme else []


def _award(m: Maker, name: str) -> Data:
    award = m.ruled(f"奖项{name}")
    m.maybe(award, 70, "end", lambda: m.one(("top", "bottom")))
    m.maybe(award, 40, "by", lambda: m.one(m.keys("nodes")))
    if m.chance(50):
        award["places"] = m.one(("1", "2", "3"))
    else:
        award["share"] = m.one(SHARES)
    m.maybe(award, 60, "rounding", lambda: m.one(WHOLE))
    m.maybe(award, 50, "when", lambda: condition(m, m.keys("nodes"), graded=True))
    m.maybe(award, 60, "condition", lambda: m.one(("after", "before")))
    m.maybe(award, 70, "ties", lambda: m.one(TIES))
    return award


def _veto(m: Maker, key: str) -> Data:
    effects = ["zero_item", "zero_all", "bar_awards", "bar_awards"]
    labels = _labels(m)
    effects += ["fix_grade", "bar_top"] if len(labels) > 1 else []
    veto = m.ruled(f"否决{key}", key=key, effect=m.one(effects))
    nodes = m.keys("nodes")
    match veto["effect"]:
        case "zero_item":
            item = m.number(0, len(nodes) - 1)
            veto |= {"item": nodes[item], "when": _before(m, nodes[:item])}
        case "zero_all":
            veto["when"] = _before(m, nodes[: nodes.index(m.scheme["score"])])
        case _:
            veto["when"] = condition(m, nodes, graded=True)
    if veto["effect"] == "fix_grade":
        veto["grade"] = m.one(labels)
    if veto["effect"] == "bar_awards" and "awards" in m.scheme:
        m.maybe(veto, 60, "awards", lambda: m.some(m.keys("awards")))
    return veto


def _before(m: Maker, nodes: list[str]) -> Data:
    """Zeroing looks only at what comes before, so that it goes in no circle."""
    return condition(m, nodes, graded=False)


def _quota(m: Maker) -> Data:
    labels = _labels(m)
    held = m.one((0, 0, len(labels) - 2)) if len(labels) > 1 else 0
    quota = m.ruled("名额", grade=labels[held])
    if m.chance(30):
        quota["share_node"] = make_share(m)
    else:
        quota["share"] = m.one(SHARES)
    m.maybe(quota, 70, "rounding", lambda: m.one(WHOLE))
    m.maybe(quota, 60, "denominator", lambda: m.one(("scored", "all")))
    m.maybe(quota, 80, "ties", lambda: m.one(TIES))
    m.maybe(quota, 40, "falls_to", lambda: m.one(labels[held + 1 :]))
    return quota


def _tie_break(m: Maker) -> Data:
    item: Data = {"node": m.one(m.keys("nodes"))}
    m.maybe(item, 50, "lowest_first", lambda: as_bool(m.chance(70)))
    return item


def _parameters(m: Maker) -> None:
    """Some of what is written becomes a parameter, which an office may change."""
    places = ("places", m.scheme["rounding"], "places")
    groups = ("groups", m.scheme, "peer_groups")
    unit = ("unit", m.scheme["figures"]["f1"], "unit")
    for key, part, name in m.some((places, groups, unit), 0):
        parameter = m.ruled("参数")
        if name in part:
            parameter["value"] = part[name]
        elif name != "unit":
            continue
        part[name] = f"${key}"
        m.scheme.setdefault("parameters", {})[key] = parameter
