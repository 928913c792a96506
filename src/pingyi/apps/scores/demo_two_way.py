"""The townships and villages of the invented county, reporting in both directions (RY)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import product
from types import MappingProxyType

from django.utils.translation import gettext as _

from pingyi.apps.ballots.demo import count, enter_figures, enter_tallies, hold, prepare
from pingyi.apps.rounds import actions as rounds
from pingyi.apps.rounds.actions import opinions, reports
from pingyi.apps.rounds.enums import Speaker
from pingyi.apps.rounds.models import Programme, Round
from pingyi.apps.scores import actions, demo_tables
from pingyi.apps.scores.demo_blocks import (
    City,
    announce,
    make_programme,
    make_round,
    make_vote,
    publish,
    settle,
)
from pingyi.apps.scores.enums import Scope

UPWARD = {"superior_team": 17, "delegates_and_members": 24}
GUIDES = (
    ("第一指导组", "干部科 蓝海川、办公室 钟亦行"),
    ("第二指导组", "组织科 盛晚晴、人才科 邵见微"),
    ("第三指导组", "党员教育中心 庄问渠、信息科 鲍临风"),
)
UPWARD_OF_VILLAGES = {"superior_team": 9, "delegates_and_members": 15}


def hold_townships(city: City) -> Programme:
    """Fourteen townships report downwards (counted by hand) and upwards: in the half year before,
    which is filed; and in this one, computed, not checked."""
    programme = make_programme(
        city,
        _("乡镇党委书记双向述职评议"),
        _("关于建立各级党组织书记抓基层党建工作“双向述职评议”制度的意见"),
        "云组〔2026〕15号",
        _("清河县委"),
        date(2026, 2, 20),
        "云督考备〔2026〕4号",
    )
    title = _("清河县2025年下半年双向述职评议")
    before = make_round(
        city, programme, city.schemes.two_way, title, _("2025年下半年"), city.townships
    )
    before = _both_ways(city, before, "云组通〔2026〕9号", UPWARD, 11, days=-185)
    publish(city, before, Scope.GRADES)
    settle(before, days=183)
    actions.archive(by=city.by.organiser, round=before)
    title = _("清河县2026年上半年双向述职评议")
    found = make_round(
        city, programme, city.schemes.two_way, title, _("2026年上半年"), city.townships, before
    )
    said = demo_tables.OPINIONS
    found = _both_ways(city, found, "云组通〔2026〕22号", UPWARD, 11, said=said)
    actions.compute(by=city.by.organiser, round=found)
    following = rounds.copy_round(
        by=city.by.organiser,
        predecessor=found,
        title=_("清河县2026年下半年双向述职评议"),
        period=_("2026年下半年"),
        with_targets=True,
    )
    announce(city, following, "云组通〔2026〕35号", 40)
    _guide(city, following)
    return programme


def hold_villages(city: City, programme: Programme) -> None:
    """The 216 villages report in the same way; their grades are told, and no ranks."""
    found = make_round(
        city,
        programme,
        city.schemes.two_way,
        _("清河县2026年上半年村党组织书记双向述职评议"),
        _("2026年上半年"),
        city.villages,
    )
    found = _both_ways(city, found, "云组通〔2026〕21号", UPWARD_OF_VILLAGES, 5)
    publish(city, found, Scope.GRADES)


def _both_ways(
    city: City,
    found: Round,
    number: str,
    upward: Mapping[str, int],
    own_team: int,
    days: int = -6,
    said: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> Round:
    """Downwards, upwards, the quantitative figures, what was ``said`` by category; counted and
    closed."""
    down = prepare(city.by, make_vote(city, found, "down_tally", direction="down"))
    up = prepare(city.by, make_vote(city, found, "up", direction="up"))
    rounds.start(by=city.by.organiser, round=announce(city, found, number, days))
    _say(found, said)
    enter_tallies(city.by, down, *demo_tables.downward(down, own_team, seed=days))
    hold(city.by, up, upward, turnout=1)
    enter_figures(city.by, up, demo_tables.quantitative(up, seed=days))
    count(city.by, up)
    return rounds.close(by=city.by.organiser, round=found)


def _guide(city: City, found: Round) -> None:
    """The heads of sections of the organisation department, in groups, each for some of the
    townships (RY-18)."""
    targets = list(found.targets.all())
    cut = -(-len(targets) // len(GUIDES))
    for place, (title, members) in enumerate(GUIDES):
        facts = {
            "title": title,
            "leader": None,
            "members": members,
            "targets": targets[place * cut : (place + 1) * cut],
        }
        reports.save_group(by=city.by.organiser, round=found, facts=facts)


def _say(found: Round, said: Mapping[str, Sequence[str]]) -> None:
    """What the delegates think of each of them."""
    found.refresh_from_db()
    for target, (category, texts) in product(found.targets.all(), said.items()):
        for text in texts:
            opinions.give(
                round=found,
                target=target,
                category=category,
                speaker=Speaker.RATER,
                text=text.format(town=target.title),
            )
