"""The two executors, which know nothing of each other, must agree on every generated round."""

from __future__ import annotations

import typing
from collections import Counter
from collections.abc import Callable, Iterator
from enum import Enum
from types import UnionType
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from tests.engine.strategies import Case, cases, random_cases

from pingyi.engine.counted.execute import execute as execute_counted
from pingyi.engine.errors import Blocked
from pingyi.engine.grammar.nodes import Operations
from pingyi.engine.grammar.scheme import Scheme
from pingyi.engine.outcome import Outcome
from pingyi.engine.reference import execute as execute_reference
from pingyi.engine.tables.inputs import RoundInput, RulingKind

Execute = Callable[[Scheme, RoundInput], Outcome]


def counted(scheme: Scheme, data: RoundInput) -> Outcome:
    return execute_counted(scheme, data).outcome


def result_of(execute: Execute, scheme: Scheme, data: RoundInput) -> object:
    """Targets and counts; None where the round is blocked."""
    try:
        outcome = execute(scheme, data)
    except Blocked:
        return None
    return dict(outcome.targets), dict(outcome.counts)


@given(cases())
def test_the_executors_agree(case: Case) -> None:
    data = case.data()
    expected = result_of(execute_reference, case.scheme, data)
    assert result_of(counted, case.scheme, data) == expected, case.text


@settings(max_examples=settings().max_examples // 2)
@given(cases(), st.data())
def test_counts_add_up(case: Case, data: st.DataObject) -> None:
    """Ballots may come in any order and in any number of files."""
    shuffled = data.draw(st.permutations(case.ballots), "shuffled")
    cut = data.draw(st.integers(0, len(shuffled)), "cut")
    for execute in (execute_reference, counted):
        expected = result_of(execute, case.scheme, case.data())
        for parts in ([case.ballots[:cut], case.ballots[cut:]], [shuffled[:cut], shuffled[cut:]]):
            assert result_of(execute, case.scheme, case.with_ballots(parts)) == expected, case.text


# -- everything that may be written is generated --------------------------------------------------

DESCRIPTIVE = {"title", "basis", "help", "warning", "grammar", "key", "op", "document", "article"}
"""Fields that no executor reads."""
Seen = tuple[str, str, str]
"""(model, field, what was seen there)"""


def fields_of(model: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    for name, info in model.model_fields.items():
        if name not in DESCRIPTIVE:
            yield name, info.annotation


def inner_types(annotation: Any) -> Iterator[Any]:
    """A type and all types inside it."""
    yield annotation
    for part in typing.get_args(annotation):
        yield from inner_types(part)


def models() -> list[type[BaseModel]]:
    """All models of the grammar that a scheme is made of."""
    found: list[type[BaseModel]] = [Scheme]
    for model in found:
        for _, annotation in fields_of(model):
            for kind in inner_types(annotation):
                is_model = isinstance(kind, type) and issubclass(kind, BaseModel)
                if is_model and kind not in found:
                    found.append(kind)
    return found


def wanted_of(annotation: Any) -> Iterator[str]:
    """What must be seen in a field: every member, both truths, given and not given."""
    for kind in inner_types(annotation):
        if isinstance(kind, type) and issubclass(kind, Enum):
            yield from (str(member) for member in kind)
    if annotation is bool:
        yield from ("True", "False")
    origin = typing.get_origin(annotation)
    kinds = typing.get_args(annotation) if origin in (typing.Union, UnionType) else (annotation,)
    if type(None) in kinds:
        yield from ("given", "not given")
    yield from (kind.__name__ for kind in map(typing.get_origin, kinds) if kind in (dict, tuple))


def seen_in(part: BaseModel) -> Iterator[Seen]:
    """What is seen in a part of a scheme and in everything inside it."""
    model = type(part).__name__
    for name, annotation in fields_of(type(part)):
        value = getattr(part, name)
        if isinstance(value, Enum | bool):
            yield model, name, str(value)
        if type(None) in typing.get_args(annotation):
            yield model, name, "not given" if value is None else "given"
        if isinstance(value, dict | tuple) and value:
            yield model, name, type(value).__name__
        inner = value.values() if isinstance(value, dict) else value
        for item in inner if isinstance(inner, tuple | type({}.values())) else (inner,):
            if isinstance(item, BaseModel):
                yield from seen_in(item)


def test_everything_is_generated() -> None:
    """A new operation, policy or option without generation fails here."""
    seen: Counter[Seen] = Counter()
    results: Counter[str] = Counter()

    for case in random_cases(seed=1, number=300):
        seen.update(set(seen_in(case.scheme)))
        seen.update({("Ruling", "kind", str(ruling.kind)) for ruling in case.rest.rulings})
        seen.update({("operation", "", type(node).__name__) for node in case.scheme.nodes.values()})
        data = case.data()
        expected = result_of(execute_reference, case.scheme, data)
        assert result_of(counted, case.scheme, data) == expected, case.text
        results["blocked" if expected is None else "scored"] += 1
    wanted = {
        (model.__name__, name, what)
        for model in models()
        for name, annotation in fields_of(model)
        for what in wanted_of(annotation)
    }
    wanted |= {("operation", "", kind.__name__) for kind in Operations.ALL}
    wanted |= {("Ruling", "kind", str(kind)) for kind in RulingKind}
    print(
        [(k, v) for k, v in sorted(seen.items(), key=lambda x: x[1]) if k in wanted][:30], results
    )
    assert not sorted(wanted - set(seen)), "these are never generated"
    assert results["scored"] > results["blocked"]
