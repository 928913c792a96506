"""Pages of rounds: who opens which, and the way from a programme to a closed round."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from tests.apps.ballots.office import HOSTILE, Officer, text
from tests.apps.rounds.hands import (
    FACTS,
    city,
    draft,
    handed_in,
    meeting_of,
    programme,
    slides_of,
    with_notice,
    with_targets,
)
from tests.apps.schemes.hands import organiser, sealed

from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account, Grant, Person, Unit
from pingyi.apps.rounds import actions, urls
from pingyi.apps.rounds.actions import reports
from pingyi.apps.rounds.enums import RoundState
from pingyi.apps.rounds.models import Opinion, Programme, Round

pytestmark = pytest.mark.django_db

O, K, C = Role.ORGANISER, Role.CHECKER, Role.CHAIR  # noqa: E741
H, U, L = Role.UNIT_HANDLER, Role.UNIT_HEAD, Role.LEADER
EVERYBODY = {*Role, None}

# Address: how it is asked for, who may, and what stands in the address.
TABLE: dict[str, tuple[str, set[Role | None], dict[str, object]]] = {
    "index": ("GET", {O, K, C, H, U, L}, {}),
    "create": ("GET", {O}, {}),
    "programmes": ("GET", {O, K, C}, {}),
    "create_programme": ("GET", {O}, {}),
    "programme": ("GET", {O}, {"pk": 0}),
    "round": ("GET", {O, K, C, U, L}, {"slug": ""}),
    "edit": ("GET", {O}, {"slug": ""}),
    "copy": ("GET", {O}, {"slug": ""}),
    "targets": ("GET", {O, K, C}, {"slug": ""}),
    "pick_units": ("GET", {O}, {"slug": ""}),
    "order": ("POST", {O}, {"slug": ""}),
    "target_template": ("GET", {O, K, C}, {"slug": ""}),
    "import_targets": ("GET", {O}, {"slug": ""}),
    "create_vote": ("GET", {O}, {"slug": ""}),
    "create_meeting": ("GET", {O}, {"slug": ""}),
    "meeting": ("GET", {O, K, C}, {"slug": "", "pk": 0}),
    "edit_meeting": ("GET", {O}, {"slug": "", "pk": 0}),
    "order_meeting": ("POST", {O}, {"slug": "", "pk": 0}),
    "console": ("GET", {O, K, C}, {"slug": "", "pk": 0}),
    "console_live": ("GET", {O, K, C}, {"slug": "", "pk": 0}),
    "act": ("POST", {O, C}, {"slug": "", "pk": 0}),
    "remarks": ("GET", {O, K, C}, {"slug": "", "pk": 0, "item_pk": 0}),
    "all_remarks": ("GET", {O, K, C, U, L}, {"slug": ""}),
    "own_comment": ("GET", {L}, {"slug": "", "item_pk": 0}),
    "wall": ("GET", EVERYBODY, {"key": ""}),
    "wall_now": ("GET", EVERYBODY, {"key": ""}),
    "read": ("GET", EVERYBODY, {"guest": ""}),
    "read_file": ("GET", EVERYBODY, {"guest": "", "pk": 0, "file": 0}),
    "reports": ("GET", {O, K, C, U, L}, {"slug": ""}),
    "report": ("GET", {O, K, C, U, L}, {"slug": "", "pk": 0}),
    "remind": ("POST", {O}, {"slug": ""}),
    "return_report": ("POST", {O}, {"slug": "", "pk": 0}),
    "groups": ("GET", {O, K, C}, {"slug": ""}),
    "create_group": ("GET", {O}, {"slug": ""}),
    "group": ("GET", {O}, {"slug": "", "pk": 0}),
    "say": ("GET", EVERYBODY, {"guest": ""}),
    "opinions": ("GET", {O, K, C}, {"slug": ""}),
    "categories": ("GET", {O}, {"slug": ""}),
    "opinion": ("GET", {O, K, C}, {"slug": "", "pk": 0}),
    "visits": ("POST", {O}, {"slug": ""}),
    "go": ("POST", {O}, {"slug": "", "verb": "start"}),
}


def test_the_table_names_every_address() -> None:
    assert {pattern.name for pattern in urls.urlpatterns} == set(TABLE)


@pytest.mark.usefixtures("uploads")
def test_every_role_at_every_address() -> None:
    found = with_notice(with_targets())
    actions.announce(by=organiser(), round=found)
    meeting = meeting_of(found)
    # Opinions are given while the round collects; going there is nobody's business here.
    Round.objects.filter(pk=found.pk).update(state=RoundState.COLLECTING)
    opinion = Opinion.objects.create(
        round=found, category="其他", speaker="public", text="好", day=date(2017, 7, 1)
    )
    reported = handed_in(found)
    facts = {"title": "第一组", "leader": None, "members": "", "targets": [reported.target]}
    keys = {
        "opinion": opinion.pk,
        "group": reports.save_group(by=organiser(), round=found, facts=facts).pk,
        **dict.fromkeys(("report", "return_report", "read_file"), reported.target_id),
    }
    file = slides_of(reported)
    wrong = []
    for role in (*Role, None):
        officer = Officer(role)
        if role == Role.UNIT_HEAD:  # of a unit that is reviewed; the handler is of another
            Grant.objects.filter(account=officer.account).update(unit=Unit.objects.get(code="SLJ"))
        if role == Role.LEADER:  # in charge of all three
            Account.objects.filter(pk=officer.account.pk).update(
                person=Person.objects.get(code="L1")
            )
        for name, (method, allowed, given) in TABLE.items():
            pk = meeting.pk if {"slug", "guest"} & given.keys() else programme().pk
            pk = keys.get(name, pk)
            item = meeting.agenda.get(number=1).pk
            known = {
                "slug": found.slug,
                "pk": pk,
                "item_pk": item,
                "key": meeting.wall,
                "guest": found.guest_key,
                "file": file.pk,
            }
            parts = {key: known.get(key, value) for key, value in given.items()}
            call = officer.client.get if method == "GET" else officer.client.post
            status = call(reverse(f"rounds:{name}", kwargs=parts)).status_code
            open_to = status in {200, 302, 409, 422}
            if role is None:
                open_to = status == 200
            if open_to != (role in allowed):
                wrong.append((role, name, status))
    assert not wrong


def test_from_a_programme_to_votes() -> None:
    officer = Officer(Role.ORGANISER)
    version = sealed()
    city()
    assert "先登记评议制度" in text(officer.get("rounds:create"))
    asked = FACTS | {"issued_on": "2016-07-13", "purpose": HOSTILE}
    assert officer.post("rounds:create_programme", **asked).status_code == 302
    assert officer.post("rounds:create_programme", **asked).status_code == 422
    facts = {
        "programme": Programme.objects.get().pk,
        "version": version.pk,
        "review": "team",
        "title": HOSTILE,
        "period": "2017年",
    }
    assert officer.post("rounds:create", **facts).status_code == 302
    found = Round.objects.get()
    assert "还没有投票" in text(officer.get("rounds:round", found.slug))
    assert officer.post("rounds:pick_units", found.slug, units=["SLJ", "SWJ"]).status_code == 302
    assert officer.post("rounds:order", found.slug, how="strokes").status_code == 302
    assert list(found.targets.values_list("code", flat=True)) == ["SWJ", "SLJ"]
    page = text(officer.get("rounds:targets", found.slug))
    assert "按姓氏笔画排序" in page
    notice = {
        "title": "第二次述职评议",
        "period": "2017年",
        "held_on": "2017-07-25",
        "notice_number": "云组通〔2017〕12号",
        "notice": HOSTILE,
    }
    assert officer.save("rounds:edit", found.slug, **notice).status_code == 302
    asked = {"title": "现场投票", "direction": "single", "inputs": ["hall"]}
    assert officer.post("rounds:create_vote", found.slug, **asked).status_code == 302
    assert "现场投票" in text(officer.get("rounds:round", found.slug))
    another = text(officer.get("rounds:create_vote", found.slug))
    assert 'value="第二次述职评议（第2次投票）"' in another
    same = officer.post("rounds:create_vote", found.slug, **{**asked, "inputs": ["online"]})
    assert same.status_code == 409
    assert "已有同名的投票" in same.content.decode()
    assert officer.post("rounds:go", found.slug, "announce").status_code == 302
    assert "已通知" in text(officer.get("rounds:round", found.slug))
    assert officer.post("rounds:go", found.slug, "nowhere").status_code == 404
    assert (
        officer.post("rounds:copy", found.slug, title="第三次", period="2018年").status_code == 302
    )
    assert Round.objects.get(title="第三次").predecessor == found
    text(officer.get("rounds:index", words="第三次"))


def test_a_table_of_rows_keeps_what_was_typed() -> None:
    officer, found = Officer(Role.ORGANISER), draft()
    rows = {"code": ["A", "B"], "title": ["甲", ""], "presenter": ["", ""], "parent": ["", ""]}
    answer = officer.save("rounds:targets", found.slug, do="save", **rows)
    assert answer.status_code == 422
    assert 'value="甲"' in answer.content.decode()
    assert "第 2 个对象缺少编码或名称" in answer.content.decode()


def test_a_unit_reads_the_notice_and_its_own_line() -> None:
    found = with_notice(with_targets())
    officer = Officer(Role.UNIT_HEAD)
    Grant.objects.filter(account=officer.account).update(unit=Unit.objects.get(code="SLJ"))
    assert officer.get("rounds:round", found.slug).status_code == 404
    actions.announce(by=organiser(), round=found)
    page = text(officer.get("rounds:round", found.slug))
    assert "定于7月25日召开述职评议会" in page
    assert "余行之" in page
    assert "史千帆" not in page
    assert "建立投票" not in page
