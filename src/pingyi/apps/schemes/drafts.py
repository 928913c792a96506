"""Drafts as text: started from a pack, a parameter changed in place, harmful choices found."""

from __future__ import annotations

from dataclasses import dataclass

import yaml

from pingyi.apps.schemes.harms import Harm, harms, value_text
from pingyi.apps.schemes.models import SchemeVersion
from pingyi.apps.schemes.problems import house_error
from pingyi.engine.errors import PingyiError
from pingyi.engine.grammar.document import Data, parse_document
from pingyi.engine.grammar.fields import SYSTEM_DEFAULT
from pingyi.engine.grammar.load import load_scheme
from pingyi.engine.packs import find_pack

LEAST_REASON = 5
"""Characters that a reason must have at least."""


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


def has_pack(version: SchemeVersion) -> bool:
    """Is there a pack to compare with?"""
    return pack_data(version) is not None


def pack_data(version: SchemeVersion) -> Data:
    """The pack's scheme under the version's preset, as plain data; None without one."""
    if not version.pack:
        return None
    try:
        folder = find_pack(version.pack)
        return folder.scheme(version.pack_scheme, version.preset).document.data
    except PingyiError:
        return None


@dataclass(frozen=True)
class Usual:
    """What the pack says of a parameter under the version's preset."""

    value: str
    basis: str
    help: str


def usual_parameters(version: SchemeVersion) -> dict[str, Usual]:
    """The pack's parameters; none without a pack, or where the pack has gone."""
    if not version.pack:
        return {}
    try:
        folder = find_pack(version.pack)
        found = folder.scheme(version.pack_scheme, version.preset).scheme.parameters
    except PingyiError:
        return {}
    helps = {key: parameter.help or "" for key, parameter in folder.parameters.items()}
    return {
        key: Usual(value_text(parameter.value), parameter.basis.text(), helps.get(key, ""))
        for key, parameter in found.items()
    }


def usual_values(version: SchemeVersion) -> dict[str, str]:
    return {key: usual.value for key, usual in usual_parameters(version).items()}


def harms_of(version: SchemeVersion) -> list[Harm]:
    """The harmful or odd choices of a draft; none of one that cannot be read."""
    try:
        scheme = load_scheme(version.text).scheme
    except PingyiError:
        return []
    return harms(scheme, usual_values(version))


def has_reason(version: SchemeVersion, harm: Harm) -> bool:
    """Are reason and basis given, for the value that is chosen now?"""
    given = version.reasons.get(harm.mark)
    if not isinstance(given, dict) or given.get("value") != harm.value:
        return False
    return len(given.get("reason", "")) >= LEAST_REASON and bool(given.get("basis"))


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


PARTS = ("value", "basis")
"""What of a parameter a form may change."""


def basis_text(basis: Data) -> str:
    """A basis in one line."""
    if isinstance(basis, dict):
        parts = (basis.get("document"), basis.get("article"))
        default = basis.get("default")
        return f"{SYSTEM_DEFAULT}：{default}" if default else " ".join(str(p) for p in parts if p)
    return basis if isinstance(basis, str) else ""


def parameter_part(text: str, key: str, part: str) -> str | None:
    """A parameter's value or basis as it stands in the text; None where there is no such
    parameter."""
    data = data_of(text)
    parameters = data.get("parameters") if isinstance(data, dict) else None
    entry = parameters.get(key) if isinstance(parameters, dict) else None
    if not isinstance(entry, dict) or part not in PARTS:
        return None
    found = entry.get(part)
    return basis_text(found) if part == "basis" else value_text(found)


def with_parameter(text: str, key: str, part: str, value: str) -> str:
    """The text with one parameter's value or basis replaced where it stands; all else, comments
    too, is left as it was written."""
    node = _child(_child(yaml.compose(text, Loader=yaml.SafeLoader), "parameters"), key)
    place = _child(node, part)
    as_list = isinstance(place, yaml.SequenceNode)
    items = [item.strip() for item in value.split("、")]
    written = f"[{', '.join(map(_quoted, items))}]" if as_list else _quoted(value)
    if place is None:
        assert isinstance(node, yaml.MappingNode)
        first = node.value[0][0].start_mark
        gap = ", " if node.flow_style else "\n" + " " * first.column
        return f"{text[: first.index]}{part}: {written}{gap}{text[first.index :]}"
    start, end = place.start_mark.index, place.end_mark.index
    if start == end:
        written = " " + written
    replaced = text[start:end]
    tail = replaced[len(replaced.rstrip()) :]  # of a block: the way to the next line
    return text[:start] + written + tail + text[end:]


def _child(node: yaml.Node | None, key: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)


def _quoted(value: str) -> str:
    """A YAML scalar on one line that reads back as this text."""
    dumped = yaml.safe_dump(value, default_style='"', allow_unicode=True, width=10**9)
    return str(dumped).strip()
