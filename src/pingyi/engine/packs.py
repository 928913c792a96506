"""Practice packs: reviewed data that ships with the program.

A pack is a folder of ``pingyi/packs``::

    pack.yaml       key, title, basis, practices, schemes, presets
    <scheme>.yaml   one or more schemes, with $parameters
    params/*.yaml   one file a parameter: dated values, each with its basis
    cases/*.yaml    worked examples, run as tests
    page.zh.md      the page an officer reads
    sample/         the tables of a sample round (optional), one folder a scheme
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pingyi.engine.errors import BadInput, BadScheme, Place, Problem
from pingyi.engine.grammar.document import Data, parse_document
from pingyi.engine.grammar.fields import Basis, Key, Part, Ruled, Title
from pingyi.engine.grammar.load import SchemeFile, dump_data, load_scheme

PACK_PREFIX = "pack:"
_REFERENCE = re.compile(r"pack:(?P<pack>[\w-]+)(?:/(?P<scheme>[\w-]+))?(?:@(?P<preset>[\w-]+))?")
_USED = re.compile(r"\$([^\W\d][\w-]*)")


class Preset(Part):
    """A named choice of parameter values: those in force on ``as_of``, with some set otherwise."""

    title: Title
    as_of: date
    help: str | None = None
    set: dict[Key, str] = {}


class PackScheme(Part):
    title: Title
    help: str | None = None


class Pack(Ruled):
    """``pack.yaml``"""

    key: Key
    practices: tuple[str, ...] = ()
    """Ids of the practice rows that the pack carries (JZ-14 …)."""
    schemes: dict[Key, PackScheme]
    presets: dict[Key, Preset]

    @property
    def first_scheme(self) -> str:
        return next(iter(self.schemes))

    @property
    def first_preset(self) -> str:
        return next(iter(self.presets))


class DatedValue(Part):
    since: date
    value: str
    basis: Basis


class ParameterFile(Part):
    """``params/<name>.yaml``: what a value was from which day on, and on what ground."""

    title: Title
    help: str | None = None
    warning: str | None = None
    values: tuple[DatedValue, ...]

    def on(self, day: date) -> DatedValue:
        """The value in force on a day; before the first one, the first."""
        ordered = sorted(self.values, key=lambda value: value.since)
        return next((value for value in reversed(ordered) if value.since <= day), ordered[0])


@dataclass(frozen=True)
class PackFolder:
    """A pack on disk."""

    path: Path
    _schemes: dict[tuple[str, str], SchemeFile] = field(default_factory=dict, compare=False)

    @cached_property
    def pack(self) -> Pack:
        model = _read(self.path / "pack.yaml", Pack)
        assert isinstance(model, Pack)
        return model

    @cached_property
    def parameters(self) -> dict[str, ParameterFile]:
        found = {}
        for path in sorted((self.path / "params").glob("*.yaml")):
            model = _read(path, ParameterFile)
            assert isinstance(model, ParameterFile)
            found[path.stem] = model
        return found

    def scheme(self, name: str | None = None, preset: str | None = None) -> SchemeFile:
        """A scheme of the pack with the parameter values of a preset filled in."""
        name, preset = name or self.pack.first_scheme, preset or self.pack.first_preset
        for code, key, known in (
            ("pack_unknown", name, self.pack.schemes),
            ("preset_unknown", preset, self.pack.presets),
        ):
            if key not in known:
                raise BadInput(Problem.of(code, name=key, allowed="、".join(known)))
        if (name, preset) not in self._schemes:
            self._schemes[name, preset] = self._read_scheme(name, preset)
        return self._schemes[name, preset]

    def _read_scheme(self, name: str, preset: str) -> SchemeFile:
        file = self.path / f"{name}.yaml"
        text = file.read_text(encoding="utf-8")
        used = [key for key in self.parameters if key in set(_USED.findall(text))]
        if not used:
            return load_scheme(text, file.name)
        data = parse_document(text, file.name).data
        assert isinstance(data, dict)
        data["parameters"] = {key: self._parameter(key, preset) for key in used}
        return load_scheme(dump_data(data), file.name)

    def _parameter(self, name: str, preset_name: str) -> dict[str, Data]:
        parameter, preset = self.parameters[name], self.pack.presets[preset_name]
        dated = parameter.on(preset.as_of)
        entry: dict[str, Data] = {"title": parameter.title, "value": dated.value}
        entry["basis"] = dated.basis.text()
        if name in preset.set:
            entry["value"] = preset.set[name]
            entry["basis"] = f"系统默认值：预设“{preset.title}”"
        if parameter.warning:
            entry["warning"] = parameter.warning
        return entry

    @property
    def page(self) -> str:
        """The page for officers, in Chinese."""
        return (self.path / "page.zh.md").read_text(encoding="utf-8")

    def sample(self, scheme: str | None = None) -> Path | None:
        """The folder of the sample round of a scheme, if there is one."""
        folder = self.path / "sample" / (scheme or self.pack.first_scheme)
        return folder if folder.is_dir() else None


@cache
def all_packs() -> tuple[PackFolder, ...]:
    """The packs that ship with the program, by name; read once in a process."""
    root = Path(str(files("pingyi"))) / "packs"
    paths = (path for path in sorted(root.iterdir()) if (path / "pack.yaml").is_file())
    return tuple(map(PackFolder, paths))


def find_pack(name: str) -> PackFolder:
    """A pack by its key. Raises ``BadInput`` with the known ones."""
    packs = {folder.path.name: folder for folder in all_packs()}
    if name not in packs:
        raise BadInput(Problem.of("pack_unknown", name=name, allowed="、".join(packs)))
    return packs[name]


def find_scheme(reference: str) -> SchemeFile:
    """``pack:NAME``, ``pack:NAME/SCHEME`` or ``pack:NAME/SCHEME@PRESET``."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise BadInput(
            Problem.of("pack_unknown", name=reference, allowed="pack:NAME/SCHEME@PRESET")
        )
    return find_pack(match["pack"]).scheme(match["scheme"], match["preset"])


def _read(path: Path, model: type[Part]) -> Part:
    document = parse_document(path.read_text(encoding="utf-8"), path.name)
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        raise BadScheme(_problems(error, path)) from None


def _problems(error: ValidationError, path: Path) -> Iterator[Problem]:
    details: Any
    for details in error.errors(include_url=False):
        place = Place(
            file=f"{path.parent.name}/{path.name}", path=".".join(map(str, details["loc"]))
        )
        yield Problem.of("bad_value", place, text=details.get("input"), detail=details["msg"])
