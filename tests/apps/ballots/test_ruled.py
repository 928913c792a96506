"""What two people may rule on at the box, and what they may not: never a tampered box."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.apps.ballots.hall import DELEGATES, LEADERS, PUBLIC, SERVICE, Vote, checker, vote
from tests.apps.ballots.office import Officer, text
from tests.apps.ballots.tampering import alter, cast
from tests.apps.schemes.hands import account, organiser

from pingyi.apps.ballots import opening_actions, reconciliation, scores
from pingyi.apps.ballots.boxes import box_of
from pingyi.apps.ballots.desk import load_desk
from pingyi.apps.ballots.intake import Intake
from pingyi.apps.ballots.models import ClassCount, Leaves, Opening
from pingyi.apps.ballots.reconciliation import findings
from pingyi.apps.ballots.wire import Answer
from pingyi.apps.people.enums import Role
from pingyi.apps.polls import ruling_actions, rulings
from pingyi.apps.polls.enums import RulingKind
from pingyi.apps.polls.models import Item, Poll, Ruling
from pingyi.apps.rolls.models import Code
from pingyi.base.errors import Conflict, Refused
from pingyi.proofs.keys import make_keys

pytestmark = pytest.mark.django_db

STRANGE = "INSERT INTO {batches} VALUES (77, ?, 3, ?, ?, 0)"
"""An envelope of three ballots that no intake put in."""


def kinds(poll: Poll) -> set[RulingKind]:
    return {case.kind for case in rulings.cases_of(poll)}


def rule(poll: Poll, kind: RulingKind) -> Ruling:
    (case,) = [case for case in rulings.cases_of(poll) if case.kind == kind]
    ruling = ruling_actions.apply_for_ruling(
        by=organiser(), poll=poll, case=case, reason="查实", basis="云办〔2026〕8号"
    )
    return ruling_actions.approve(by=checker(), ruling=ruling)


def counted(item: Item) -> Opening:
    """Inspect, confirm, open."""
    opening_actions.inspect_item(by=organiser(), item=item)
    opening_actions.confirm_inspection(by=checker(), item=item)
    return opening_actions.open_box(by=organiser(), item=item)


def sealed_to_another_key(town: Vote, item: Item, codes: list[str]) -> None:
    """An intake that held a wrong key in memory: its MACs are right, its envelopes don't open."""
    file, _shares = make_keys(town.poll.slug, [item.number], split=False)
    desk = load_desk(town.fresh())
    wrong = replace(desk.items[item.number], public_key=file.public[item.number])
    intake = Intake(replace(desk, items={**desk.items, item.number: wrong}), box_of(desk.slug))
    castings = [town.casting(code, item) for code in codes]
    assert intake.take(castings) == [Answer.COUNTED] * len(codes)
    intake.box.close()


def test_an_envelope_that_nothing_opens_is_set_aside_whole() -> None:
    town = vote()
    item = cast(town, 5)
    lost = town.slips[PUBLIC][5:7]
    sealed_to_another_key(town, item, lost)
    town.lock_all()
    assert kinds(town.fresh()) == {RulingKind.CALLED_OFF}
    with pytest.raises(Conflict, match="信封打不开，内有 2 票"):
        counted(item)
    assert not ClassCount.objects.exists()
    ruling = rule(town.fresh(), RulingKind.ENVELOPES_ASIDE)
    assert "内有 2 票" in ruling.allows
    record = opening_actions.open_box(by=organiser(), item=item)
    assert (record.ballots, record.unreadable, record.opened) == (7, 2, 5)
    count = ClassCount.objects.get(item=item)
    assert (count.returned, count.valid, count.invalid, count.unreadable) == (5, 5, 0, 2)
    assert Leaves.objects.get(item=item).number == 5
    (line,) = [line for line in reconciliation.reconcile(town.poll) if line.number == item.number]
    assert (line.spent, line.returned, line.unreadable) == (7, 5, 2)
    assert not list(line.findings())
    officer = Officer(Role.ORGANISER)
    sheet = text(officer.get("ballots:reconciliation", town.poll.slug))
    assert "打不开不计" in sheet
    assert "organiser（organiser）" in sheet
    assert "checker（checker）" in sheet
    assert "回执不在册" in text(officer.get("voter:check", town.poll.slug))
    text(officer.get("ballots:protocol", town.poll.slug, item.number))


def test_whoever_counted_the_box_does_not_approve() -> None:
    town = vote()
    item = cast(town)
    sealed_to_another_key(town, item, town.slips[PUBLIC][4:5])
    town.lock_all()
    with pytest.raises(Conflict):
        counted(item)
    (case,) = [c for c in rulings.cases_of(town.fresh()) if c.kind == RulingKind.ENVELOPES_ASIDE]
    ruling = ruling_actions.apply_for_ruling(
        by=checker(), poll=town.poll, case=case, reason="查实", basis="云办〔2026〕8号"
    )
    with pytest.raises(Refused, match="回避"):
        ruling_actions.approve(by=organiser(), ruling=ruling)


def test_where_no_envelope_opens_there_is_nothing_to_set_aside() -> None:
    town = vote()
    (item,) = town.items("online")
    town.open("online")
    sealed_to_another_key(town, item, town.slips[PUBLIC][:3])
    town.lock_all()
    with pytest.raises(Conflict, match="作废重投"):
        counted(item)
    assert kinds(town.fresh()) == {RulingKind.CALLED_OFF}


def test_a_strange_envelope_is_refused_and_all_others_count() -> None:
    town = vote()
    item = cast(town)
    assert alter(town, STRANGE, item.number, b"0" * 400, b"0" * 32) == 1
    town.lock_all()
    with pytest.raises(Conflict, match="不是收票程序放入的"):
        opening_actions.inspect_item(by=organiser(), item=item)
    rule(town.fresh(), RulingKind.FOREIGN_REFUSED)
    record = counted(item)
    assert (record.refused, record.ballots, record.envelopes) == (1, 4, 4)
    assert ClassCount.objects.get(item=item).returned == 4
    page = text(Officer(Role.CHECKER).get("ballots:protocol", town.poll.slug, item.number))
    assert "拒收的信封" in page


def test_an_item_that_stops_holds_up_no_other() -> None:
    town = vote()
    town.lock_all()
    first, second = town.poll.items.all()
    alter(town, STRANGE, first.number, b"0" * 400, b"0" * 32)
    with pytest.raises(Conflict):
        opening_actions.inspect_all(by=organiser(), poll=town.poll)
    assert [record.item for record in Opening.objects.all()] == [second]


def test_a_ruling_holds_for_the_envelopes_it_names() -> None:
    town = vote()
    item = cast(town)
    alter(town, STRANGE, item.number, b"0" * 400, b"0" * 32)
    town.lock_all()
    with pytest.raises(Conflict):
        opening_actions.inspect_item(by=organiser(), item=item)
    rule(town.fresh(), RulingKind.FOREIGN_REFUSED)
    opening_actions.inspect_item(by=organiser(), item=item)
    opening_actions.confirm_inspection(by=checker(), item=item)
    alter(town, STRANGE.replace("77", "78"), item.number, b"0" * 400, b"0" * 32)
    with pytest.raises(Conflict, match="第 0000-79 批不是收票程序放入的"):
        opening_actions.open_box(by=organiser(), item=item)
    rule(town.fresh(), RulingKind.FOREIGN_REFUSED)
    # What was confirmed is not what lies there: it is counted and confirmed anew.
    with pytest.raises(Conflict, match="还没有由核对人确认"):
        opening_actions.open_box(by=organiser(), item=item)
    assert counted(item).refused == 2


OWN = "(SELECT max(serial) FROM {marks})"
TAMPERED = {
    "an envelope that spends a voter's code": [
        STRANGE,
        "INSERT INTO {marks} SELECT item, CODE, 77, tag FROM {marks} LIMIT 1",
    ],
    "a mark that spends a voter's code": [
        "INSERT INTO {marks} SELECT item, CODE, 77, tag FROM {marks} LIMIT 1"
    ],
    "a mark removed": [f"DELETE FROM {{marks}} WHERE serial = {OWN}"],
    "an envelope changed": ["UPDATE {batches} SET sealed = ?"],
    "a batch removed": ["DELETE FROM {batches} WHERE batch = (SELECT max(batch) FROM {batches})"],
    "a batch replaced": [
        "DELETE FROM {marks} WHERE batch = (SELECT max(batch) FROM {batches})",
        "UPDATE {batches} SET mac = ? WHERE batch = (SELECT max(batch) FROM {batches})",
    ],
    "a strange envelope beside a removed mark": [
        STRANGE,
        f"DELETE FROM {{marks}} WHERE serial = {OWN}",
    ],
}


@pytest.mark.parametrize("name", TAMPERED)
def test_no_ruling_counts_a_tampered_box(name: str) -> None:
    town = vote()
    item = cast(town)
    spent = set(box_of(town.poll.slug).serials(item.number))
    codes = Code.objects.filter(roll__rater_class=PUBLIC).values_list("serial", flat=True)
    unspent = next(serial for serial in codes if serial not in spent)
    for sql in TAMPERED[name]:
        values = [item.number, b"0" * 400, b"0" * 32][: sql.count("?")] if sql == STRANGE else []
        values = values or [b"0" * 32] * sql.count("?")
        assert alter(town, sql.replace("CODE", str(unspent)), *values) >= 1
    town.lock_all()
    with pytest.raises(Conflict, match="不能裁定放行"):
        opening_actions.inspect_item(by=organiser(), item=item)
    assert kinds(town.fresh()) == {RulingKind.CALLED_OFF}
    page = text(Officer(Role.ORGANISER).get("ballots:opening", town.poll.slug))
    assert "开箱已停止" in page
    assert "不能裁定放行" in page


def test_codes_that_were_moved_are_no_matter_for_a_ruling() -> None:
    town = vote()
    item = cast(town)
    town.lock_all()
    other = town.poll.rolls.exclude(rater_class=PUBLIC).first()
    Code.objects.filter(poll=town.poll, roll__rater_class=PUBLIC).update(roll=other)
    with pytest.raises(Conflict, match="不能裁定放行"):
        opening_actions.inspect_item(by=organiser(), item=item)
    assert kinds(town.fresh()) == {RulingKind.CALLED_OFF}


def opened(missing: int, cast_: int) -> Vote:
    town = vote(missing=missing)
    cast(town, cast_)
    town.lock_all()
    town.open_boxes()
    return town


def rule_on(poll: Poll, case: rulings.Case) -> None:
    ruling = ruling_actions.apply_for_ruling(
        by=organiser(), poll=poll, case=case, reason="查实", basis="云办〔2026〕8号"
    )
    ruling_actions.approve(by=checker(), ruling=ruling)


def test_missing_slips_are_published_under_a_ruling() -> None:
    town = opened(missing=1, cast_=6)
    poll = town.fresh()
    cases = [case for case in rulings.cases_of(poll) if case.kind == RulingKind.UNBALANCED]
    assert len(cases) == 5  # a roll each, and all together
    assert len([text_ for text_, ruling in findings(poll) if ruling is None]) == 4
    rule_on(poll, cases[-1])
    assert len([text_ for text_, ruling in findings(poll) if ruling is None]) == 3
    together = next(c for c in rulings.cases_of(poll) if c.kind == RulingKind.UNBALANCED)
    assert len(together.about["rolls"]) == 3
    rule_on(poll, together)
    assert all(ruling is not None for _text, ruling in findings(poll))
    assert RulingKind.UNBALANCED not in kinds(poll)
    sheet = text(Officer(Role.ORGANISER).get("ballots:reconciliation", poll.slug))
    assert "缺失 1 张票单" in sheet
    assert "已裁定" in sheet
    assert "有不符，不能公布" not in sheet


def test_more_ballots_than_slips_need_somebody_who_had_no_slips_in_hand() -> None:
    town = opened(missing=2, cast_=8)
    poll = town.fresh()
    (case,) = [
        case
        for case in rulings.cases_of(poll)
        if case.kind == RulingKind.UNBALANCED and case.about.get("excess")
    ]
    assert "足以改变位次" in case.allows
    assert case.barred == {"organiser"}  # made the codes, and counted the slips
    ruling = ruling_actions.apply_for_ruling(
        by=checker(), poll=poll, case=case, reason="查实", basis="云办〔2026〕8号"
    )
    with pytest.raises(Refused, match="回避"):
        ruling_actions.approve(by=organiser(), ruling=ruling)
    ruling_actions.approve(by=account(Role.CHECKER, "third"), ruling=ruling)
    assert [ruling for _text, ruling in findings(poll) if ruling is not None]
    # Other numbers are another matter.
    poll.rolls.filter(rater_class=PUBLIC).update(given_out=5, left_over=1)
    assert any(ruling is None and "用码" in found for found, ruling in findings(poll))


def test_a_result_stands_beside_its_rulings() -> None:
    town = vote(missing=1)
    intake = town.intake()
    for channel in ("hall", "online"):
        town.open(channel)
        (item,) = town.items(channel)
        classes = (PUBLIC,) if channel == "online" else (LEADERS, DELEGATES, SERVICE)
        codes = [code for key in classes for code in town.slips[key]]
        assert set(intake.take([town.casting(code, item) for code in codes])) == {Answer.COUNTED}
    intake.box.close()
    town.lock_all()
    town.open_boxes()
    poll = town.fresh()
    with pytest.raises(Conflict, match="多于"):
        scores.ranking(poll)
    for case in rulings.cases_of(poll):
        if case.kind == RulingKind.UNBALANCED:
            ruling = ruling_actions.apply_for_ruling(
                by=checker(), poll=poll, case=case, reason="查实", basis="云办〔2026〕8号"
            )
            ruling_actions.approve(by=account(Role.CHECKER, "third"), ruling=ruling)
    ranking = scores.ranking(poll)
    assert not ranking.findings
    assert len(ranking.ruled) == 8  # missing and too many, of four classes
    assert "网络投票汇总" in ranking.missing
    assert "第三方调查机构评分" in ranking.missing
    assert "网络投票" not in ranking.missing
    page = text(Officer(Role.CHAIR).get("ballots:score", poll.slug))
    assert "经两人裁定注明后公布" in page
    assert "缺：" in page


def test_what_is_withheld_stands_in_no_ruling() -> None:
    town = opened(missing=6, cast_=4)
    (case,) = [
        case
        for case in rulings.cases_of(town.fresh())
        if case.kind == RulingKind.UNBALANCED and case.about.get("excess")
    ]
    assert "4" not in case.found
    assert "数目不符" in case.found
