"""Two officers prepare one poll, or rule on one thing: what either has typed stays."""

from __future__ import annotations

from typing import Any

import pytest
from tests.apps.ballots.hall import TARGETS
from tests.apps.ballots.office import Officer, text
from tests.apps.polls.test_pages import channel_form, order, rows
from tests.apps.polls.test_rulings import case_of
from tests.apps.posting import marks_on
from tests.apps.schemes.hands import organiser, sealed

from pingyi.apps.people.enums import Role
from pingyi.apps.polls import actions, ruling_actions
from pingyi.apps.polls.enums import RulingKind
from pingyi.apps.polls.models import Poll, Ruling

pytestmark = [pytest.mark.django_db, pytest.mark.once]

TYPED = "只在本页的话"
FACTS = {"title": "先到", "basis": "", "keys_held": "split", "smallest_cell": "5"}


@pytest.fixture
def poll(db: None) -> Poll:
    return actions.create_poll(
        by=organiser(), title="云州市述职评议", version=sealed(), rehearsal=True
    )


def two() -> tuple[Officer, Officer]:
    return Officer(Role.ORGANISER, "quick"), Officer(Role.ORGANISER, "slow")


def saved(poll: Poll) -> list[Any]:
    fresh = Poll.objects.get(pk=poll.pk)
    return [fresh.title, order(poll), [(one.way, one.closes_at) for one in poll.channels.all()]]


@pytest.mark.parametrize("name", ["edit", "targets", "channels"])
@pytest.mark.parametrize("prepared", [False, True])
def test_the_second_to_save_keeps_what_was_typed(poll: Poll, name: str, prepared: bool) -> None:
    (quick, slow), address = two(), f"polls:{name}"
    firsts: dict[str, dict[str, Any]] = {
        "edit": FACTS,
        "targets": {**rows("A"), "do": "save"},
        "channels": channel_form(poll, way="public", closes_at="2030-12-01T18:00"),
    }
    seconds: dict[str, dict[str, Any]] = {
        "edit": {**FACTS, "title": TYPED},
        "targets": {**rows("B"), "title": [TYPED], "do": "save"},
        "channels": channel_form(poll, way="public", closes_at="2031-12-01T18:00"),
    }
    first, second = firsts[name], seconds[name]
    seen = marks_on(text(slow.get(address, poll.slug)))
    if prepared:
        actions.set_targets(by=quick.account, poll=poll, targets=TARGETS)
        actions.prepare(by=quick.account, poll=poll)
    else:
        assert quick.save(address, poll.slug, **first).status_code == 302
    before = saved(poll)
    answer = slow.post(address, poll.slug, **seen, **second)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert saved(poll) == before
    assert ("2031-12-01T18:00" if name == "channels" else TYPED) in page
    assert quick.account.name in page, "who was quicker"
    if prepared:
        assert "另建一次投票" in page, "what can be done"
        return
    shown = {"edit": "先到", "targets": "单位A", "channels": "2030年12月1日 18:00"}[name]
    assert shown in page, "what the other has saved"
    again = slow.post(address, poll.slug, **marks_on(page), **second)
    assert again.status_code == 302
    assert saved(poll) != before


def test_moving_a_row_does_not_forget_what_was_seen(poll: Poll) -> None:
    quick, slow = two()
    seen = marks_on(text(slow.get("polls:targets", poll.slug)))
    quick.save("polls:targets", poll.slug, **rows("A"), do="save")
    moved = slow.post("polls:targets", poll.slug, **seen, **rows("B", "C"), do="up:1")
    late = slow.post(
        "polls:targets", poll.slug, **marks_on(text(moved)), **rows("C", "B"), do="save"
    )
    assert late.status_code == 409
    assert order(poll) == ["A"]


RULING = {"reason": TYPED, "basis": "云办〔2026〕8号"}


def test_a_ruling_that_another_has_applied_for_keeps_the_reason(poll: Poll) -> None:
    (quick, slow) = two()
    poll.rehearsal = False
    poll.save()
    key = case_of(poll, RulingKind.CALLED_OFF).key
    assert quick.post("polls:apply", poll.slug, key, **RULING).status_code == 302
    answer = slow.post("polls:apply", poll.slug, key, **RULING)
    assert answer.status_code == 409
    assert TYPED in answer.content.decode()
    assert quick.account.name in answer.content.decode()
    assert slow.get("polls:apply", poll.slug, key).status_code == 404, "nothing to begin"
    assert Ruling.objects.count() == 1


@pytest.mark.parametrize(("role", "status"), [(Role.CHECKER, 409), (Role.ORGANISER, 403)])
def test_an_opinion_stays_where_the_ruling_is_not_ones_own_to_give(
    poll: Poll, role: Role, status: int
) -> None:
    poll.rehearsal = False
    poll.save()
    applicant, quick, slow = (
        Officer(Role.ORGANISER),
        Officer(Role.CHECKER, "quick"),
        Officer(role),
    )
    case = case_of(poll, RulingKind.CALLED_OFF)
    ruling = ruling_actions.apply_for_ruling(by=applicant.account, poll=poll, case=case, **RULING)
    if status == 409:
        ruling_actions.refuse(by=quick.account, ruling=ruling, opinion="不必")
    else:
        slow = applicant
    said = {"do": "refuse", "opinion": "我的意见"}
    answer = slow.post("polls:ruling", poll.slug, ruling.pk, **said)
    page = answer.content.decode()
    assert answer.status_code == status
    assert "我的意见" in page
    assert (quick.account.name if status == 409 else "请由另一位同志办理") in page
