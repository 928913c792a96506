"""Drafts as text: started from a pack, a parameter changed in place, harmful choices found."""

from __future__ import annotations

from dataclasses import dataclass

import yaml

from pingyi.apps.schemes.harms import Harm, harms, value_text
from pingyi.apps.schemes.models import SchemeVersion
from pingyi.apps.schemes.problems import house_error
from pingyi.engine.errors import PingyiError
from pingyi.engine.grammar.document import Data, parse_document
from pingyi.engine.grammar.load import load_scheme
from pingyi.engine.packs import find_pack


@dataclass(frozen=True)
class Start:
    """What a draft begins with."""

    pack: str
    scheme: str
    preset: str
    title: str
    text: str


def from_pack(pack: str, scheme: str = "", preset: str = "") -> Start:
    """A scheme of a pack under a preset; the first ones when none is named. Raises
    ``SchemeRefused`` with the known names."""
    try:
        folder = find_pack(pack)
        scheme = scheme or folder.pack.first_scheme
        preset = preset or folder.pack.first_preset
        file = folder.scheme(scheme, preset)
    except PingyiError as error:
        raise house_error(error) from None
    return Start(pack, scheme, preset, file.scheme.title, file.text)


def usual_values(version: SchemeVersion) -> dict[str, str]:
    """The pack's values of the parameters under the version's preset; none without a pack."""
    if not version.pack:
        return {}
    try:
        file = find_pack(version.pack).scheme(version.pack_scheme, version.preset)
    except PingyiError:
        return {}
    found = file.scheme.parameters.items()
    return {key: value_text(parameter.value) for key, parameter in found}


def harms_of(version: SchemeVersion) -> list[Harm]:
    """The harmful or odd choices of a draft; none of one that cannot be read."""
    try:
        scheme = load_scheme(version.text).scheme
    except PingyiError:
        return []
    return harms(scheme, usual_values(version))


def data_of(text: str) -> Data:
    """The text as plain data; None where it is no YAML."""
    try:
        return parse_document(text).data
    except PingyiError:
        return None


def key_of(text: str) -> str:
    data = data_of(text)
    key = data.get("key") if isinstance(data, dict) else None
    return key[:64] if isinstance(key, str) else ""


def parameter_value(text: str, key: str) -> str | None:
    """A parameter's value as it stands in the text; None where there is no such parameter."""
    data = data_of(text)
    parameters = data.get("parameters") if isinstance(data, dict) else None
    entry = parameters.get(key) if isinstance(parameters, dict) else None
    return value_text(entry.get("value")) if isinstance(entry, dict) else None


def with_parameter(text: str, key: str, value: str) -> str:
    """The text with one parameter's value replaced where it stands; all else, comments too, is
    left as it was written."""
    node = _child(_child(yaml.compose(text, Loader=yaml.SafeLoader), "parameters"), key)
    place = _child(node, "value")
    items = [item.strip() for item in value.split("、")]
    as_list = isinstance(place, yaml.SequenceNode)
    written = f"[{', '.join(map(_quoted, items))}]" if as_list else _quoted(value)
    if place is None:
        assert isinstance(node, yaml.MappingNode)
        first = node.value[0][0].start_mark
        gap = ", " if node.flow_style else "\n" + " " * first.column
        return f"{text[: first.index]}value: {written}{gap}{text[first.index :]}"
    start, end = place.start_mark.index, place.end_mark.index
    if start == end:
        written = " " + written
    if isinstance(place, yaml.SequenceNode) and not place.flow_style:
        written += "\n" + " " * place.start_mark.column
    return text[:start] + written + text[end:]


def _child(node: yaml.Node | None, key: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)


def _quoted(value: str) -> str:
    """A YAML scalar on one line that reads back as this text."""
    dumped = yaml.safe_dump(value, default_style='"', allow_unicode=True, width=10**9)
    return str(dumped).strip()
