"""Pages of results: who opens which, and the way from a closed round to an answered objection."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from tests.apps.ballots.office import HOSTILE, Officer, text
from tests.apps.scores.hands import computed, counted_round, published

from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Grant, Unit
from pingyi.apps.scores import urls
from pingyi.apps.scores.models import Computation, Determination, Objection
from pingyi.base.models import AuditEntry

pytestmark = pytest.mark.django_db

O, K, C = Role.ORGANISER, Role.CHECKER, Role.CHAIR  # noqa: E741
U = Role.UNIT_HEAD

ONE = {"number": 1}
# Address: how it is asked for, who may, and what stands in the address beside the round.
TABLE: dict[str, tuple[str, set[Role], dict[str, object]]] = {
    "result": ("GET", {O, K, C}, {}),
    "compute": ("POST", {O}, {}),
    "progress": ("GET", {O}, {}),
    "correct": ("GET", {O}, {}),
    "version": ("GET", {O, K, C}, ONE),
    "check": ("POST", {K}, ONE),
    "send_back": ("POST", {K}, ONE),
    "sign": ("POST", {O, C}, ONE),
    "bundle": ("POST", {K}, ONE),
    "report": ("GET", {O, K, C}, ONE),
    "why": ("GET", {O, K, C, U}, ONE | {"code": "SLJ"}),
    "screen": ("GET", {O, K, C}, {}),
    "publish": ("GET", {O}, {}),
    "told": ("GET", {O, K, C, U}, {}),
    "object": ("GET", {U}, {"code": "SLJ"}),
    "objections": ("GET", {O, K, C}, {}),
    "rule": ("GET", {K}, {"pk": 0}),
    "rectify": ("POST", {O}, {}),
    "archive": ("POST", {O}, {}),
    "determinations": ("GET", {O, K, C}, {}),
    "determine": ("GET", {O}, {}),
    "determination": ("GET", {O, K, C}, {"pk": 0}),
    "review": ("POST", {K}, {"pk": 0}),
    "decide": ("POST", {O, C}, {"pk": 0}),
}


def of_water() -> Officer:
    """The head of a unit that is reviewed."""
    officer = Officer(U)
    Grant.objects.filter(account=officer.account).update(unit=Unit.objects.get(code="SLJ"))
    return officer


def test_the_table_names_every_address() -> None:
    assert {pattern.name for pattern in urls.urlpatterns} == set(TABLE)


def test_every_role_at_every_address() -> None:
    told = published(counted_round())
    found = told.computation.round
    water = of_water()
    assert water.post("scores:object", found.slug, "SLJ", text="漏算").status_code == 302
    keys = {"rule": Objection.objects.get().pk}
    organiser = Officer(O)
    asked = application(found.targets.get(code="SLJ").pk)
    assert organiser.post("scores:determine", found.slug, **asked).status_code == 302
    keys |= dict.fromkeys(("determination", "review", "decide"), Determination.objects.get().pk)
    wrong = []
    for role in (*Role, None):
        officer = water if role == U else Officer(role)
        for name, (method, allowed, given) in TABLE.items():
            parts = {"slug": found.slug, **given} | ({"pk": keys[name]} if "pk" in given else {})
            call = officer.client.get if method == "GET" else officer.client.post
            status = call(reverse(f"scores:{name}", kwargs=parts)).status_code
            open_to = status == 200 if role is None else status in {200, 302, 409, 422}
            if open_to != (role in allowed):
                wrong.append((role, name, status))
    assert not wrong
    # What is one's own is not the neighbour's.
    assert water.get("scores:why", found.slug, 1, "SWJ").status_code == 404
    assert water.get("scores:object", found.slug, "SWJ").status_code == 404


def test_a_unit_is_drawn_no_more_than_it_is_told() -> None:
    found = counted_round()
    told = published(found, "own")
    water, office = of_water(), Officer(O)
    page = text(water.get("scores:told", found.slug))
    assert "81.00" in page
    assert "chart-ranking" not in page
    why = (found.slug, told.computation.number, "SLJ")
    assert "全体平均" not in text(water.get("scores:why", *why))
    assert "全体平均" in text(office.get("scores:why", *why))
    assert "chart-ranking" in text(office.get("scores:told", found.slug))


def application(target: int) -> dict[str, object]:
    return {
        "kind": "tolerance",
        "target": target,
        "node": "hall_leaders",
        "number": "云容〔2026〕1号",
        "reason": HOSTILE,
        "basis": HOSTILE,
        "authority": "市委组织部",
    }


def test_from_a_closed_round_to_an_answered_objection() -> None:
    found = counted_round()
    organiser, checker, chair = Officer(O), Officer(K), Officer(C)
    assert "计算得分" in text(organiser.get("scores:result", found.slug))
    assert organiser.post("scores:compute", found.slug).status_code == 302
    page = text(organiser.get("scores:result", found.slug))
    assert "95.00" in page
    assert "81.00" in page
    assert "待核对" in page
    assert "核对无误" not in page
    page = text(checker.get("scores:result", found.slug))
    assert "核对无误" in page
    why = text(checker.get("scores:why", found.slug, 1, "SLJ"))
    assert "现场测评·四大班子领导" in why
    assert "＊" in why  # all leaders gave the same points, which would tell each of them
    assert checker.post("scores:check", found.slug, 1, opinion=HOSTILE).status_code == 302
    assert chair.post("scores:sign", found.slug, 1).status_code == 302
    report = text(chair.get("scores:report", found.slug, 1))
    assert Computation.objects.get().digest in report
    assert "未签发" not in report
    bundle = checker.post("scores:bundle", found.slug, 1)
    assert bundle.content == bytes(Computation.objects.get().bundle)
    assert AuditEntry.objects.get(verb="scores.bundle.taken").actor == checker.account.username
    asked = {"scope": "own", "title": HOSTILE, "text": HOSTILE, "days": "5", "unit": "working"}
    assert organiser.post("scores:publish", found.slug, **asked).status_code == 302
    water = of_water()
    page = text(water.get("scores:told", found.slug))
    assert "81.00" in page
    assert "95.00" not in page
    assert "提出异议" in page
    own = text(water.get("rounds:round", found.slug))
    first = re.search(r'class="btn btn-primary" href="([^"]+)"', own)
    assert first is not None
    assert first[1] == reverse("scores:told", args=[found.slug])
    assert "81.00" in text(water.get("scores:why", found.slug, 1, "SLJ"))
    assert water.post("scores:object", found.slug, "SLJ", text=HOSTILE).status_code == 302
    page = text(checker.get("scores:objections", found.slug))
    assert "处理并答复" in page
    one = Objection.objects.get()
    assert checker.post("scores:rule", found.slug, one.pk, upheld="0").status_code == 422
    answer = {"upheld": "0", "answer": "经复核，计票无误。"}
    assert checker.post("scores:rule", found.slug, one.pk, **answer).status_code == 302
    assert "经复核，计票无误" in text(water.get("scores:told", found.slug))
    assert "贵单位的异议已答复" in text(water.get("desk"))


def test_what_was_upheld_is_the_next_step_of_the_round() -> None:
    found = counted_round()
    published(found)
    organiser, water = Officer(O), of_water()
    assert water.post("scores:object", found.slug, "SLJ", text="漏算一票").status_code == 302
    answer = {"upheld": "1", "answer": "经查属实。"}
    one = Objection.objects.get()
    assert "更正，再次公布" not in text(organiser.get("rounds:round", found.slug))
    assert Officer(K).post("scores:rule", found.slug, one.pk, **answer).status_code == 302
    page = text(organiser.get("rounds:round", found.slug))
    first = re.search(r'class="btn btn-primary" href="([^"]+)"', page)
    assert first is not None
    assert first[1] == reverse("scores:result", args=[found.slug])
    assert "有 1 项异议成立" in page
    for told in (
        water.get("scores:told", found.slug),
        organiser.get("scores:objections", found.slug),
    ):
        assert "待更正：由组织者更正" in text(told)


def test_what_keeps_a_round_from_a_result_stands_on_the_page() -> None:
    found = counted_round()
    found.votes.get().poll.rolls.filter(channel__input_key="hall").update(expected=60)
    answer = Officer(O).post("scores:compute", found.slug)
    assert answer.status_code == 409
    assert "6/60" in answer.content.decode()


def test_a_determination_by_three() -> None:
    found = counted_round()
    computed(found)
    organiser, checker, chair = Officer(O), Officer(K), Officer(C)
    asked = application(found.targets.get(code="SLJ").pk)
    assert organiser.post("scores:determine", found.slug, **asked).status_code == 302
    assert organiser.post("scores:determine", found.slug, **asked).status_code == 422
    one = Determination.objects.get()
    text(organiser.get("scores:determination", found.slug, one.pk))
    assert checker.post("scores:review", found.slug, one.pk, fit="1").status_code == 422
    fit = {"fit": "1", "opinion": "属实"}
    assert checker.post("scores:review", found.slug, one.pk, **fit).status_code == 302
    grant = {"grant": "1", "signatories": "甲、乙"}
    assert chair.post("scores:decide", found.slug, one.pk, **grant).status_code == 302
    assert "已认定" in text(chair.get("scores:determinations", found.slug))
    assert organiser.post("scores:compute", found.slug).status_code == 302
    # Without the leaders' 90 the hall gives 75, so the better of both stays 81.
    page = text(organiser.get("scores:result", found.slug))
    assert "81.00" in page


def test_pages_of_a_result_say_what_a_figure_lacks() -> None:
    one = computed(counted_round())  # no agency has scored
    officer = Officer(O)
    pages: dict[str, tuple[object, ...]] = {"result": (), "report": (1,), "why": (1, "SLJ")}
    for name, extra in pages.items():
        page = officer.get(f"scores:{name}", one.round.slug, *extra)
        assert "缺：第三方调查机构评分" in text(page), name
