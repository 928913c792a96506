"""Duty reports and guidance groups: who writes, who reads, what is late, what comes back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.apps.ballots.office import HOSTILE, Officer, text
from tests.apps.rounds.hands import handed_in, reporter, slides_of, with_notice, with_targets
from tests.apps.schemes.hands import account, organiser

from pingyi.apps.documents.queries import find_attachment
from pingyi.apps.notices.actions import mark_read
from pingyi.apps.notices.models import Notice
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account, Grant, Person, Unit
from pingyi.apps.rounds import actions as rounds
from pingyi.apps.rounds.actions import reports as actions
from pingyi.apps.rounds.enums import ReportState, RoundState
from pingyi.apps.rounds.models import DutyReport, Round
from pingyi.base.errors import Conflict, Invalid, Missing, Refused
from pingyi.base.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def found() -> Round:
    return rounds.announce(by=organiser(), round=with_notice(with_targets()))


def test_handed_in_it_stands_until_it_is_returned(found: Round) -> None:
    target = found.targets.get(code="SLJ")
    by = reporter()
    draft = actions.save_report(by=by, target=target, text=" 草稿 ", hand_in=False)
    assert (draft.state, draft.text) == (ReportState.DRAFT, "草稿")
    with pytest.raises(Invalid, match="空的"):
        actions.save_report(by=by, target=target, text=" ", hand_in=True)
    report = handed_in(found)
    assert (report.state, report.handed_in_by, report.late) == ("handed_in", by, False)
    with pytest.raises(Conflict, match="不能再改"):
        actions.save_report(by=by, target=target, text="又改", hand_in=False)
    with pytest.raises(Invalid, match="理由"):
        actions.send_back(by=organiser(), report=report, reason="")
    report = actions.send_back(by=organiser(), report=report, reason="没有写问题")
    assert report.state == ReportState.RETURNED
    with pytest.raises(Conflict, match="已退回"):
        actions.send_back(by=organiser(), report=report, reason="再退")
    assert handed_in(found).reason == ""


def unread(who: Account) -> list[str]:
    return list(Notice.objects.filter(account=who, read_at=None).values_list("kind", flat=True))


def test_organisers_hear_of_a_report_and_its_unit_of_its_return_each_time(found: Round) -> None:
    writer, other = reporter(), reporter("SWJ")
    head = account(Role.UNIT_HEAD, "head-SLJ", Unit.objects.get(code="SLJ"))
    for mine in (writer, head, other):
        mark_read(by=mine)  # the notice of the review
    for _time in range(2):
        report = handed_in(found)
        assert unread(organiser()) == ["rounds.report.handed_in"]
        assert unread(writer) == unread(head) == []
        actions.send_back(by=organiser(), report=report, reason="没有写问题")
        assert unread(organiser()) == []
        assert unread(writer) == unread(head) == ["rounds.report.returned"]
    assert unread(other) == unread(account(Role.CHAIR)) == []


def a_day_later() -> None:
    """What was told today was told yesterday."""
    today = timezone.localdate()
    for one in Notice.objects.filter(kind="rounds.report.missing"):
        one.subject_id = one.subject_id.replace(str(today), str(today - timedelta(days=1)))
        one.save()


def test_units_whose_report_is_missing_are_reminded_once_a_day(found: Round) -> None:
    writer, other = reporter(), reporter("SWJ")
    head = account(Role.UNIT_HEAD, "head-SLJ", Unit.objects.get(code="SLJ"))
    handed_in(found, "SWJ")
    for mine in (writer, head, other):
        mark_read(by=mine)
    # Of the third unit nobody has an account.
    assert actions.remind(by=organiser(), round=found) == actions.Reminded(1, ["市民政局"])
    assert unread(writer) == unread(head) == ["rounds.report.missing"]
    assert unread(other) == []
    entry = AuditEntry.objects.get(verb="rounds.report.reminded")
    assert (entry.actor, entry.details["targets"]) == (organiser().username, ["SLJ"])
    with pytest.raises(Conflict, match="今天已经催交过"):
        actions.remind(by=organiser(), round=found)
    # Who comes later today is told today; on the next day everybody is told again.
    assert reporter("MZJ").is_active
    assert actions.remind(by=organiser(), round=found) == actions.Reminded(1, [])
    a_day_later()
    assert actions.remind(by=organiser(), round=found) == actions.Reminded(2, [])
    assert unread(writer) == ["rounds.report.missing"] * 2
    handed_in(found)
    assert unread(writer) == unread(head) == []
    assert unread(reporter("MZJ")) == ["rounds.report.missing"] * 2


def test_nobody_is_reminded_where_nothing_is_missing_or_nobody_would_hear(found: Round) -> None:
    units = ["市水利局", "市商务局", "市民政局"]
    assert actions.remind(by=organiser(), round=found) == actions.Reminded(0, units)
    for code in ("SLJ", "SWJ", "MZJ"):
        handed_in(found, code)
    with pytest.raises(Conflict, match="都已提交"):
        actions.remind(by=organiser(), round=found)
    actions.send_back(
        by=organiser(), report=DutyReport.objects.get(target__code="SLJ"), reason="没有写问题"
    )
    with pytest.raises(Refused):
        actions.remind(by=reporter(), round=found)
    assert actions.remind(by=organiser(), round=found).told == 1
    Round.objects.filter(pk=found.pk).update(state=RoundState.CLOSED)
    with pytest.raises(Conflict, match="现在不收"):
        actions.remind(by=organiser(), round=found)


@pytest.mark.parametrize(("days", "late"), [(0, False), (1, False), (-1, True)])
def test_what_comes_late_is_taken_and_marked(found: Round, days: int, late: bool) -> None:
    day = timezone.localdate() + timedelta(days=days)
    actions.set_due(by=organiser(), round=found, day=day)
    assert handed_in(found).late is late


def test_other_units_and_other_roles_write_nothing(found: Round) -> None:
    target = found.targets.get(code="SLJ")
    for by in (reporter("SWJ"), organiser(), account(Role.CHAIR), account(None)):
        with pytest.raises(Refused):
            actions.save_report(by=by, target=target, text="冒名", hand_in=True)
    Round.objects.filter(pk=found.pk).update(state=RoundState.CLOSED)
    with pytest.raises(Conflict, match="现在不收"):
        handed_in(found)


@pytest.mark.usefixtures("uploads")
def test_slides_are_read_by_raters_once_handed_in(found: Round) -> None:
    report = handed_in(found)
    slides = slides_of(report)
    page = reverse("rounds:read", args=[found.guest_key])
    file = reverse("rounds:read_file", args=[found.guest_key, report.target_id, slides.pk])
    visitor = Client()
    words = text(visitor.get(page))  # type: ignore[arg-type]
    assert "半年来的工作" in words
    assert file in words
    answer = visitor.get(file)
    assert b"".join(answer) == b"%PDF-1.7 one"  # type: ignore[arg-type]
    assert set(visitor.cookies) == set()
    # Units know the round by its slug; what others have written is not theirs to read.
    known = reverse("rounds:read", args=[found.slug])
    assert visitor.get(known).status_code == 404
    assert find_attachment(reporter(), slides.pk) == slides
    with pytest.raises(Missing):
        find_attachment(reporter("SWJ"), slides.pk)
    # A returned report is nobody's business any more.
    actions.send_back(by=organiser(), report=report, reason="改")
    assert visitor.get(page).status_code == 404
    assert visitor.get(file).status_code == 404
    other = handed_in(found, "SWJ")
    wrong = reverse("rounds:read_file", args=[found.guest_key, other.target_id, slides.pk])
    assert visitor.get(wrong).status_code == 404
    Round.objects.filter(pk=found.pk).update(state=RoundState.CLOSED)
    assert visitor.get(page).status_code == 404


def test_through_the_pages(found: Round) -> None:
    unit, office = Officer(Role.UNIT_HANDLER), Officer(Role.ORGANISER)
    Grant.objects.filter(account=unit.account).update(unit=Unit.objects.get(code="SLJ"))
    mine, other = found.targets.get(code="SLJ").pk, found.targets.get(code="SWJ").pk
    assert "没有提交" in text(unit.get("rounds:reports", found.slug))
    assert "市商务局" not in text(unit.get("rounds:reports", found.slug))
    assert unit.get("rounds:report", found.slug, other).status_code == 404
    asked = {"text": HOSTILE, "what": "hand_in"}
    assert unit.save("rounds:report", found.slug, mine, **asked).status_code == 302
    assert "已提交" in text(office.get("rounds:report", found.slug, mine))
    page = reverse("rounds:read", args=[found.guest_key])
    text(Client().get(page))  # type: ignore[arg-type]
    assert page in text(office.get("rounds:reports", found.slug))
    assert page not in text(unit.get("rounds:reports", found.slug))
    assert unit.post("rounds:return_report", found.slug, mine, reason="改").status_code == 403
    assert unit.post("rounds:reports", found.slug, day="2017-07-01").status_code == 403
    assert office.post("rounds:return_report", found.slug, mine, reason=HOSTILE).status_code == 302
    assert "退回理由" in text(unit.get("rounds:report", found.slug, mine))
    assert unit.post("rounds:remind", found.slug).status_code == 403
    assert "还有 3 份报告没有提交" in text(office.get("rounds:reports", found.slug))
    assert reverse("rounds:remind", args=[found.slug]) not in text(
        unit.get("rounds:reports", found.slug)
    )
    assert office.post("rounds:remind", found.slug).status_code == 302
    page = text(office.get("rounds:reports", found.slug))
    assert "已催交：1 份报告" in page
    assert "须另行通知：市商务局、市民政局" in page
    assert office.post("rounds:remind", found.slug).status_code == 409
    assert office.save("rounds:reports", found.slug, day="2017-07-01").status_code == 302
    assert "2017年7月1日" in text(unit.get("rounds:reports", found.slug))


def test_guidance_groups(found: Round) -> None:
    office = Officer(Role.ORGANISER)
    target = found.targets.get(code="SLJ")
    leader = Person.objects.get(code="L1")
    asked = {"title": "第一组", "leader": leader.pk, "members": HOSTILE, "targets": [target.pk]}
    assert office.post("rounds:create_group", found.slug, **asked).status_code == 302
    assert office.post("rounds:create_group", found.slug, **asked).status_code == 422
    group = found.groups.get()
    assert (group.leader, list(group.targets.all())) == (leader, [target])
    assert "市水利局" in text(office.get("rounds:groups", found.slug))
    asked["targets"] = []
    assert office.save("rounds:group", found.slug, group.pk, **asked).status_code == 302
    assert not group.targets.exists()
    with pytest.raises(Refused):
        actions.save_group(by=account(Role.CHAIR), round=found, facts=asked)


@pytest.mark.once
def test_words_for_a_report_that_was_handed_in_meanwhile_stay(found: Round) -> None:
    target, unit = found.targets.get(code="SLJ"), Officer(Role.UNIT_HANDLER)
    Grant.objects.update_or_create(
        account=unit.account, role=Role.UNIT_HANDLER, defaults={"unit": target.unit}
    )
    handed_in(found)
    asked = {"text": "另一位写的话", "what": "save"}
    answer = unit.post("rounds:report", found.slug, target.pk, **asked)
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "另一位写的话" in shown, "what was typed"
    assert "半年来的工作" in shown, "what was handed in"
    assert reporter().name in shown
    assert "请组织者退回" in shown
    assert DutyReport.objects.get(target=target).text == "半年来的工作"
