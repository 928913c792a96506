"""From text to a checked scheme. Everything wrong with a scheme is reported at once."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path as FilePath

import yaml
from pydantic import ValidationError

from pingyi.engine.errors import BadScheme, BadTable, Collector
from pingyi.engine.grammar.checks import check_scheme
from pingyi.engine.grammar.document import Data, Document, Path, parse_document, path_text
from pingyi.engine.grammar.salvage import undefined_names
from pingyi.engine.grammar.scheme import GRAMMAR_VERSION, Scheme
from pingyi.engine.grammar.telling import tell
from pingyi.engine.tables.encodings import decode_text


@dataclass(frozen=True)
class SchemeFile:
    """A loaded scheme with the text it was written as."""

    scheme: Scheme
    document: Document
    text: str

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) of the canonical form: the seal of the scheme."""
        return hashlib.sha256(canonical_bytes(self.document.data)).hexdigest()


def canonical_bytes(data: Data) -> bytes:
    """The canonical form of a scheme as written: JSON with sorted keys and no blanks.

    Scalars stay the strings they were written as, so the form does not depend on how a later
    version of the grammar reads them; spacing, comments, quoting and key order do not matter.
    """
    form = {"grammar": GRAMMAR_VERSION, "scheme": data}
    return json.dumps(form, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


@lru_cache(maxsize=32)
def load_scheme(text: str, file: str | None = None) -> SchemeFile:
    """Parse, validate and check a scheme. Raises ``BadScheme`` with every problem found.

    The latest are kept, since a site asks for its few sealed texts on almost every page: nobody
    may change what is handed out.
    """
    document = parse_document(text, file)
    return SchemeFile(_validated(document), document, text)


def load_scheme_file(path: FilePath) -> SchemeFile:
    """Read a scheme from a UTF-8 or GB18030 file."""
    try:
        text = decode_text(path.read_bytes(), path.name)
    except BadTable as error:
        raise BadScheme(error.problems) from error
    return load_scheme(text, path.name)


def dump_data(data: Data) -> str:
    """Scheme data as YAML text that loads to the same data."""
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=100)


def _validated(document: Document) -> Scheme:
    problems = Collector(document.file)
    if not isinstance(document.data, dict):
        problems.add("scheme_not_mapping", document.place(()))
        raise BadScheme(list(problems))
    data = _substituted(document, problems)
    try:
        scheme = Scheme.model_validate(data)
    except ValidationError as error:
        tell(error, document, data, problems)
        for code, path, facts in undefined_names(data, error):
            problems.add(code, document.place(path), **facts)
        raise BadScheme(list(problems)) from None
    for code, path, facts in check_scheme(scheme):
        problems.add(code, document.place(path), **facts)
    problems.raise_if_any(BadScheme)
    return scheme


def _substituted(document: Document, problems: Collector) -> Data:
    """The data with every ``$name`` replaced by the parameter's value."""
    assert isinstance(document.data, dict)
    parameters = document.data.get("parameters") or {}
    used: set[str] = set()

    def fill(data: Data, path: Path) -> Data:
        if isinstance(data, dict):
            return {key: fill(value, (*path, key)) for key, value in data.items()}
        if isinstance(data, list):
            return [fill(value, (*path, i)) for i, value in enumerate(data)]
        if not isinstance(data, str) or not data.startswith("$"):
            return data
        name = data[1:]
        parameter = parameters.get(name) if isinstance(parameters, dict) else None
        if not isinstance(parameter, dict):
            allowed = "、".join(parameters) if isinstance(parameters, dict) else ""
            problems.add("unknown_parameter", document.place(path), name=name, allowed=allowed)
            return None
        used.add(name)
        return parameter.get("value")

    filled: dict[str, Data] = {
        key: value if key == "parameters" else fill(value, (key,))
        for key, value in document.data.items()
    }
    if isinstance(parameters, dict):
        for name in parameters:
            if name not in used:
                problems.add("unused_parameter", document.place(("parameters", name)), name=name)
    return filled


__all__ = [
    "SchemeFile",
    "canonical_bytes",
    "dump_data",
    "load_scheme",
    "load_scheme_file",
    "path_text",
]
