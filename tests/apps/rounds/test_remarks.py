"""Comments and questions: how pasted text is split, who writes, who reads, until when."""

from __future__ import annotations

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.apps.ballots.office import HOSTILE, Officer, text
from tests.apps.rounds.hands import (
    begun,
    meeting_of,
    take_on,
    with_notice,
    with_targets,
)
from tests.apps.schemes.hands import account as role_account
from tests.apps.schemes.hands import organiser

from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account, Charge, Grant, Person, Unit
from pingyi.apps.rounds import actions as rounds
from pingyi.apps.rounds.actions import remarks as actions
from pingyi.apps.rounds.actions.meetings import set_agenda
from pingyi.apps.rounds.enums import RoundState
from pingyi.apps.rounds.models import AgendaItem, LeaderComment, Meeting, Round
from pingyi.apps.rounds.rules import split_problems
from pingyi.base.errors import Conflict, Invalid, Refused
from pingyi.base.models import AuditEntry


@pytest.mark.parametrize(
    ("pasted", "problems"),
    [
        ("一是学习不深入；二是作风不实；三是服务不优。", ["学习不深入", "作风不实", "服务不优。"]),
        ("主要问题：一是学习不深入。\n二是作风不实。", ["学习不深入。", "作风不实。"]),
        (
            "存在短板，一是统一是非标准不够，二是督办不力",
            ["存在短板", "统一是非标准不够", "督办不力"],
        ),
        ("1.学习不深入 2.完成率只有3.5成", ["学习不深入", "完成率只有3.5成"]),
        ("（一）学习\n（二）作风", ["学习", "作风"]),
        ("①学习②作风", ["学习", "作风"]),
        ("① 学习；② 作风", ["学习", "作风"]),
        ("一、学习\n二、作风", ["学习", "作风"]),
        ("学习不深入\n\n作风不实\n", ["学习不深入", "作风不实"]),
        ("学习不深入", ["学习不深入"]),
        (" \n ", []),
    ],
)
def test_pasted_problems(pasted: str, problems: list[str]) -> None:
    assert split_problems(pasted) == problems


FIGURES = "一二三四五六七八九"
STYLES = (
    lambda number: f"{FIGURES[number]}是",
    lambda number: f"{number + 1}.",
    lambda number: f"（{FIGURES[number]}）",
    lambda number: f"{FIGURES[number]}、",
    lambda number: chr(ord("①") + number),
)


@given(
    st.lists(st.text("学习作风服务群众", min_size=1, max_size=8), min_size=1, max_size=9),
    st.sampled_from(STYLES),
    st.sampled_from(["；", "。\n", "\n", ";\n"]),
)
def test_every_numbering_gives_the_problems_back(problems, style, between) -> None:  # type: ignore[no-untyped-def]
    pasted = between.join(style(number) + one for number, one in enumerate(problems))
    assert [one.rstrip("。") for one in split_problems(pasted)] == problems


def first_item(found: Round) -> AgendaItem:
    return meeting_of(found).agenda.get(number=1)


SAID = {
    "leader_name": "顾长河",
    "praise": "干得好",
    "problems": "一是甲；二是乙",
    "hope": "更上层楼",
}


@pytest.mark.django_db
def test_a_comment_is_corrected_until_the_round_is_archived() -> None:
    item = first_item(with_targets())
    made = actions.save_comment(by=role_account(Role.CHAIR), item=item, **SAID)
    assert made.leader == item.target.leader
    assert [(one.number, one.text) for one in made.problems.all()] == [(1, "甲"), (2, "乙")]
    with pytest.raises(Invalid, match="已经有了"):
        actions.save_comment(by=organiser(), item=item, **SAID)
    again = SAID | {"problems": "丙", "leader_name": "另一位"}
    made = actions.save_comment(by=organiser(), item=item, comment=made, **again)
    assert [one.text for one in made.problems.all()] == ["丙"]
    assert made.leader is None
    with pytest.raises(Invalid, match="空的"):
        actions.save_comment(
            by=organiser(), item=item, leader_name="某", praise=" ", problems=" ", hope=""
        )
    Round.objects.update(state=RoundState.ARCHIVED)
    with pytest.raises(Conflict, match="已归档"):
        actions.save_comment(by=organiser(), item=item, comment=made, **again)
    with pytest.raises(Conflict, match="已归档"):
        actions.save_question(by=organiser(), item=item, asker="甲", question="乙", answer="")


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.CHECKER, Role.LEADER, Role.UNIT_HEAD, None])
def test_only_presiders_write(role: Role | None) -> None:
    item = first_item(with_targets())
    with pytest.raises(Refused):
        actions.save_comment(by=role_account(role), item=item, **SAID)


@pytest.mark.django_db
def test_a_unit_reads_what_was_said_to_it_alone() -> None:
    found = with_notice(with_targets())
    rounds.announce(by=organiser(), round=found)
    officer, head = Officer(Role.ORGANISER), Officer(Role.UNIT_HEAD)
    Grant.objects.filter(account=head.account).update(unit=Unit.objects.get(code="SLJ"))
    meeting = meeting_of(found)
    for item in meeting.agenda.all():
        at = (found.slug, meeting.pk, item.pk)
        said = {"leader_name": HOSTILE[:60], "praise": f"给{item.target.code}{HOSTILE}", "hope": ""}
        assert officer.post("rounds:remarks", *at, what="comment", **said).status_code == 302
        asked = {"q-asker": "代表", "q-question": f"问{item.target.code}{HOSTILE}"}
        assert officer.post("rounds:remarks", *at, what="question", **asked).status_code == 302
        assert officer.post("rounds:remarks", *at, what="question").status_code == 422
        text(officer.get("rounds:remarks", *at))
    comment = LeaderComment.objects.get(item__target__code="SLJ")
    item = comment.item
    page = text(
        officer.get("rounds:remarks", found.slug, meeting.pk, item.pk, comment=str(comment.pk))
    )
    assert "修改点评" in page
    everything = text(officer.get("rounds:all_remarks", found.slug))
    assert "给SLJ" in everything
    assert "问MZJ" in everything
    mine = text(head.get("rounds:all_remarks", found.slug))
    assert "给SLJ" in mine
    assert "问SLJ" in mine
    assert "SWJ" not in mine
    assert "MZJ" not in mine
    assert head.get("rounds:remarks", found.slug, meeting.pk, item.pk).status_code == 403


def leader(name: str = "顾长河") -> Account:
    """The account of a leader, who is in charge of all three departments."""
    found = role_account(Role.LEADER)
    found.name, found.person = name, Person.objects.get(name=name)
    found.save()
    return found


OWN = {key: text for key, text in SAID.items() if key != "leader_name"}


@pytest.mark.django_db
def test_a_leader_writes_his_own_comment_until_the_meeting_ends() -> None:
    found = with_notice(with_targets())
    item, by = first_item(found), leader()
    with pytest.raises(Conflict, match="会议已结束"):
        actions.save_own_comment(by=by, item=item, **OWN)  # the notice is not out
    rounds.announce(by=organiser(), round=found)
    made = actions.save_own_comment(by=by, item=item, **OWN)
    assert (made.leader, made.entered_by, made.entered_for) == (by.person, by, None)
    again = actions.save_own_comment(by=by, item=item, **OWN | {"problems": "丙"})
    assert again == made
    assert [one.text for one in made.problems.all()] == ["丙"]
    for_him = actions.save_comment(by=organiser(), item=item, comment=made, **SAID)
    assert for_him.entered_for == organiser()
    told = AuditEntry.objects.filter(verb="rounds.comment.saved").values_list("actor", "details")
    assert [(actor, facts["leader"]) for actor, facts in told.order_by("number")] == [
        ("leader", "顾长河"),
        ("leader", "顾长河"),
        ("organiser", "顾长河"),
    ]
    Meeting.objects.update(state="ended", started_at=timezone.now(), ended_at=timezone.now())
    with pytest.raises(Conflict, match="会议已结束"):
        actions.save_own_comment(by=by, item=item, **OWN)


@pytest.mark.django_db
def test_what_is_not_his_a_leader_does_not_comment_on() -> None:
    found = with_notice(with_targets())
    item, by = first_item(found), leader()
    rounds.announce(by=organiser(), round=found)
    Charge.objects.filter(unit=item.target.unit).delete()
    with pytest.raises(Refused):
        actions.save_own_comment(by=by, item=item, **OWN)
    for other in (organiser(), role_account(Role.UNIT_HEAD), role_account(Role.CHAIR)):
        with pytest.raises(Refused):
            actions.save_own_comment(by=other, item=item, **OWN)
    officer = Officer(Role.LEADER)
    at = (found.slug, item.pk)
    assert officer.get("rounds:own_comment", *at).status_code == 404
    assert officer.post("rounds:own_comment", *at, **OWN).status_code == 404
    assert not LeaderComment.objects.exists()


@pytest.mark.django_db
def test_what_a_leader_prepared_its_unit_reads_once_he_has_said_it() -> None:
    found = with_targets()
    Round.objects.update(state=RoundState.COLLECTING)
    meeting, by = begun(found), leader()
    item = meeting.agenda.get(number=1)
    unit = item.target.unit
    Charge.objects.exclude(unit=unit).delete()
    officer, head = Officer(Role.LEADER), Officer(Role.UNIT_HEAD)
    Grant.objects.filter(account=head.account).update(unit=unit)
    assert "写点评" in text(officer.get("desk"))
    at = (found.slug, item.pk)
    assert officer.save("rounds:own_comment", *at, **OWN | {"hope": HOSTILE}).status_code == 302
    assert officer.save("rounds:own_comment", *at, hope=" ").status_code == 422
    assert "更上" not in text(officer.get("rounds:own_comment", *at))
    assert "写点评" not in text(officer.get("desk"))
    pages = [found.slug]
    assert "干得好" in text(officer.get("rounds:all_remarks", *pages))
    assert "干得好" not in text(head.get("rounds:all_remarks", *pages))
    # Even where the organiser mends a word of it.
    comment = LeaderComment.objects.get()
    actions.save_comment(by=organiser(), item=item, comment=comment, **SAID)
    assert "干得好" not in text(head.get("rounds:all_remarks", *pages))
    take_on(meeting, item.target.code, "begin")
    assert "干得好" not in text(head.get("rounds:all_remarks", *pages))
    live = Officer(Role.CHAIR).get("rounds:console_live", found.slug, meeting.pk)
    assert "干得好" in text(live)
    take_on(meeting, item.target.code, "comment")
    assert "干得好" in text(head.get("rounds:all_remarks", *pages))
    assert by.name in text(head.get("rounds:all_remarks", *pages))


@pytest.mark.django_db
def test_a_new_order_keeps_what_was_prepared() -> None:
    found = with_notice(with_targets())
    item, by = first_item(found), leader()
    rounds.announce(by=organiser(), round=found)
    made = actions.save_own_comment(by=by, item=item, **OWN)
    codes = [one.target.code for one in item.meeting.agenda.all()]
    turned = codes[::-1]
    set_agenda(by=organiser(), meeting=item.meeting, how="hand", codes=turned)
    order = item.meeting.agenda.values_list("target__code", "number")
    assert list(order) == [(code, number) for number, code in enumerate(turned, start=1)]
    made.refresh_from_db()
    assert made.item.target.code == codes[0]
    with pytest.raises(Conflict, match="不能移出议程"):
        set_agenda(by=organiser(), meeting=item.meeting, how="hand", codes=codes[1:])
    set_agenda(by=organiser(), meeting=item.meeting, how="hand", codes=codes[:1])
    assert item.meeting.agenda.get() == item
