"""Two people at one result: what either has typed stays, whoever was quicker."""

from __future__ import annotations

from typing import Any

import pytest
from tests.apps.ballots.office import Officer, text
from tests.apps.posting import marks_on
from tests.apps.scores.hands import computed, counted_round, people_of
from tests.apps.scores.test_pages import application

from pingyi.apps.people.enums import Role
from pingyi.apps.rounds.models import Round
from pingyi.apps.scores import actions, determinations, objections
from pingyi.apps.scores.determinations import Application
from pingyi.apps.scores.models import Computation, Publication

pytestmark = [pytest.mark.django_db, pytest.mark.once]

TYPED = "只在本页的<b>话"
SHOWN = "只在本页的&lt;b&gt;话"


def two(role: Role) -> tuple[Officer, Officer]:
    return Officer(role, f"quick-{role}"), Officer(role, f"slow-{role}")


def kept(officer: Officer, name: str, *args: object, status: int = 409, **data: Any) -> str:
    """The page that comes back: with what was typed."""
    answer = officer.post(f"scores:{name}", *args, **data)
    page = answer.content.decode()
    assert answer.status_code == status, name
    assert SHOWN in page, name
    assert "没有保存" in page, name
    return page


def test_from_the_check_to_the_correction(db: None) -> None:
    found = counted_round()
    slug, one = found.slug, computed(found)
    quick, slow = two(Role.CHECKER)
    Computation.objects.update(computed_by=slow.account)
    page = kept(slow, "check", slug, 1, status=403, opinion=TYPED)
    assert "核对人不能是计算人" in page
    Computation.objects.update(computed_by=one.computed_by)
    actions.check(by=quick.account, computation=one)
    assert "quick-checker" in kept(slow, "check", slug, 1, opinion=TYPED)
    long = slow.post("scores:check", slug, 1, opinion="长" * 501)
    assert long.status_code == 422, "and is not left out"
    chair, organiser = Officer(Role.CHAIR), Officer(Role.ORGANISER)
    actions.sign(by=chair.account, computation=one)
    assert chair.account.name in kept(slow, "send_back", slug, 1, opinion=TYPED)
    _a_publication_is_not_replaced_unseen(slug)
    _an_objection_is_answered_once(found, quick, slow)
    found.refresh_from_db()
    actions.correct(by=organiser.account, round=found, reason="漏计")
    assert "organiser" in kept(two(Role.ORGANISER)[1], "correct", slug, reason=TYPED)


def _a_publication_is_not_replaced_unseen(slug: str) -> None:
    quick, slow = two(Role.ORGANISER)
    seen = marks_on(text(slow.get("scores:publish", slug)))
    asked = {"scope": "all", "title": "结果", "days": "5", "unit": "working"}
    assert quick.save("scores:publish", slug, **asked).status_code == 302
    page = kept(slow, "publish", slug, **seen, **asked, text=TYPED)
    assert "quick-organiser" in page
    assert Publication.objects.count() == 1
    again = {**marks_on(page), **asked, "text": TYPED}
    assert slow.post("scores:publish", slug, **again).status_code == 302
    assert Publication.objects.count() == 2


def _an_objection_is_answered_once(found: Round, quick: Officer, slow: Officer) -> None:
    told = Publication.objects.latest("pk")
    target, by = found.targets.get(code="SLJ"), people_of("SLJ")
    one = objections.raise_objection(by=by, publication=told, target=target, text="请复核")
    objections.rule(by=quick.account, objection=one, upheld=False, answer="无误")
    page = kept(slow, "rule", found.slug, one.pk, upheld="1", answer=TYPED)
    assert "quick-checker" in page
    one.refresh_from_db()
    assert one.answer == "无误"


def test_a_determination_is_reviewed_and_entered_once(db: None) -> None:
    found = counted_round()
    target = found.targets.get(code="SLJ")
    facts = {**application(target.pk), "target": target}
    organiser = Officer(Role.ORGANISER)
    one = determinations.apply_for(
        by=organiser.account,
        round=found,
        application=Application(**facts),  # type: ignore[arg-type]
    )
    (quick, slow), (chair, late) = two(Role.CHECKER), two(Role.CHAIR)
    determinations.review(by=quick.account, determination=one, fit=True, opinion="属实")
    said = {"fit": "0", "opinion": TYPED}
    assert "quick-checker" in kept(slow, "review", found.slug, one.pk, **said)
    determinations.decide(by=chair.account, determination=one, grant=True, signatories="甲")
    said = {"grant": "0", "signatories": TYPED}
    assert "quick-chair" in kept(late, "decide", found.slug, one.pk, **said)
    one.refresh_from_db()
    assert (one.review, one.signatories) == ("属实", "甲")
