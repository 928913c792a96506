"""Two people at one round: what either has typed stays, whoever was quicker."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.apps.ballots.office import Officer, text
from tests.apps.posting import marks_on, saved_over
from tests.apps.rounds.hands import meeting_of, with_notice, with_targets
from tests.apps.schemes.hands import account, organiser

from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account, Person
from pingyi.apps.rounds import actions as rounds
from pingyi.apps.rounds.actions import remarks, reports
from pingyi.apps.rounds.enums import RoundState
from pingyi.apps.rounds.models import Round

pytestmark = [pytest.mark.django_db, pytest.mark.once]

TYPED = "只在本页的话"
NOTICE: dict[str, Any] = {"title": "述职评议", "period": "2017年上半年", "notice": TYPED}
LATE: dict[str, dict[str, Any]] = {
    # Address: what was typed for a round that has gone on.
    "edit": NOTICE,
    "create_vote": {
        "title": TYPED,
        "direction": "single",
        "inputs": ["hall"],
        "keys_held": "split",
        "smallest_cell": 5,
    },
}


def test_a_notice_that_another_has_written_is_not_written_over(db: None) -> None:
    found = with_notice(with_targets())
    quick, slow = (Officer(Role.ORGANISER, name) for name in ("quick", "slow"))
    seen = marks_on(text(slow.get("rounds:edit", found.slug)))
    first = {**NOTICE, "notice": "先到的通知"}
    assert quick.save("rounds:edit", found.slug, **first).status_code == 302
    answer = slow.post("rounds:edit", found.slug, **seen, **NOTICE)
    page = answer.content.decode()
    assert answer.status_code == 409
    for words in ("quick", "先到的通知", TYPED):
        assert words in page
    again = slow.post("rounds:edit", found.slug, **marks_on(page), **NOTICE)
    assert again.status_code == 302
    assert Round.objects.get().notice == TYPED


@pytest.mark.parametrize("name", LATE)
def test_words_for_a_round_that_has_gone_on_stay(db: None, name: str) -> None:
    found = with_notice(with_targets())
    slow = Officer(Role.ORGANISER)
    page = text(slow.get(f"rounds:{name}", found.slug))
    Round.objects.update(state=RoundState.CLOSED)
    answer = slow.post(f"rounds:{name}", found.slug, **marks_on(page), **LATE[name])
    assert answer.status_code == 409
    assert TYPED in answer.content.decode()
    assert "没有保存" in answer.content.decode()


def test_a_table_of_targets_that_another_has_changed_is_not_written_over(db: None) -> None:
    found = with_targets()
    quick, slow = (Officer(Role.ORGANISER, name) for name in ("quick", "slow"))

    def table(*titles: str) -> dict[str, Any]:
        codes = [f"T{number}" for number in range(len(titles))]
        nothing = [""] * len(titles)
        return {"code": codes, "title": titles, "presenter": nothing, "parent": nothing}

    seen = marks_on(text(slow.get("rounds:targets", found.slug)))
    first = quick.save("rounds:targets", found.slug, do="save", **table("先到的单位"))
    assert first.status_code == 302
    mine = table(TYPED, "另一个单位")
    answer = slow.post("rounds:targets", found.slug, do="save", **seen, **mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert [one.title for one in found.targets.all()] == ["先到的单位"]
    for words in ("quick", "先到的单位", TYPED):
        assert words in page
    again = slow.post("rounds:targets", found.slug, do="save", **marks_on(page), **mine)
    assert again.status_code == 302


def _pages(found: Round) -> dict[str, tuple[str, str, str]]:
    """Address, field and name in the page of each form that saves a whole thing."""
    by = organiser()
    facts = {"title": "第一指导组", "leader": None, "members": "", "targets": found.targets.all()}
    group = reports.save_group(by=by, round=found, facts=facts)
    meeting = meeting_of(found)
    item = meeting.agenda.get(number=1)
    said = {"leader_name": "顾长河", "praise": "有成效", "problems": "一是慢", "hope": ""}
    comment = remarks.save_comment(by=by, item=item, **said)
    asked = {"asker": "代表", "question": "何时完成？", "answer": ""}
    question = remarks.save_question(by=by, item=item, **asked)
    slug, on_item = found.slug, [found.slug, meeting.pk, item.pk]
    return {
        "programme": (reverse("rounds:programme", args=[found.programme.pk]), "purpose", "form"),
        "group": (reverse("rounds:group", args=[slug, group.pk]), "members", "form"),
        "meeting": (reverse("rounds:edit_meeting", args=[slug, meeting.pk]), "place", "form"),
        "categories": (reverse("rounds:categories", args=[slug]), "categories", "form"),
        "comment": (
            reverse("rounds:remarks", args=on_item) + f"?comment={comment.pk}",
            "hope",
            "comment_form",
        ),
        "question": (
            reverse("rounds:remarks", args=on_item) + f"?question={question.pk}",
            "answer",
            "question_form",
        ),
    }


@pytest.mark.parametrize(
    "name", ["programme", "group", "meeting", "categories", "comment", "question"]
)
def test_what_another_has_saved_meanwhile_is_not_written_over(db: None, name: str) -> None:
    quick, slow = (Officer(Role.ORGANISER, name) for name in ("quick", "slow"))
    address, field, form = _pages(with_targets())[name]
    saved_over(slow.client, quick.client, address, field, form)


def test_a_report_that_a_colleague_has_written_on_is_not_written_over(db: None) -> None:
    found = rounds.announce(by=organiser(), round=with_notice(with_targets()))
    target = found.targets.get(code="SLJ")
    quick, slow = (Officer(None), Officer(None))
    for one, name in ((quick, "quick"), (slow, "slow")):
        backend = "allauth.account.auth_backends.AuthenticationBackend"
        one.client.force_login(account(Role.UNIT_HANDLER, name, target.unit), backend=backend)
    address = reverse("rounds:report", args=[found.slug, target.pk])
    saved_over(slow.client, quick.client, address, "text")


def test_a_day_for_reports_that_another_has_set_is_not_written_over(db: None) -> None:
    found = with_targets()
    quick, slow = (Officer(Role.ORGANISER, name) for name in ("quick", "slow"))
    seen = marks_on(text(slow.get("rounds:reports", found.slug)))
    assert quick.save("rounds:reports", found.slug, day="2017-07-10").status_code == 302
    late = slow.post("rounds:reports", found.slug, **seen, day="2017-07-20")
    assert late.status_code == 409
    assert 'value="2017-07-20"' in late.content.decode()
    assert str(Round.objects.get().reports_due) == "2017-07-10"


def test_a_leaders_own_comment_is_not_written_over_one_written_down_for_him(db: None) -> None:
    found = rounds.announce(by=organiser(), round=with_notice(with_targets()))
    item = meeting_of(found).agenda.get(target__code="SLJ")
    by, slow = account(Role.LEADER, "slow"), Officer(None)
    Account.objects.filter(pk=by.pk).update(person=Person.objects.get(name="顾长河"))
    slow.client.force_login(by, backend="allauth.account.auth_backends.AuthenticationBackend")
    address = (found.slug, item.pk)
    seen = marks_on(text(slow.get("rounds:own_comment", *address)))
    said = {"leader_name": "顾长河", "praise": "先到的话", "problems": "", "hope": ""}
    remarks.save_comment(by=account(Role.ORGANISER, "quick"), item=item, **said)
    mine = {"praise": TYPED, "problems": "", "hope": ""}
    late = slow.post("rounds:own_comment", *address, **seen, **mine)
    page = late.content.decode()
    assert late.status_code == 409
    for words in ("quick刚刚改过", "先到的话", TYPED):
        assert words in page
    assert item.comments.get().praise == "先到的话"
    assert slow.post("rounds:own_comment", *address, **marks_on(page), **mine).status_code == 302
    assert item.comments.get().praise == TYPED


def test_an_agenda_that_another_has_ordered_is_not_written_over(db: None) -> None:
    found = with_targets()
    meeting = meeting_of(found)
    pks = {target.code: target.pk for target in found.targets.all()}
    quick, slow = (Officer(Role.ORGANISER, name) for name in ("quick", "slow"))
    seen = marks_on(text(slow.get("rounds:meeting", found.slug, meeting.pk)))
    assert seen

    def order(officer: Officer, marks: dict[str, str], **places: str) -> Any:
        given = {f"place-{pks[code]}": number for code, number in places.items()}
        return officer.post("rounds:order_meeting", found.slug, meeting.pk, **marks, **given)

    def now() -> list[str]:
        return list(meeting.agenda.order_by("number").values_list("target__code", flat=True))

    assert order(quick, seen, SWJ="1", SLJ="2", MZJ="").status_code == 302
    assert now() == ["SWJ", "SLJ"]
    late = order(slow, seen, MZJ="7", SLJ="8", SWJ="9")
    page = late.content.decode()
    assert late.status_code == 409
    assert "quick刚刚改过" in page
    assert all(f'value="{number}"' in page for number in (7, 8, 9)), "the numbers as typed"
    assert now() == ["SWJ", "SLJ"]
    lots = slow.post("rounds:order_meeting", found.slug, meeting.pk, **seen, how="lot")
    assert lots.status_code == 409, "lots over an order that was not seen"
    assert order(slow, marks_on(page), MZJ="7", SLJ="8", SWJ="9").status_code == 302
    assert now() == ["MZJ", "SLJ", "SWJ"]


def _file(*titles: str) -> SimpleUploadedFile:
    rows = "".join(f"T{number},{title}\n" for number, title in enumerate(titles))
    return SimpleUploadedFile("对象.csv", f"编码,名称\n{rows}".encode())


def _previewed(officer: Officer, found: Round, *titles: str) -> dict[str, str]:
    page = text(officer.post("rounds:import_targets", found.slug, file=_file(*titles)))
    return {"rows": page.split('name="rows" value="')[1].split('"', maxsplit=1)[0]}


def test_a_file_of_targets_is_not_put_over_a_table_that_another_has_changed(db: None) -> None:
    found = with_targets()
    quick, slow = (Officer(Role.ORGANISER, name) for name in ("quick", "slow"))
    mine = _previewed(slow, found, "文件里的单位")
    theirs = _previewed(quick, found, "先到的单位")
    assert quick.post("rounds:import_targets", found.slug, **theirs).status_code == 302
    late = slow.post("rounds:import_targets", found.slug, **mine)
    page = late.content.decode()
    assert late.status_code == 409
    for words in ("quick刚刚改过", "对象.csv", "请重新选择", 'type="file"'):
        assert words in page
    assert [one.title for one in found.targets.all()] == ["先到的单位"]
    again = _previewed(slow, found, "文件里的单位")
    assert slow.post("rounds:import_targets", found.slug, **again).status_code == 302
    assert [one.title for one in found.targets.all()] == ["文件里的单位"]


def test_a_file_of_targets_for_a_round_that_has_gone_on_ends_at_its_form(db: None) -> None:
    found = with_notice(with_targets())
    slow = Officer(Role.ORGANISER, "slow")
    mine = _previewed(slow, found, "文件里的单位")
    rounds.announce(by=account(Role.ORGANISER, "quick"), round=found)
    late = slow.post("rounds:import_targets", found.slug, **mine)
    page = late.content.decode()
    assert late.status_code == 409
    for words in ("quick", "评议对象不能再改", "对象.csv", "请重新选择", 'type="file"'):
        assert words in page
    forged = slow.post("rounds:import_targets", found.slug, rows="W10:1abc:forged")
    assert forged.status_code == 422
    assert 'type="file"' in forged.content.decode()
