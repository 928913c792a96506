"""A YAML text as plain data: every scalar a string, every place remembered.

YAML's own guessing of types is never used: ``0.10`` stays the text ``0.10`` until the grammar
reads it exactly. Anchors, aliases and merge keys are refused, and so is a key written twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import yaml

from pingyi.engine.details import yaml_reason
from pingyi.engine.errors import BadScheme, Collector, Place, Problem
from pingyi.engine.messages import YAML_LOADER

Data: TypeAlias = "str | list[Data] | dict[str, Data] | None"
Path: TypeAlias = tuple[str | int, ...]

MOST_CHARACTERS = 2_000_000
MOST_DEPTH = 40


@dataclass(frozen=True)
class Document:
    """Parsed data with the line (from 1) of every path."""

    data: Data
    lines: Mapping[Path, int] = field(default_factory=dict)
    file: str | None = None

    def place(self, path: Path) -> Place:
        """The place of ``path``, or of the nearest parent that has a line."""
        known = path
        while known and known not in self.lines:
            known = known[:-1]
        return Place(file=self.file, line=self.lines.get(known), path=path_text(path) or None)


def path_text(path: Path) -> str:
    """``nodes.total.parts[0].weight``"""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


def parse_document(text: str, file: str | None = None) -> Document:
    """Read YAML (JSON is YAML too). Raises ``BadScheme`` with line numbers."""
    if len(text) > MOST_CHARACTERS:
        raise BadScheme(Problem.of("scheme_too_long", Place(file=file), most=MOST_CHARACTERS))
    depth = 0
    try:
        for event in yaml.parse(text, Loader=YAML_LOADER):
            place = Place(file=file, line=_line(event))
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise BadScheme(Problem.of("yaml_anchor", place))
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > MOST_DEPTH:
                raise BadScheme(Problem.of("yaml_too_deep", place, most=MOST_DEPTH))
        root = yaml.compose(text, Loader=YAML_LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise BadScheme(
            Problem.of(
                "yaml_syntax",
                Place(file=file, line=line),
                detail=yaml_reason(error.problem or error),
            )
        ) from error
    except (yaml.YAMLError, RecursionError) as error:
        told = Problem.of("yaml_syntax", Place(file=file), detail=yaml_reason(error))
        raise BadScheme(told) from error
    problems = Collector(file)
    lines: dict[Path, int] = {}
    data = _plain(root, (), lines, problems) if root is not None else None
    problems.raise_if_any(BadScheme)
    return Document(data, lines, file)


def _plain(node: yaml.Node, path: Path, lines: dict[Path, int], problems: Collector) -> Data:
    lines[path] = _line(node)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, i), lines, problems) for i, item in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, lines, problems)
    is_empty = node.value == "" and getattr(node, "style", None) is None
    return None if is_empty or node.tag.endswith(":null") else str(node.value)


def _mapping(
    node: yaml.MappingNode, path: Path, lines: dict[Path, int], problems: Collector
) -> Data:
    data: dict[str, Data] = {}
    for key_node, value_node in node.value:
        key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
        place = Place(line=_line(key_node), path=path_text(path) or None)
        if not isinstance(key, str) or key == "<<":
            problems.add("yaml_bad_key", place, key=key)
        elif key in data:
            problems.add("yaml_twice", place, key=key)
        else:
            data[key] = _plain(value_node, (*path, key), lines, problems)
            lines[(*path, key)] = _line(key_node)
    return data


def _line(part: yaml.Node | yaml.Event) -> int:
    return part.start_mark.line + 1 if part.start_mark is not None else 1
