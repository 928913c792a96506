"""Every verb that any room writes into the audit log has a title on its page."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import pingyi.apps
from pingyi.apps.people.enums import ImportKind, UnitChangeKind
from pingyi.apps.people.rules.verbs import title_of

ROOMS = Path(pingyi.apps.__file__).parent
LITERAL = re.compile(r'"((?:people|schemes|polls|rolls|ballots)\.[a-z]+\.[a-z_]+)"')
MADE = re.compile(r'verb=f"([^"]+)"')
KINDS = {"{kind.value}": UnitChangeKind.values, "{draft.kind}": ImportKind.values}


def verbs() -> Iterator[str]:
    for path in ROOMS.rglob("*.py"):
        if path.name in {"apps.py", "verbs.py"} or "migrations" in path.parts:
            continue
        text = path.read_text()
        for line in text.splitlines():
            if "verb" in line or "_changed(" in line or line.strip().startswith('"'):
                yield from LITERAL.findall(line)
        for pattern in MADE.findall(text):
            place, kinds = next((p, k) for p, k in KINDS.items() if p in pattern)
            yield from (pattern.replace(place, kind) for kind in kinds)


@pytest.mark.parametrize("verb", sorted(set(verbs())))
def test_every_verb_has_a_title(verb: str) -> None:
    assert title_of(verb) != verb


def test_the_scan_finds_verbs_of_all_rooms() -> None:
    found = set(verbs())
    assert {verb.partition(".")[0] for verb in found} == {
        "people",
        "schemes",
        "polls",
        "rolls",
        "ballots",
    }
    assert {"rolls.heads.set", "people.unit.merged", "people.posts.rows_imported"} <= found


def test_a_verb_that_nobody_told_shows_itself() -> None:
    assert title_of("nobody.told.this") == "nobody.told.this"
