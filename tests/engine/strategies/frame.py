"""Everything of a scheme before its nodes: attributes, papers with their rules, inputs, figures."""

from __future__ import annotations

from tests.engine.strategies.maker import SHARES, Data, Maker, as_bool

LEVELS = {"top": "上级", "low": "下级"}
KINDS = {"a": "甲类", "b": "乙类"}
SCALES = (
    {"most": "10"},
    {"least": "0", "most": "100", "step": "10"},
    {"least": "-2", "most": "2", "step": "0.5"},
    {"least": "1/3", "most": "7/3", "step": "1/3"},
    {"least": "1", "most": "253"},
    {"least": "1", "most": "254"},
)
"""With the special answers the last two have just not and just so many that a byte is too small."""
GRADES = (
    {"优秀": "100", "良好": "80", "一般": "60", "较差": "0"},
    {"满意": "1", "基本满意": "60%", "不满意": "0"},
    {"好": "10", "较好": "10", "差": "-1"},
)
BOUNDS = ("at_least", "at_most", "above", "below")


def make_frame(m: Maker) -> None:
    m.scheme |= m.ruled("检验方案", grammar="1", key="trial")
    m.maybe(m.scheme, 10, "help", lambda: "说明")
    m.scheme["attributes"] = {
        "level": {"title": "层级", "values": LEVELS},
        "kind": {"title": "类别", "values": KINDS},
        "zone": {"title": "片区"},
    }
    if m.chance(70):
        names = ["level", "kind", "parent", "zone"]
        m.scheme["peer_groups"] = m.one([["level"], ["parent"], m.some(names, 0, 2)])
    classes = [f"c{i}" for i in range(m.number(1, 3))]
    m.scheme["classes"] = {name: {"title": f"票种{name}"} for name in classes}
    m.scheme["papers"] = {f"p{i}": _paper(m, f"p{i}") for i in range(m.number(1, 2))}
    m.scheme["inputs"] = {f"i{i}": _input(m, f"i{i}") for i in range(m.number(1, 3))}
    m.scheme["figures"] = _figures(m)
    m.scheme["events"] = {
        name: m.ruled(f"事项{name}", evidence=as_bool(m.chance(50))) for name in ("e0", "e1")
    }
    if m.chance(70):
        prior = m.ruled("上年结果", required=as_bool(m.chance(50)))
        m.maybe(prior, 30, "scheme", lambda: "last")
        m.scheme["priors"] = {"y": prior}


def _paper(m: Maker, key: str) -> Data:
    paper = m.ruled(f"测评表{key}")
    names = [f"d{i}" for i in range(m.one((1, 2, 2, 3)))]
    paper["dimensions"] = {name: {"title": f"{key}的{name}"} for name in names}
    if m.chance(55):
        paper["points"] = m.one((*SCALES[:4], *SCALES))
    else:
        paper["grades"] = m.one(GRADES)
    m.maybe(paper, 60, "abstain", lambda: as_bool(m.chance(80)))
    m.maybe(paper, 60, "not_informed", lambda: as_bool(m.chance(80)))
    m.maybe(paper, 60, "scope", lambda: m.one(("all", "own")))
    m.maybe(paper, 60, "recusal", lambda: m.one(("none", "drop", "drop", "void")))
    m.maybe(paper, 50, "rules", lambda: [_rule(m, paper) for _ in range(m.number(1, 3))])
    return paper


def _rule(m: Maker, paper: Data) -> Data:
    rule = m.ruled("评票规则")
    rule["count"] = m.one(("scores", "sheets"))
    rule["over"] = m.one(("sheet", "ballot")) if rule["count"] == "scores" else "ballot"
    rule["void"] = m.one(("sheet", "ballot")) if rule["over"] == "sheet" else "ballot"
    rule["where"] = _where(m, paper, rule["count"])
    bounds = m.some(("least", "most", "least_share", "most_share"), 1, 2)
    for bound in bounds:
        rule[bound] = m.one(SHARES) if bound.endswith("share") else str(m.number(0, 3))
    m.maybe(rule, 40, "from_number", lambda: str(m.number(1, 3)))
    return rule


def _where(m: Maker, paper: Data, count: str) -> Data:
    if m.chance(30):
        return {"distinct": "true"}
    grades = paper.get("grades")
    if grades and m.chance(60) and (count == "scores" or len(paper["dimensions"]) == 1):
        return {"grade": m.one(list(grades))}
    near = list(grades.values()) if grades else ["0", "1", "2", "5", "10", "20", "1/3"]
    return {bound: m.one([*near, "3/2"]) for bound in m.some(BOUNDS, 1, 2)}


def _input(m: Maker, key: str) -> Data:
    source = m.ruled(f"渠道{key}")
    papers, classes = m.keys("papers"), m.keys("classes")
    plain = [name for name in papers if "rules" not in m.scheme["papers"][name]]
    is_tally = bool(plain) and m.chance(30)
    if is_tally or m.chance(50):
        source["kind"] = "tally" if is_tally else "ballots"
    source["papers"] = m.some(plain if is_tally else papers)
    source["classes"] = m.some(classes)
    m.maybe(source, 25, "quorum", lambda: _quorum(m))
    return source


def _quorum(m: Maker) -> Data:
    quorum = m.ruled("法定人数", least=m.one(("0", "1/3", "1/3", "1/2", "1")))
    m.maybe(quorum, 50, "exceed", lambda: as_bool(m.chance(60)))
    m.maybe(quorum, 70, "of", lambda: m.one(("expected", "present", "issued")))
    m.maybe(quorum, 70, "count", lambda: m.one(("present", "returned", "valid")))
    m.maybe(quorum, 85, "otherwise", lambda: m.one(("block", "warn", "warn", "warn")))
    return quorum


def _figures(m: Maker) -> Data:
    """One with both ends, one without a most, one by respondent classes."""
    classes = m.some(m.keys("classes"))
    split = m.ruled("第三方测评", classes=classes)
    m.maybe(split, 50, "most", lambda: "100")
    return {
        "f0": m.ruled("完成数", least="-10", most="100", unit="分"),
        "f1": m.ruled("任务数"),
        "f2": split,
    }
