"""The catalogues of the interface. Chinese (simplified) is the source language: it needs none.

update    read the sources, bring the English catalogue up to date (new strings are left empty)
check     fail when the English catalogue is out of date, incomplete or fuzzy
compile   write the .mo files; Traditional Chinese is derived from the source with OpenCC
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize
from opencc import OpenCC

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "pingyi"
LOCALE = SOURCE / "site" / "locale"
ENGLISH = LOCALE / "en" / "LC_MESSAGES" / "django.po"
OWN_CHINESE = LOCALE / "zh_Hans" / "LC_MESSAGES" / "django.po"
"""Chinese for words of other packages that theirs lacks; written by hand."""

ROOMS = ("base", "apps", "site")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
PLACES = re.compile(r"%\((\w+)\)|%([sd])|\{(\w*)\}")
CHURN = (
    '"Project-Id',
    '"Generated-By',
    '"POT-Creation-Date',
    '"PO-Revision-Date',
    '"Last-Translator',
    '"Language-Team',
    '"Report',
)

# Official words stay the mainland's; the characters are the traditional ones in use.
TRADITIONAL = OpenCC("s2tw")


def sources() -> Iterator[tuple[str, str]]:
    """Path and Python text of everything that may hold strings of the interface."""
    for room in ROOMS:
        for path in sorted((SOURCE / room).rglob("*")):
            if path.suffix == ".py" and "migrations" not in path.parts:
                yield str(path), path.read_text(encoding="utf-8")
            elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
                python = templatize(path.read_text(encoding="utf-8"), origin=str(path))
                yield str(path), "\n".join(line.lstrip() for line in python.splitlines())


def found() -> Catalog:
    """All strings of the sources."""
    catalog = Catalog()
    for path, text in sources():
        stream = io.BytesIO(text.encode())
        try:
            for _, message, comments, context in extract(
                "python", stream, KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
            ):
                catalog.add(message, context=context, auto_comments=comments)
        except (SyntaxError, ValueError) as error:
            sys.exit(f"{path}: cannot be read for its strings: {error}")
    return catalog


def read(path: Path, locale: str) -> Catalog:
    if not path.is_file():
        return Catalog(locale=locale)
    with path.open("rb") as stream:
        return read_po(stream, locale=locale)


def update() -> None:
    catalog = read(ENGLISH, "en")
    catalog.update(found(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.fuzzy = False
    stream = io.BytesIO()
    write_po(stream, catalog, width=100, no_location=True, sort_output=True, ignore_obsolete=True)
    lines = stream.getvalue().decode().splitlines(keepends=True)
    body = "".join(line for line in lines if not line.startswith((*CHURN, "#")) or ", " in line[:3])
    ENGLISH.parent.mkdir(parents=True, exist_ok=True)
    ENGLISH.write_text(body.lstrip(), encoding="utf-8")


def check() -> list[str]:
    """What is wrong with the English catalogue."""
    catalog, wanted = read(ENGLISH, "en"), found()
    have = {(m.id, m.context) if isinstance(m.id, str) else (m.id[0], m.context) for m in catalog}
    problems = [
        f"not in the catalogue: {message.id}"
        for message in wanted
        if message.id and (_first(message), message.context) not in have
    ]
    for message in catalog:
        if message.id:
            problems += _problems(message, wanted)
    return problems


def _problems(message: Message, wanted: Catalog) -> Iterator[str]:
    first = _first(message)
    if wanted.get(message.id, message.context) is None:
        yield f"no longer in the sources: {first}"
    texts = [message.string] if isinstance(message.string, str) else list(message.string)
    if message.fuzzy or not all(texts):
        yield f"not translated: {first}"
    elif any(_places(text) - _places(first) for text in texts) or _places(first) - set().union(
        *map(_places, texts)
    ):
        yield f"other placeholders than in Chinese: {first}"


def _first(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _places(text: str) -> set[str]:
    return {"".join(found) for found in PLACES.findall(text)}


def compile_all() -> None:
    english = read(ENGLISH, "en")
    _write(english, "en")
    traditional = Catalog(locale="zh_Hant")
    for message in english:
        if message.id:
            text = TRADITIONAL.convert(_first(message))
            plural = not isinstance(message.id, str)
            traditional.add(message.id, (text,) if plural else text, context=message.context)
    own = read(OWN_CHINESE, "zh_Hans")
    _write(own, "zh_Hans")
    for message in own:
        if message.id:
            text = message.string
            traditional.add(
                message.id,
                TRADITIONAL.convert(text)
                if isinstance(text, str)
                else tuple(map(TRADITIONAL.convert, text)),
            )
    _write(traditional, "zh_Hant")


def _write(catalog: Catalog, locale: str) -> None:
    folder = LOCALE / locale / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "django.mo").open("wb") as stream:
        write_mo(stream, catalog)


def main() -> None:
    # Reading templates asks whether translation is on, and nothing else.
    settings.configure(USE_I18N=True)
    match sys.argv[1:]:
        case ["update"]:
            update()
        case ["check"]:
            if problems := check():
                sys.exit(
                    "\n".join([*problems, "`make messages`, then translate what is empty in en."])
                )
        case ["compile"]:
            compile_all()
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
