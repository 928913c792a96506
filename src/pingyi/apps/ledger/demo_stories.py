"""Entries of the demo that go their way through real actions of its accounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from pingyi.apps.ledger import actions
from pingyi.apps.ledger.actions import Facts, Owner, Term
from pingyi.apps.ledger.actions.working import Step
from pingyi.apps.ledger.enums import EntryState, UrgeTo
from pingyi.apps.ledger.models import Campaign, Entry
from pingyi.apps.people.models import Account, Unit

LATE, ASKED, TO_VERIFY = "灌区末级渠系维修", "河道非法采砂整治", "供水投诉四十八小时答复"
"""Entries that the guided tours stop at."""
TOWN, UNIT = "3101", "201"
"""Where ``town``, and where ``handler`` and ``head`` are."""


@dataclass(frozen=True)
class Cast:
    """Who acts."""

    organiser: Account
    checker: Account
    inspector: Account
    handler: Account
    town: Account


def _register(cast: Cast, campaign: Campaign, title: str, **how: object) -> Entry:
    today = timezone.localdate()
    given = {
        "unit": Unit.objects.get(code=UNIT),
        "term": Term(day=today + timedelta(days=45)),
        "source_title": "市委督查室专项督查",
        **how,
    }
    return actions.register(
        by=cast.inspector,
        campaign=campaign,
        facts=Facts(title),
        **given,
    )


def _plan(by: Account, entry: Entry, person: str) -> Entry:
    actions.claim(by=by, entry=entry, person_name=person)
    last = Entry.objects.get(pk=entry.pk)
    assert last.due_on is not None
    steps = [
        Step(title, last.due_on - timedelta(days=days), weight)
        for title, days, weight in (("摸排列表", 30, 1), ("集中整改", 10, 3), ("自查验收", 2, 1))
    ]
    return actions.plan(
        by=by,
        entry=last,
        seen=last.version,
        measures="一、逐项摸排，列出清单；\n二、分片包干，集中整改；\n三、自查验收，建立长效机制。",
        person_name=person,
        steps=steps,
    )


def _apply(by: Account, entry: Entry, person: str, text: str) -> Entry:
    _plan(by, entry, person)
    actions.report(by=by, entry=entry, percent=60, text="集中整改过半，剩余两处本月完成。")
    actions.report(by=by, entry=entry, percent=100, text="全部完成，已自查。")
    actions.apply_close(by=by, entry=entry, text=text)
    return entry


def _close(cast: Cast, entry: Entry, text: str) -> Entry:
    _apply(cast.handler, entry, "余行之", text)
    actions.verify(by=cast.inspector, entry=entry, passed=True, opinion="实地查看三处，属实。")
    return actions.close(by=cast.organiser, entry=entry)


def tell_stories(cast: Cast, campaign: Campaign, problems: Sequence[Entry]) -> None:
    """One entry of the water department at each point of the way, and beside it."""
    handler, inspector, today = cast.handler, cast.inspector, timezone.localdate()
    own = [one for one in problems if one.lead_unit and one.lead_unit.code == UNIT]
    if own:
        _close(cast, own[0], "逐条对照点评整改，进度已公开。")
    _register(cast, campaign, "汛前水库安全检查问题整改")
    _plan(handler, _register(cast, campaign, "农村饮水水质公示"), "谢细务")
    late = _plan(handler, _register(cast, campaign, LATE), "谢细务")
    actions.report(by=handler, entry=late, percent=20, text="已完成勘察，施工队未到位。")
    actions.urge(by=inspector, entry=late, to=UrgeTo.HEAD, text="请五日内书面报送进展。")
    actions.list_supervision(by=inspector, entry=late, listed=True)
    asked = _plan(handler, _register(cast, campaign, ASKED), "余行之")
    actions.report(by=handler, entry=asked, percent=55, text="已取缔五处，余两处正在调查。")
    actions.apply_extension(
        by=handler,
        entry=asked,
        due_after=today + timedelta(days=75),
        reason="两处涉及省际河段，须与邻市会商。",
    )
    for title, text in (
        (TO_VERIFY, "建立工单制度，连续一月按时答复。"),
        ("水利工程质量监督公开", "全部在建工程质量信息已公开。"),
    ):
        _apply(handler, _register(cast, campaign, title), "谢细务", text)
    checked = _apply(handler, _register(cast, campaign, "节水型单位创建"), "谢细务", "已全部达标。")
    actions.verify(by=cast.checker, entry=checked, passed=True, opinion="资料齐全，抽查属实。")
    back = _apply(handler, _register(cast, campaign, "取水许可证清理"), "谢细务", "已清理完毕。")
    actions.verify(by=inspector, entry=back, passed=False, opinion="抽查五户，两户没有换证。")
    again = _close(cast, _register(cast, campaign, "小型水库管护人员到岗"), "管护员全部到岗。")
    term = Term(day=today + timedelta(days=30))
    words = "回头看抽查六座，两座无人值守。"
    actions.look_back(by=inspector, entry=again, passed=False, text=words, term=term)
    other = _register(cast, campaign, "城区排涝泵站管理")
    actions.give_back(by=handler, entry=other, reason="泵站已移交住建部门管理，不属我局职责。")
    rest = _plan(handler, _register(cast, campaign, "引水工程征地补偿"), "余行之")
    actions.suspend(by=inspector, entry=rest, reason="涉及诉讼，待判决生效后恢复。")
    twin = _register(cast, campaign, "农村饮水水质检测公布")
    main = Entry.objects.get(title="农村饮水水质公示")
    actions.merge(by=inspector, entry=twin, into=main, reason="与已有事项是同一件事。")
    whole = _register(cast, campaign, "河长制巡河记录不全")
    actions.split(by=inspector, entry=whole, titles=["巡河记录补登", "巡河员培训"])
    helper = Unit.objects.get(code="109")
    owner = Owner(Unit.objects.get(code=UNIT), [helper], "余行之")
    actions.assign(by=inspector, entry=whole, owner=owner)


def go_on_in_the_town(cast: Cast) -> None:
    """What the clerk of the first township has done with the opinions on it."""
    entries = Entry.objects.filter(lead_unit__code=TOWN, state=EntryState.REGISTERED)
    for number, entry in enumerate(entries.order_by("pk")[:9]):
        match number:
            case 0 | 1 | 2:
                _apply(cast.town, entry, "田守望", "已办结，并向提意见的代表反馈。")
                if number < 2:
                    opinion = "电话回访提意见的代表，满意。"
                    actions.verify(by=cast.checker, entry=entry, passed=True, opinion=opinion)
                    actions.close(by=cast.organiser, entry=entry)
            case 3 | 4 | 5:
                _plan(cast.town, entry, "田守望")
            case _:
                actions.claim(by=cast.town, entry=entry, person_name="田守望")
