"""What each operation did for one target, in words and numbers."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from pingyi.engine.evaluate.cells import Cell, State
from pingyi.engine.evaluate.rounds import Facts
from pingyi.engine.evaluate.sums import counted_events
from pingyi.engine.explain.ballots import explain_counted
from pingyi.engine.explain.words import shown
from pingyi.engine.grammar.finals import RoundingStage
from pingyi.engine.grammar.fulls import part_fulls
from pingyi.engine.grammar.nodes import (
    Choose,
    Collect,
    Combining,
    Counted,
    Empty,
    Events,
    FigureNode,
    From,
    Linear,
    Node,
    RankPoints,
    RankTies,
    Ratio,
    Round,
    Take,
    Tiers,
    Whose,
)
from pingyi.engine.grammar.words import value_phrase

if TYPE_CHECKING:
    from pingyi.engine.explain.tree import Explainer

Told = tuple[list[str], list[tuple[str, str]]]
"""Lines, and the (node, target) pairs that they rest on."""


def explain_operation(explainer: Explainer, name: str, code: str) -> Told:
    """Lines and parts of one node."""
    node = explainer.scheme.nodes[name]
    match node:
        case Counted():
            return explain_counted(explainer, node, code), []
        case FigureNode():
            return _figure(explainer, node, code), []
        case Linear():
            return _linear(explainer, name, node, code)
        case Combining() | Collect():
            return _listed(explainer, name, node, code)
        case Ratio():
            return _ratio(explainer, name, node, code)
        case Tiers():
            return _tiers(explainer, node, code), [(node.of, code)]
        case RankPoints():
            return _rank_points(explainer, name, node, code), [(node.of, code)]
        case Choose():
            return _choose(explainer, node, code)
        case From():
            return _from(explainer, node, code)
        case Events():
            return _events(explainer, name, node, code), []
        case Round():
            value = shown(explainer.evaluation.shown(name, code).value)
            of = _value(explainer, node.of, code)
            return [explainer.say("rounded", of=of, places=node.places, value=value)], [
                (node.of, code)
            ]
        case _:
            return [], []


def _cell(explainer: Explainer, name: str, code: str) -> Cell:
    return explainer.evaluation.shown(name, code)


def _value(explainer: Explainer, name: str, code: str) -> str:
    return shown(_cell(explainer, name, code).value)


def _part(explainer: Explainer, name: str, code: str) -> Fraction | None:
    """A part's value as it was combined."""
    cell = _cell(explainer, name, code)
    if cell.value is None or not cell.counts:
        return None
    parts = explainer.scheme.rounding.stage is RoundingStage.PARTS
    return explainer.frame.rounded(cell.value) if parts else cell.value


def _figure(explainer: Explainer, node: FigureNode, code: str) -> list[str]:
    figures, say = explainer.frame.data.figures, explainer.say
    classes = explainer.scheme.figures[node.figure].classes
    if not classes:
        found = figures.get((node.figure, code, None))
        return [say("figure", value=shown(found.value if found else None))]
    lines = []
    for rater_class in [node.class_] if node.class_ is not None else classes:
        found = figures.get((node.figure, code, rater_class))
        titles = explainer.scheme.classes
        title = titles[rater_class].title if rater_class in titles else rater_class
        sample = "—" if found is None or found.sample is None else found.sample
        value = shown(found.value if found else None)
        lines.append(say("figure_class", **{"class": title}, value=value, sample=sample))
    return lines if node.class_ is not None else [*lines, say("by_sample")]


def _linear(explainer: Explainer, name: str, node: Linear, code: str) -> Told:
    say = explainer.say
    terms = [shown(node.constant)] if node.constant or not node.parts else []
    fulls = part_fulls(explainer.scheme, node)
    present_full, scored, plain = Fraction(0), Fraction(0), Fraction(0)
    for part, full in zip(node.parts, fulls, strict=True):
        value = _part(explainer, part.node, code)
        title = explainer.scheme.nodes[part.node].title
        times = "" if part.coefficient() == 1 else f" × {shown(part.coefficient())}"
        terms.append(f"{title} {shown(value)}{times}")
        if value is None and _counts_zero(explainer, node, part.node, code):
            value = Fraction(0)
        if value is not None and full > 0:
            present_full += full
            scored += part.coefficient() * value
        elif value is not None:
            plain += part.coefficient() * value
    lines = [say("linear", sum=" + ".join(terms), value=_value(explainer, name, code))]
    total = sum(fulls, Fraction(0))
    factor = Fraction(1)
    if present_full and present_full != total:
        factor = total / present_full
        lines.append(say("shared_out", factor=shown(factor)))
    lines += _bounds(explainer, node, node.constant + scored * factor + plain)
    return lines, [(part.node, code) for part in node.parts]


def _counts_zero(explainer: Explainer, node: Linear, part: str, code: str) -> bool:
    dropped = _cell(explainer, part, code).state is State.DROPPED
    return node.empty is Empty.ZERO and not dropped


def _bounds(explainer: Explainer, node: Node, value: Fraction) -> list[str]:
    floor, cap = getattr(node, "floor", None), getattr(node, "cap", None)
    if floor is not None and value < floor:
        return [explainer.say("floor", floor=shown(floor))]
    if cap is not None and value > cap:
        return [explainer.say("cap", cap=shown(cap))]
    return []


def _listed(explainer: Explainer, name: str, node: Node, code: str) -> Told:
    if isinstance(node, Collect):
        how, children = node.how.value, explainer.frame.children[code]
        parts = [(node.of, child) for child in children]
        titles = [explainer.frame.name(child) for child in children]
    else:
        how = type(node).__name__.lower()
        parts = [(inner, code) for inner in getattr(node, "parts", ())]
        titles = [explainer.scheme.nodes[inner].title for inner, _ in parts]
    terms = [
        f"{title} {shown(_part(explainer, inner, target))}"
        for title, (inner, target) in zip(titles, parts, strict=True)
    ]
    value = _value(explainer, name, code)
    lines = [explainer.say(f"list_{how}", sum=explainer.speaker.comma(terms), value=value)]
    if isinstance(node, Collect):
        lines.append(explainer.say("children", number=len(parts)))
    return lines, parts


def _ratio(explainer: Explainer, name: str, node: Ratio, code: str) -> Told:
    say = explainer.say
    parts = [(node.of, code)]
    lines = []
    divisor = node.to_number
    if node.to_best:
        group = explainer.frame.groups[explainer.frame.group_of[code]]
        values = [_cell(explainer, node.of, other).value for other in group]
        divisor = max((value for value in values if value is not None), default=None)
        lines.append(say("ratio_best", by=shown(divisor)))
    elif node.to_node is not None:
        divisor = _cell(explainer, node.to_node, code).value
        parts.append((node.to_node, code))
    if divisor == 0:
        return [
            *lines,
            say(
                "zero_divisor",
                policy=value_phrase(node.zero.value).text(explainer.speaker.language),
            ),
        ], parts
    of = _cell(explainer, node.of, code).value
    facts = {"of": shown(of), "by": shown(divisor), "times": shown(node.times)}
    lines.append(say("ratio", **facts, value=_value(explainer, name, code)))
    if of is not None and divisor is not None:
        lines += _bounds(explainer, node, node.times * of / divisor)
    return lines, parts


def _tiers(explainer: Explainer, node: Tiers, code: str) -> list[str]:
    of = _cell(explainer, node.of, code).value
    if of is None:
        return []
    for band in node.bands:
        if band.holds(of):
            facts = {"of": shown(of), "band": band.text(), "value": shown(band.value)}
            return [explainer.say("tier", **facts)]
    return [explainer.say("tier_none", of=shown(of))]


def _rank_points(explainer: Explainer, name: str, node: RankPoints, code: str) -> list[str]:
    own = _cell(explainer, node.of, code).value
    if own is None:
        return []
    group = explainer.frame.groups[explainer.frame.group_of[code]]
    values = [_cell(explainer, node.of, other).value for other in group]
    better = [
        value
        for value in values
        if value is not None and (value < own if node.lowest_first else value > own)
    ]
    rank = 1 + (len(set(better)) if node.ties is RankTies.DENSE else len(better))
    return [explainer.say("rank_points", rank=rank, value=_value(explainer, name, code))]


def _choose(explainer: Explainer, node: Choose, code: str) -> Told:
    columns = explainer.evaluation.columns
    facts = Facts(explainer.frame, code, columns.exact_values(code), None)
    for number, case in enumerate(node.cases, 1):
        if facts.holds(case.when):
            lines = [explainer.say("chosen", number=number)]
            return lines, [(case.then, code)] if case.then is not None else []
    otherwise = [(node.otherwise, code)] if node.otherwise is not None else []
    return [explainer.say("otherwise")], otherwise


def _from(explainer: Explainer, node: From, code: str) -> Told:
    say = explainer.say
    whose: str | None = code
    if node.whose is Whose.PARENT:
        whose = explainer.frame.targets[code].parent
    elif node.whose is Whose.TARGET:
        whose = node.target
    title = explainer.frame.name(whose) if whose in explainer.frame.targets else (whose or "—")
    owner = say("parent" if node.whose is Whose.PARENT else "other", title=title)
    if node.prior is not None:
        owner += " " + say("prior", prior=explainer.scheme.priors[node.prior].title)
    what = say(f"take_{node.take.value}", grade=_grade(explainer, node, whose), award=node.award)
    lines = [say("taken", whose=owner, what=what)]
    is_here = node.prior is None and node.take is Take.VALUE and whose in explainer.frame.targets
    return lines, [(str(node.node), str(whose))] if is_here else []


def _grade(explainer: Explainer, node: From, whose: str | None) -> str:
    if node.take is not Take.GRADE or whose is None:
        return "—"
    if node.prior is not None:
        prior = explainer.frame.data.priors.get(node.prior)
        entry = prior.targets.get(whose) if prior else None
        return entry.grade or "—" if entry else "—"
    return explainer.evaluation.final(whose).grade or "—"


def _events(explainer: Explainer, name: str, node: Events, code: str) -> list[str]:
    say = explainer.say
    lines = []
    for kind, events in counted_events(explainer.frame, node, code).items():
        rule = node.kinds[kind]
        if not events:
            continue
        number = sum((event.number for event in events), Fraction(0))
        moved = rule.points * number
        cap = ""
        if rule.cap is not None and abs(moved) > rule.cap:
            cap = say("event_cap", cap=shown(rule.cap))
            moved = rule.cap if moved > 0 else -rule.cap
        facts = {"points": shown(rule.points), "number": shown(number), "moved": shown(moved)}
        title = explainer.scheme.events[kind].title
        lines.append(say("event", kind=title, cap=cap, **facts))
        lines += [
            "· " + " ".join(text for text in (e.date, e.title, e.evidence) if text) for e in events
        ]
    lines.append(say("events", base=shown(node.base), value=_value(explainer, name, code)))
    return lines
