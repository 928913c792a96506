"""Rulings by two: who applies, who decides, what holds afterwards; polls that are called off."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from tests.apps.ballots.hall import PUBLIC, Vote, checker, prepared, vote
from tests.apps.ballots.office import HOSTILE, Officer, text
from tests.apps.schemes.hands import account, organiser

from pingyi.apps.ballots import actions as box_actions
from pingyi.apps.ballots.boxes import box_of
from pingyi.apps.ballots.wire import Answer
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account, Person
from pingyi.apps.polls import ruling_actions, rulings
from pingyi.apps.polls.enums import RulingKind
from pingyi.apps.polls.models import Poll, Ruling
from pingyi.apps.rolls.models import Code
from pingyi.base.errors import Conflict, Invalid, Refused
from pingyi.base.keyring import PollKeyring
from pingyi.base.models import AuditEntry

pytestmark = pytest.mark.django_db


def case_of(poll: Poll, kind: RulingKind) -> rulings.Case:
    (case,) = [case for case in rulings.cases_of(poll) if case.kind == kind]
    return case


def applied(poll: Poll, kind: RulingKind = RulingKind.CALLED_OFF) -> Ruling:
    return ruling_actions.apply_for_ruling(
        by=organiser(), poll=poll, case=case_of(poll, kind), reason="查实", basis="云办〔2026〕8号"
    )


def test_reason_and_basis_are_asked_for() -> None:
    poll = prepared()
    case = case_of(poll, RulingKind.CALLED_OFF)
    for reason, basis, field in ((" ", "云办〔2026〕8号", "reason"), ("查实", "", "basis")):
        with pytest.raises(Invalid) as error:
            ruling_actions.apply_for_ruling(
                by=organiser(), poll=poll, case=case, reason=reason, basis=basis
            )
        assert error.value.field == field
    assert not Ruling.objects.exists()


def test_a_thing_is_applied_for_once_at_a_time() -> None:
    poll = prepared()
    case = case_of(poll, RulingKind.CALLED_OFF)
    ruling = applied(poll)
    assert case.key not in {one.key for one in rulings.cases_of(poll)}
    with pytest.raises(Conflict):
        ruling_actions.apply_for_ruling(
            by=checker(), poll=poll, case=case, reason="查实", basis="云办〔2026〕8号"
        )
    ruling_actions.refuse(by=checker(), ruling=ruling, opinion="没有必要")
    assert case_of(poll, RulingKind.CALLED_OFF).key == case.key


def test_who_applied_does_not_decide() -> None:
    ruling = applied(prepared())
    for act in (ruling_actions.approve, ruling_actions.refuse):
        with pytest.raises(Refused, match="申请人"):
            act(by=organiser(), ruling=ruling, opinion="同意")
    ruling.state, ruling.decided_at = "approved", ruling.applied_at
    ruling.decided_by = organiser()
    with pytest.raises(IntegrityError), transaction.atomic():
        ruling.save()
    ruling.refresh_from_db()
    assert ruling.state == "applied"


def namesake(person: Person | None = None) -> Account:
    """A second account under the organiser's name."""
    second = account(Role.CHECKER, "second")
    second.name, second.person = organiser().name, person
    second.save()
    return second


def test_a_second_account_of_the_same_person_does_not_decide() -> None:
    ruling = applied(prepared())
    with pytest.raises(Refused, match="同名"):
        ruling_actions.approve(by=namesake(), ruling=ruling)
    first = organiser()
    first.person = Person.objects.create(code="P1", name="组织者")
    first.save()
    other = Person.objects.create(code="P2", name="组织者")
    # Two people of one name, each with an account bound to the own person.
    assert ruling_actions.approve(by=namesake(other), ruling=ruling).state == "approved"


def test_whose_work_it_is_about_does_not_decide() -> None:
    ruling = applied(prepared())
    Ruling.objects.filter(pk=ruling.pk).update(barred=[checker().username])
    with pytest.raises(Refused, match="回避"):
        ruling_actions.approve(by=checker(), ruling=ruling)
    third = account(Role.CHECKER, "third")
    assert ruling_actions.approve(by=third, ruling=ruling).decided_by == third


@pytest.mark.parametrize("role", [Role.CHAIR, Role.SYSTEM_ADMIN, Role.UNIT_HEAD])
def test_others_neither_apply_nor_decide(role: Role) -> None:
    poll = prepared()
    case = case_of(poll, RulingKind.CALLED_OFF)
    with pytest.raises(Refused):
        ruling_actions.apply_for_ruling(
            by=account(role), poll=poll, case=case, reason="查实", basis="云办〔2026〕8号"
        )
    with pytest.raises(Refused):
        ruling_actions.approve(by=account(role), ruling=applied(poll))


def test_a_decision_stands() -> None:
    ruling = applied(prepared())
    with pytest.raises(Invalid):
        ruling_actions.refuse(by=checker(), ruling=ruling, opinion=" ")
    ruling_actions.refuse(by=checker(), ruling=ruling, opinion="没有必要")
    with pytest.raises(Conflict, match="办结"):
        ruling_actions.approve(by=checker(), ruling=ruling)
    told = AuditEntry.objects.filter(subject_kind="polls.ruling").order_by("number")
    assert [(entry.verb, entry.actor) for entry in told] == [
        ("polls.ruling.applied", "organiser"),
        ("polls.ruling.refused", "checker"),
    ]
    assert told[0].details["reason"] == "查实"


def called_off(town: Vote) -> None:
    ruling_actions.approve(by=checker(), ruling=applied(town.fresh()))


STAGES = ["begun", "voting", "locked", "counted"]


@pytest.mark.parametrize("stage", STAGES)
def test_a_poll_is_called_off_at_any_stage(stage: str) -> None:
    town = vote()
    (item,) = town.items("online")
    code, late = town.slips[PUBLIC][:2]
    intake, casting = town.intake(), town.casting(late, item)
    if stage != "begun":
        town.open("online")
        assert intake.take([town.casting(code, item)]) == [Answer.COUNTED]
    if stage in {"locked", "counted"}:
        town.lock_all()
    if stage == "counted":
        intake.box.close()
        town.open_boxes()
    called_off(town)
    poll = town.fresh()
    assert poll.state == "called_off"
    assert not box_of(poll.slug).exists()
    assert not PollKeyring(poll.slug).folder.exists()
    assert Code.objects.filter(poll=poll).count() == 26
    assert poll.rolls.exists()
    with pytest.raises(Conflict):
        town.intake()  # no code can be told from another any more
    assert not rulings.cases_of(poll)
    voters = Officer(None)
    page = text(voters.get("voter:vote", poll.slug))
    assert "这次投票已作废" in page
    assert late not in page
    if stage == "voting":
        # An intake that still holds the box thanks nobody.
        try:
            told = intake.take([casting])
        except DatabaseError:
            told = [Answer.NOT_OPEN]
        assert told == [Answer.NOT_OPEN]


def test_a_rehearsal_is_purged_instead() -> None:
    poll = prepared(rehearsal=True)
    assert RulingKind.CALLED_OFF not in {case.kind for case in rulings.cases_of(poll)}
    with pytest.raises(Conflict, match="演练"):
        box_actions.call_off(by=organiser(), poll=poll)
    with pytest.raises(Conflict, match="两人裁定"):
        box_actions.call_off(by=organiser(), poll=prepared())


def test_knowing_the_outcome_makes_it_another_question() -> None:
    town = vote()
    town.open("online")
    ruling = applied(town.poll)
    (item,) = town.items("online")
    intake = town.intake()
    assert intake.take([town.casting(town.slips[PUBLIC][0], item)]) == [Answer.COUNTED]
    intake.box.close()
    town.lock_all()
    town.open_boxes()
    with pytest.raises(Conflict, match="情况已经变化"):
        ruling_actions.approve(by=checker(), ruling=ruling)


def test_from_the_application_to_the_voters_page() -> None:
    town = vote()
    slug = town.poll.slug
    first, second = Officer(Role.ORGANISER), Officer(Role.CHECKER)
    case = case_of(town.poll, RulingKind.CALLED_OFF)
    assert "申请裁定" in text(first.get("polls:rulings", slug))
    assert "申请裁定" not in text(Officer(Role.CHAIR).get("polls:rulings", slug))
    assert "票箱、密钥当即销毁" in text(first.get("polls:apply", slug, case.key))
    assert first.post("polls:apply", slug, case.key, reason="", basis="").status_code == 422
    asked = {"reason": HOSTILE, "basis": HOSTILE, "paper_number": "云评裁〔2026〕1号"}
    assert first.post("polls:apply", slug, case.key, **asked).status_code == 302
    number = Ruling.objects.get().pk
    assert "须由另一位" in text(first.get("polls:ruling", slug, number))
    assert first.post("polls:ruling", slug, number, do="approve").status_code == 403
    assert "裁定待批准" in second.client.get("/desk/").content.decode()
    page = text(second.get("polls:ruling", slug, number))
    assert "云评裁〔2026〕1号" in page
    assert second.post("polls:ruling", slug, number, do="refuse").status_code == 422
    assert second.post("polls:ruling", slug, number, do="approve").status_code == 302
    page = text(first.get("polls:poll", slug))
    assert "本次投票已作废" in page
    assert "申请裁定" in page
    for name in ("zero", "console", "opening", "reconciliation", "results", "score"):
        assert "已作废" in text(first.get(f"ballots:{name}", slug)), name
    for name in ("ballots:keys", "ballots:live", "ballots:tallies", "rolls:rolls"):
        text(first.get(name, slug))
