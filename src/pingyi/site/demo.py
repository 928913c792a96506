"""The demo: the invented city 云州市, made once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from pingyi.apps.ballots.demo import Cast, is_made, make_votes
from pingyi.apps.people.demo import DemoPeople, make_people
from pingyi.apps.schemes.demo import make_schemes

CODES = "demo-codes.json"

Say = Callable[[str, str], None]


def make_demo(say: Say) -> DemoPeople:
    """Make what is not there yet; twice makes nothing twice. ``say`` is told of each step."""
    say("建立云州市的单位、人员和账号 …", "Units, persons and accounts of Yunzhou …")
    people = make_people()
    say("准备并封存方案 …", "Preparing and sealing schemes …")
    schemes = make_schemes(people.organiser)
    if not is_made():
        say("举行两次述职评议和一次演练 …", "Holding two reviews and a rehearsal …")
        by = Cast(people.organiser, people.checker)
        codes = make_votes(by, schemes.team_review, people.first_batch, people.second_batch)
        demo_codes_file().write_text(json.dumps(codes, ensure_ascii=False), encoding="utf-8")
    return people


def demo_codes_file() -> Path:
    """Slips that nobody has used: of a demo only, and not in the database."""
    path: Path = settings.HOME.path / CODES
    return path


def demo_codes() -> dict[str, dict[str, list[str]]]:
    """Poll → class → codes; empty where this is no demo."""
    try:
        found: dict[str, dict[str, list[str]]] = json.loads(
            demo_codes_file().read_text(encoding="utf-8")
        )
    except FileNotFoundError:
        return {}
    return found if settings.DEMO else {}
