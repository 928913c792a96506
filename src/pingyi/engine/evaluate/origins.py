"""Where the data of a value came from: file and, where there is one, row; for messages."""

from __future__ import annotations

from collections.abc import Iterator

from pingyi.engine.errors import Place
from pingyi.engine.evaluate.rounds import Frame
from pingyi.engine.grammar.nodes import Counted, Events, FigureNode, Node, node_inputs
from pingyi.engine.grammar.papers import InputKind
from pingyi.engine.tables.columns import BALLOTS, EVENTS, FIGURES, ROLLS, TALLIES, TARGETS

MOST_PLACES = 5
"""A message that names more places helps nobody."""


def places_of(frame: Frame, name: str, code: str) -> list[Place]:
    """What a node of a target rests on; the target's own row where no table was handed in."""
    found = dict.fromkeys(_places(frame, name, code))
    target = frame.data.place(TARGETS.key, frame.targets[code].row)
    return list(found)[:MOST_PLACES] or ([target] if target is not None else [])


def figure_places(frame: Frame, node: FigureNode, code: str) -> list[Place]:
    """The rows of a figure, or its file if there are none."""
    rows = [
        found.row
        for (figure, target, rater_class), found in frame.data.figures.items()
        if (figure, target) == (node.figure, code) and node.class_ in (None, rater_class)
    ]
    places = [frame.data.place(FIGURES.key, row) for row in rows or [None]]
    return [place for place in places if place is not None]


def _places(frame: Frame, name: str, code: str) -> Iterator[Place]:
    seen, waiting = {name}, [name]
    while waiting:
        node = frame.scheme.nodes[waiting.pop(0)]
        yield from _own_places(frame, node, code)
        inner = [part for part in node_inputs(node) if part not in seen]
        seen.update(inner)
        waiting += inner


def _own_places(frame: Frame, node: Node, code: str) -> Iterator[Place]:
    match node:
        case Counted():
            is_tally = frame.scheme.inputs[node.input].kind is InputKind.TALLY
            rolls = [
                roll.row
                for roll in frame.data.rolls
                if (roll.input, roll.paper) == (node.input, node.paper)
                and roll.rater_class in node.classes
                and roll.target in (None, code)
            ]
            counted = frame.data.place(TALLIES.key if is_tally else BALLOTS.key)
            places = [counted, *(frame.data.place(ROLLS.key, row) for row in rolls)]
        case FigureNode():
            places = [*figure_places(frame, node, code)]
        case Events():
            places = [frame.data.place(EVENTS.key)]
        case _:
            places = []
    yield from (place for place in places if place is not None)
