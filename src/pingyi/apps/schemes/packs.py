"""Practice packs as an officer reads them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt

from pingyi.apps.schemes.models import SchemeVersion
from pingyi.base.errors import Missing
from pingyi.engine.errors import PingyiError
from pingyi.engine.packs import PackFolder, all_packs, find_pack


@dataclass(frozen=True)
class Card:
    """A pack at a glance."""

    key: str
    title: str
    basis: str
    help: str
    practices: tuple[str, ...]
    schemes: tuple[str, ...]
    presets: tuple[str, ...]
    has_sample: bool


def cards() -> Iterator[Card]:
    """All packs that ship with the program."""
    for folder in all_packs():
        pack = folder.pack
        yield Card(
            key=folder.path.name,
            title=pack.title,
            basis=pack.basis.text(),
            help=pack.help or "",
            practices=pack.practices,
            schemes=tuple(scheme.title for scheme in pack.schemes.values()),
            presets=tuple(preset.title for preset in pack.presets.values()),
            has_sample=folder.sample() is not None,
        )


def find(key: str) -> PackFolder:
    """Raises ``Missing`` with the known ones."""
    try:
        return find_pack(key)
    except PingyiError as error:
        told = error.problems[0].as_json()
        raise Missing(told["what"], told["mend"]) from None


def page_html(folder: PackFolder) -> str:
    """The page for officers as HTML; raw HTML in it is shown as text."""
    return _html(folder.page)


@lru_cache(maxsize=32)
def _html(text: str) -> str:
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    body = text.partition("\n")[2] if text.startswith("# ") else text
    found = str(reader.render(body)).replace("<pre>", '<pre tabindex="0">')
    found = found.replace("</table>", "</table></div>")
    wide = '<div class="table-responsive" tabindex="0"><table class="table table-sm">'
    return found.replace("<table>", wide)


def words_of(version: SchemeVersion) -> str:
    """Pack, scheme and preset of a version in words."""
    if not version.pack:
        return ""
    try:
        pack = find_pack(version.pack).pack
    except PingyiError:
        return version.pack
    scheme = pack.schemes.get(version.pack_scheme)
    preset = pack.presets.get(version.preset)
    parts = (pack.title, scheme and scheme.title, preset and preset.title)
    return " · ".join(dict.fromkeys(part for part in parts if part))
