"""The demo: the invented city 云州市, made once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from pingyi.apps.ballots.demo import Cast
from pingyi.apps.inspections.demo import Office, make_inspections
from pingyi.apps.ledger.demo import make_ledger
from pingyi.apps.people.demo import COUNTIES, PASSWORD, DemoPeople, make_people
from pingyi.apps.people.models import Account
from pingyi.apps.pledges.demo import Cast as PledgeCast
from pingyi.apps.pledges.demo import make_pledges
from pingyi.apps.rounds.models import Round
from pingyi.apps.schemes.demo import make_schemes
from pingyi.apps.scores.demo import make_rounds
from pingyi.apps.scores.demo_blocks import City
from pingyi.apps.scores.demo_portal import VOTES, portal_votes
from pingyi.apps.talks.demo import make_talks
from pingyi.base.errors import Conflict

CODES = "demo-codes.json"
PORTAL = "portal-votes"

Say = Callable[[str, str], None]


@dataclass(frozen=True)
class Demo:
    """What the demo's visitor is told."""

    password: str
    accounts: tuple[tuple[str, str], ...]
    """(user name, roles)"""


def make_demo(say: Say, votes: int = VOTES) -> Demo:
    """Make the city if it is not there; ``say`` is told of each step. ``votes``: how many of the
    public voted on the portal. Raises ``Conflict`` for a folder that holds something else, or half
    a city."""
    if not demo_codes_file().exists():
        if Account.objects.exists():
            raise Conflict(
                _("数据目录“%(path)s”里不是完整的演示数据。") % {"path": settings.HOME.path},
                _("请删除这个目录，或用 --home 另指定一个。"),
            )
        say("建立云州市的单位、人员和账号 …", "Units, persons and accounts of Yunzhou …")
        people = make_people()
        organiser, checker = people.accounts["organiser"], people.accounts["checker"]
        say("准备并封存方案 …", "Preparing and sealing schemes …")
        schemes = make_schemes(organiser)
        say(
            f"生成并清点门户的 {votes:,} 张网络选票 …",
            f"Making and counting {votes:,} votes of the public on the portal …",
        )
        titles = {unit.code: unit.title for unit in people.second_batch}
        portal = portal_votes(settings.HOME.path / PORTAL, titles, votes)
        say("举行各轮述职评议 …", "Holding the rounds of review …")
        codes = make_rounds(
            City(
                by=Cast(organiser, checker),
                chair=people.accounts["chair"],
                handler=people.accounts["handler"],
                first=people.first_batch,
                second=people.second_batch,
                townships=people.townships,
                villages=people.villages,
                portal=portal,
                schemes=schemes,
            )
        )
        say("公开承诺 …", "Public pledges …")
        cast = PledgeCast(
            organiser, checker, people.accounts["inspector"], people.accounts["handler"]
        )
        counties = [people.units[code] for code, _title in COUNTIES]
        make_pledges(cast, [*people.first_batch, *people.second_batch, *counties])
        say("开展督查 …", "Inspections …")
        make_inspections(_office(people))
        say("安排和举行约谈 …", "Scheduling and holding talks …")
        make_talks(people)
        say("登记台账 …", "Filling the ledger …")
        towns, meeting = (Round.objects.order_by("pk")[place] for place in (3, 5))
        make_ledger(people.accounts, towns, meeting)
        demo_codes_file().write_text(json.dumps(codes, ensure_ascii=False), encoding="utf-8")
    return Demo(PASSWORD, tuple(_accounts()))


def _office(people: DemoPeople) -> Office:
    by = people.accounts
    return Office(
        organiser=by["organiser"],
        checker=by["checker"],
        inspector=by["inspector"],
        member=by["town"],
        owner=by["head"],
        departments=people.second_batch,
        townships=people.townships,
    )


def _accounts() -> Iterator[tuple[str, str]]:
    for account in Account.objects.filter(is_active=True).order_by("pk"):
        roles = "、".join(str(grant) for grant in account.grants.all())
        yield account.username, f"{account.name}　{roles}"


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
