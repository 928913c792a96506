"""From counts to a signed and published result, and what cannot be done on the way."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from tests.apps.people.ground import account as people_account
from tests.apps.people.ground import fresh
from tests.apps.schemes.hands import account, organiser
from tests.apps.scores.hands import (
    SCORES,
    chair,
    checker,
    closed_round,
    computed,
    counted_round,
    people_of,
    published,
    signed,
    voted,
)

from pingyi.apps.ballots import actions as box_actions
from pingyi.apps.notices.models import Notice
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Grant
from pingyi.apps.polls import ruling_actions, rulings
from pingyi.apps.polls.enums import RulingKind
from pingyi.apps.rolls.models import Roll
from pingyi.apps.rounds import actions as rounds
from pingyi.apps.rounds.enums import RoundState
from pingyi.apps.rounds.queries import polls_of
from pingyi.apps.schemes.lacks import lacks
from pingyi.apps.scores import actions, determinations, objections, queries
from pingyi.apps.scores.actions import Telling
from pingyi.apps.scores.determinations import Application
from pingyi.apps.scores.enums import ComputationState, ObjectionState
from pingyi.apps.scores.models import Computation, Objection, Publication
from pingyi.base.errors import Conflict, Invalid, Missing, Refused
from pingyi.engine.bundle.verify import verify_bundle

pytestmark = pytest.mark.django_db


def standings(one: Computation) -> dict[str, tuple[str | None, str | None, int | None]]:
    return {row.code: (row.score, row.grade, row.rank) for row in queries.table_of(one).standings}


def test_the_way_to_a_published_result(tmp_path: Path) -> None:
    found = counted_round()
    one = computed(found)
    assert standings(one) == SCORES
    assert [row.code for row in queries.table_of(one).standings] == ["SWJ", "SLJ", "MZJ"]
    assert fresh(found).state == RoundState.COMPUTED
    one = actions.check(by=checker(), computation=one, opinion="抽查三个单位，无误")
    assert fresh(found).state == RoundState.CHECKED
    with pytest.raises(Conflict, match="还没有签发"):
        actions.publish(by=organiser(), round=found, how=Telling("all", "评分结果"))
    one = actions.sign(by=chair(), computation=one)
    assert fresh(found).state == RoundState.FROZEN
    file = tmp_path / "bundle.zip"
    file.write_bytes(bytes(one.bundle))
    assert verify_bundle(file, one.digest) == one.digest
    told = actions.publish(by=organiser(), round=found, how=Telling("all", "评分结果"))
    assert fresh(found).state == RoundState.PUBLISHED
    assert (told.days, told.unit, "个工作日" in told.derivation) == (5, "working", True)
    verbs = list(found.changes.values_list("verb", flat=True))
    assert verbs[3:] == ["compute", "check", "freeze", "publish"]


def test_a_sealed_box_is_not_computed() -> None:
    found = closed_round(voted())
    with pytest.raises(Conflict, match="还有票箱没有开箱"):
        computed(found)
    assert fresh(found).state == RoundState.CLOSED
    assert not found.computations.exists()


def test_a_missed_quorum_gives_no_result() -> None:
    found = counted_round()
    # 6 of 10 is less than two thirds.
    Roll.objects.filter(poll__round_vote__round=found, channel__input_key="hall").update(
        expected=10
    )
    with pytest.raises(Conflict) as error:
        computed(found)
    assert "6/10，应达到 2/3" in str(error.value)
    assert not found.computations.exists()


def test_the_checker_is_not_who_computed() -> None:
    found = counted_round()
    both = people_account("both", Role.ORGANISER, Role.CHECKER)
    one = actions.compute(by=both, round=found)
    with pytest.raises(Refused, match="核对人不能是计算人"):
        actions.check(by=both, computation=one)
    one.checked_by, one.state = both, ComputationState.CHECKED
    with pytest.raises(IntegrityError), transaction.atomic():
        one.save()
    one = actions.check(by=checker(), computation=fresh(one))
    Grant.objects.create(account=checker(), role=Role.ORGANISER)
    with pytest.raises(Refused, match="签发人不能是核对人"):
        actions.sign(by=checker(), computation=one)


@pytest.mark.parametrize(
    ("call", "role"),
    [
        ("compute", Role.CHECKER),
        ("compute", Role.CHAIR),
        ("check", Role.ORGANISER),
        ("send_back", Role.ORGANISER),
        ("sign", Role.CHECKER),
        ("sign", Role.UNIT_HEAD),
        ("publish", Role.CHAIR),
        ("correct", Role.CHECKER),
    ],
)
def test_who_may_do_what(call: str, role: Role) -> None:
    found = rounds.create_round  # nothing needs to exist: the role is asked first
    wanted: dict[str, Any] = {"round": found, "computation": found, "reason": "x", "opinion": "x"}
    wanted["how"] = Telling("all", "x")
    action = getattr(actions, call)
    needed = set(action.__kwdefaults__ or {}) | set(action.__wrapped__.__code__.co_varnames
              if hasattr(action, "__wrapped__") else action.__code__.co_varnames)  # fmt: skip
    given = {name: value for name, value in wanted.items() if name in needed}
    with pytest.raises(Refused):
        action(by=account(role), **given)


def test_sent_back_and_computed_again() -> None:
    found = counted_round()
    one = computed(found)
    with pytest.raises(Invalid, match="理由"):
        actions.send_back(by=checker(), computation=one, opinion=" ")
    actions.send_back(by=checker(), computation=one, opinion="第三方评分漏录")
    assert fresh(found).state == RoundState.CLOSED
    with pytest.raises(Conflict, match="已退回"):
        actions.check(by=checker(), computation=one)
    again = computed(found)
    assert (again.number, fresh(one).state) == (2, ComputationState.RETURNED)
    third = computed(found)
    assert fresh(again).state == ComputationState.RETURNED
    assert queries.current(found) == third


def test_a_signed_result_stands() -> None:
    found = counted_round()
    one = signed(found)
    with pytest.raises(Conflict, match="已签发"):
        computed(fresh(found))
    with pytest.raises(Conflict, match="不能再改"):
        fresh(one).save()
    with pytest.raises(Conflict, match="不能删除"):
        one.delete()
    for verb in ("compute", "send_back"):
        with pytest.raises(Conflict):
            rounds.move(by=organiser(), round=found, verb=verb, reason="x")


def test_what_was_altered_in_the_database_is_not_checked() -> None:
    one = computed(counted_round())
    raw = bytes(one.bundle)
    at = raw.index(b'"score": "95.00"')
    Computation.objects.filter(pk=one.pk).update(
        bundle=raw[:at] + b'"score": "99.00"' + raw[at + 16 :]
    )
    with pytest.raises(Conflict, match="复算与结果不一致"):
        actions.check(by=checker(), computation=one)


def test_nothing_is_published_while_the_reconciliation_is_off() -> None:
    found = counted_round()
    signed(found)
    hall = Roll.objects.filter(poll__round_vote__round=found, rater_class="four_leading_bodies")
    hall.update(given_out=4, left_over=2)
    with pytest.raises(Conflict, match="对账不符"):
        actions.publish(by=organiser(), round=found, how=Telling("all", "评分结果"))
    assert fresh(found).state == RoundState.FROZEN


def test_an_objection_that_was_upheld_waits_for_a_correction() -> None:
    found = counted_round()
    told = published(found)
    by, target = people_of("MZJ"), found.targets.get(code="MZJ")
    raised = objections.raise_objection(by=by, publication=told, target=target, text="漏算")
    objections.rule(by=checker(), objection=raised, upheld=True, answer="属实，予以更正。")
    due = Notice.objects.filter(kind="scores.objection.upheld", read_at=None)
    assert due.get().account == organiser()
    # To publish the same result once more corrects nothing.
    actions.publish(by=organiser(), round=found, how=Telling("all", "再公布"))
    Publication.objects.update(ends_on=date(2026, 1, 1))
    with pytest.raises(Conflict, match="公布的还是更正前的结果"):
        actions.rectify(by=organiser(), round=found)
    second = actions.correct(by=organiser(), round=fresh(found), reason="异议成立")
    actions.check(by=checker(), computation=second)
    actions.sign(by=organiser(), computation=second)
    with pytest.raises(Conflict, match="公布的还是更正前的结果"):
        actions.rectify(by=organiser(), round=found)
    assert due.exists()
    actions.publish(by=organiser(), round=found, how=Telling("all", "更正后的结果"))
    assert not due.exists()
    Publication.objects.update(ends_on=date(2026, 1, 1))
    assert actions.rectify(by=organiser(), round=found).state == RoundState.RECTIFYING


def test_a_correction_stands_beside_the_first() -> None:
    found = counted_round()
    told = published(found)
    first = told.computation
    with pytest.raises(Invalid, match="理由"):
        actions.correct(by=organiser(), round=fresh(found), reason="")
    handler, target = people_of("MZJ"), found.targets.get(code="MZJ")
    raised = objections.raise_objection(
        by=handler, publication=told, target=target, text="我局测评不理想系整治工作所致"
    )
    objections.rule(by=checker(), objection=raised, upheld=True, answer="经查属实，启动担当保护。")
    granted(found, "MZJ", "hall_leaders")
    second = actions.correct(by=organiser(), round=fresh(found), reason="担当保护认定")
    with pytest.raises(Conflict, match="已有一次更正"):
        actions.correct(by=organiser(), round=fresh(found), reason="再来一次")
    with pytest.raises(Conflict, match="更正还在办理"):
        actions.publish(by=organiser(), round=found, how=Telling("all", "更正"))
    actions.check(by=checker(), computation=second)
    actions.sign(by=organiser(), computation=second)
    assert fresh(found).state == RoundState.PUBLISHED
    # Without the leaders: (0.3 × 50 + 0.3 × 40) ÷ 0.6.
    assert standings(second)["MZJ"] == ("45.00", "较差", 3)
    line = queries.table_of(second).standings[2]
    assert line.without is not None
    assert (line.without.score, line.without.rank) == ("51.00", 3)
    assert standings(fresh(first)) == SCORES
    again = actions.publish(by=organiser(), round=found, how=Telling("all", "更正后的结果"))
    assert queries.publication(found) == again
    assert again.computation.corrects == first
    with pytest.raises(Conflict, match="更新的公布"):
        objections.raise_objection(by=handler, publication=told, target=target, text="旧的")


def granted(found: Any, code: str, node: str) -> None:
    """A protection for one part of one target, by three people."""
    wanted = Application(
        "protection",
        found.targets.get(code=code),
        node,
        "云容〔2026〕1号",
        "敢抓敢管触动利益",
        "云办〔2015〕9号",
        "市委组织部",
    )
    one = determinations.apply_for(by=organiser(), round=found, application=wanted)
    with pytest.raises(Invalid, match="已有认定"):
        determinations.apply_for(by=organiser(), round=found, application=wanted)
    with pytest.raises(Conflict, match="还没有审核"):
        determinations.decide(by=chair(), determination=one, grant=True, signatories="甲")
    determinations.review(by=checker(), determination=one, fit=True, opinion="属实")
    with pytest.raises(Invalid, match="签批人"):
        determinations.decide(by=chair(), determination=one, grant=True, signatories=" ")
    determinations.decide(by=chair(), determination=one, grant=True, signatories="甲、乙")


def test_applicant_and_reviewer_are_two() -> None:
    found = counted_round()
    both = people_account("both", Role.ORGANISER, Role.CHECKER)
    target = found.targets.get(code="SLJ")
    wanted = Application("tolerance", target, "hall_leaders", "1", "x", "x", "x")
    one = determinations.apply_for(by=both, round=found, application=wanted)
    with pytest.raises(Refused, match="审核人不能是申请人"):
        determinations.review(by=both, determination=one, fit=True, opinion="x")
    refused = determinations.review(by=checker(), determination=one, fit=False, opinion="不符合")
    assert refused.state == "refused"
    again = Application("tolerance", target, "no_such", "2", "x", "x", "x")
    with pytest.raises(Invalid, match="没有这个计分项"):
        determinations.apply_for(by=both, round=found, application=again)
    assert standings(computed(found)) == SCORES  # what is not granted doesn't count


def test_objections_end_with_the_notice() -> None:
    found = counted_round()
    told = published(found)
    handler, target = people_of("SLJ"), found.targets.get(code="SLJ")
    other = found.targets.get(code="SWJ")
    with pytest.raises(Missing):
        objections.raise_objection(by=handler, publication=told, target=other, text="不服")
    with pytest.raises(Refused):
        objections.raise_objection(by=organiser(), publication=told, target=target, text="不服")
    with pytest.raises(Invalid, match="写明"):
        objections.raise_objection(by=handler, publication=told, target=target, text=" ")
    one = objections.raise_objection(by=handler, publication=told, target=target, text="漏算一票")
    with pytest.raises(Conflict, match="才截止"):
        actions.rectify(by=organiser(), round=found)
    type(told).objects.filter(pk=told.pk).update(ends_on=date(2026, 1, 1))
    told = fresh(told)
    with pytest.raises(Conflict, match="不能再提异议"):
        objections.raise_objection(by=handler, publication=told, target=target, text="晚了")
    with pytest.raises(Conflict, match="还有异议"):
        actions.rectify(by=organiser(), round=found)
    Grant.objects.create(account=organiser(), role=Role.CHECKER)
    with pytest.raises(Refused, match="计算人不能"):
        objections.rule(by=organiser(), objection=one, upheld=False, answer="无误")
    with pytest.raises(Invalid, match="答复"):
        objections.rule(by=checker(), objection=one, upheld=False, answer=" ")
    objections.rule(by=checker(), objection=one, upheld=False, answer="经复核无误。")
    assert Objection.objects.get().state == ObjectionState.DISMISSED
    assert actions.rectify(by=organiser(), round=found).state == RoundState.RECTIFYING
    assert actions.archive(by=organiser(), round=found).state == RoundState.ARCHIVED


@pytest.mark.parametrize(
    ("scope", "own", "scores"),
    [
        ("all", ["SWJ", "SLJ", "MZJ"], True),
        ("grades", ["SLJ", "SWJ", "MZJ"], False),
        ("own", ["SLJ"], True),
        ("internal", None, False),
    ],
)
def test_what_a_unit_is_told(scope: str, own: list[str] | None, scores: bool) -> None:
    found = counted_round()
    told = published(found, scope)
    handler = people_of("SLJ")
    if own is None:
        with pytest.raises(Missing):
            queries.told_to(handler, told)
    else:
        shown = queries.told_to(handler, told)
        assert [row.code for row in shown.rows] == own
        assert (shown.scores, shown.ranks) == (scores, scores)
    office = queries.told_to(organiser(), told)
    assert len(office.rows) == 3
    with pytest.raises(Missing):
        queries.told_to_public(told)
    mine, other = found.targets.get(code="SLJ"), found.targets.get(code="SWJ")
    assert queries.may_explain(handler, found, mine) == (scope in ("all", "own"))
    assert not queries.may_explain(handler, found, other)


def test_the_portal_shows_no_more_than_its_scope() -> None:
    found = counted_round()
    with pytest.raises(Invalid, match="门户"):
        published(found, "own", on_portal=True)
    telling = Telling("grades", "评分结果", on_portal=True)
    told = actions.publish(by=organiser(), round=found, how=telling)
    shown = queries.told_to_public(told)
    assert (shown.scores, shown.ranks) == (False, False)
    assert list(queries.published()) == [told]
    later = Telling("internal", "收回")
    actions.publish(by=organiser(), round=found, how=later)
    assert list(queries.published()) == []


def test_a_vote_that_a_signed_result_rests_on_is_not_called_off() -> None:
    found = counted_round()
    poll = found.votes.get().poll

    def may_be_called_off() -> bool:
        return RulingKind.CALLED_OFF in {case.kind for case in rulings.cases_of(poll)}

    computed(found)
    assert may_be_called_off()
    actions.sign(
        by=organiser(),
        computation=actions.check(by=checker(), computation=found.computations.get()),
    )
    assert not may_be_called_off()
    with pytest.raises(Conflict, match="签发"):
        box_actions.call_off(by=organiser(), poll=poll)


def test_a_vote_that_was_called_off_is_none_of_the_rounds() -> None:
    found = closed_round(voted())
    poll = found.votes.get().poll
    (case,) = [c for c in rulings.cases_of(poll) if c.kind == RulingKind.CALLED_OFF]
    ruling = ruling_actions.apply_for_ruling(
        by=organiser(), poll=poll, case=case, reason="查实", basis="云办〔2026〕8号"
    )
    ruling_actions.approve(by=checker(), ruling=ruling)
    assert not polls_of(found).exists()


def unread(who: Any) -> list[str]:
    return list(Notice.objects.filter(account=who, read_at=None).values_list("kind", flat=True))


def test_each_step_is_told_to_whom_it_waits_for() -> None:
    found = counted_round()
    check, sign, handler, outside = checker(), chair(), people_of("SLJ"), people_account("nobody")
    one = computed(found)
    assert unread(check) == ["scores.computation.computed"]
    assert unread(organiser()) == []  # who did it isn't told
    one = actions.check(by=check, computation=one)
    assert unread(check) == []
    assert unread(sign) == ["scores.computation.checked"]
    actions.sign(by=sign, computation=one)
    assert unread(organiser()) == []
    told = actions.publish(by=organiser(), round=found, how=Telling("all", "评分结果"))
    assert unread(handler) == ["scores.publication.published"]
    assert unread(outside) == []
    target = found.targets.get(code="SLJ")
    raised = objections.raise_objection(by=handler, publication=told, target=target, text="漏算")
    assert unread(check) == ["scores.objection.raised"]
    assert unread(organiser())[0] == "scores.objection.received"
    head = people_account("head-SLJ")
    Grant.objects.create(account=head, role=Role.UNIT_HEAD, unit=target.unit)
    objections.rule(by=check, objection=raised, upheld=False, answer="无误。")
    assert unread(check) == []
    assert unread(organiser()) == []
    assert unread(handler)[0] == unread(head)[0] == "scores.objection.answered"
    assert unread(outside) == []
    hidden = Telling("internal", "收回")
    before = len(unread(handler))
    actions.publish(by=organiser(), round=found, how=hidden)
    assert len(unread(handler)) == before


def test_what_has_no_value_says_what_it_lacks() -> None:
    found = counted_round()  # no agency has scored
    granted(found, "MZJ", "onsite_rating")
    one = computed(found)
    table = queries.table_of(one)
    notes = {row.code: tuple(part.note for part in row.parts) for row in table.standings}
    survey = "缺：第三方调查机构评分"
    assert notes == {"SLJ": ("", survey, ""), "SWJ": ("", survey, ""),
                     "MZJ": ("按认定不计", survey, "")}  # fmt: skip
    assert "“第三方调查得分”缺：第三方调查机构评分（3 个评议对象中的 3 个）。" in table.warnings
    assert "“现场测评得分”按认定不计（3 个评议对象中的 1 个）。" in table.warnings
    assert [part.note for part in queries.compared(table, "MZJ")] == ["按认定不计", survey, ""]
    # The online vote takes ballots, or else counted sheets: either would do.
    empty = ["online_share_ballots", "online_share_tally", "online_vote"]
    assert lacks(found.version, "online_vote", empty) == "网络投票或网络投票汇总"
    assert lacks(found.version, "online_vote", []) == ""
    hall = ["score", "onsite_rating", "hall_classes", "hall_leaders"]
    assert lacks(found.version, "score", hall) == "现场测评（部分票种）"
