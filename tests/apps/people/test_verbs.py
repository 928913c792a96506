"""Every verb that any room writes into the audit log has a title on its page."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import pingyi.apps
from pingyi.apps.people.enums import ImportKind, UnitChangeKind
from pingyi.apps.people.rules.verbs import title_of
from pingyi.apps.rounds.workflow import AGENDA, ROUND

ROOMS = Path(pingyi.apps.__file__).parent
NAMES = {path.name for path in ROOMS.iterdir() if (path / "apps.py").is_file()}
SILENT = {"boards"}
"""Rooms in which nothing is done."""
LITERAL = re.compile(rf'"((?:{"|".join(sorted(NAMES))})\.[a-z]+\.[a-z_]+)"')
MADE = re.compile(r'(?:verb|name) ?= ?f"([a-z]+\.[^"]+)"')
KINDS = {
    "people.unit.{kind.value}": UnitChangeKind.values,
    "people.{draft.kind}.imported": ImportKind.values,
    "people.{draft.kind}.rows_imported": ImportKind.values,
    "rounds.round.{verb}": [one.name for one in ROUND.transitions],
    "rounds.agenda.{verb}": [one.name for one in AGENDA.transitions],
    "scores.correction.{verb}": ["compute", "check", "send_back", "freeze"],
}
"""Verbs that are put together, and what stands in their place."""
KEPT = {
    "ledger.entry.{verb}",
    "talks.talk.{verb}",
    "pledges.pledge.{verb}",
    "inspections.inspection.{verb}",
}
"""Verbs that a room's actions name when they keep what they changed."""
NAMED = re.compile(r'verb ?= ?"([a-z_]+)"(?: if [^\n]* else "([a-z_]+)")?')


def kinds_of(pattern: str) -> list[str]:
    if pattern not in KEPT:
        return KINDS[pattern]
    files = (ROOMS / pattern.partition(".")[0] / "actions").glob("*.py")
    found = [one for file in files for both in NAMED.findall(file.read_text()) for one in both]
    return [one for one in found if one]


def verbs() -> Iterator[str]:
    for path in ROOMS.rglob("*.py"):
        if path.name in {"apps.py", "verbs.py"} or "migrations" in path.parts:
            continue
        text = path.read_text()
        for line in text.splitlines():
            if "verb" in line or "_changed(" in line or line.strip().startswith('"'):
                yield from LITERAL.findall(line)
        for pattern in MADE.findall(text):
            for kind in kinds_of(pattern):
                yield re.sub(r"{[^}]+}", kind, pattern)


@pytest.mark.parametrize("verb", sorted(set(verbs())))
def test_every_verb_has_a_title(verb: str) -> None:
    assert title_of(verb) != verb


def test_the_scan_finds_verbs_of_all_rooms() -> None:
    found = set(verbs())
    assert {verb.partition(".")[0] for verb in found} == NAMES - SILENT
    assert {"rolls.heads.set", "people.unit.merged", "people.posts.rows_imported"} <= found
    assert {"ledger.entry.claimed", "ledger.entry.sent_back", "talks.talk.held"} <= found


def test_a_verb_that_nobody_told_shows_itself() -> None:
    assert title_of("nobody.told.this") == "nobody.told.this"
