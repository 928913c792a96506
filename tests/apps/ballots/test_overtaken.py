"""Officers of one vote who come too late: what was typed stays, and no file is replaced unseen."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.apps.ballots.hall import prepared
from tests.apps.ballots.office import Officer, text
from tests.apps.ballots.test_office import filled
from tests.apps.posting import marks_on

from pingyi.apps.ballots import actions, files
from pingyi.apps.ballots.models import FigureEntry, KeysBrought, TallyEntry
from pingyi.apps.people.enums import Role
from pingyi.apps.polls.enums import PollState
from pingyi.apps.polls.models import Poll
from pingyi.proofs.keys import fingerprint, make_keys

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def two() -> tuple[Officer, Officer]:
    return Officer(Role.ORGANISER, "quick"), Officer(Role.ORGANISER, "slow")


def key_file(poll: Poll) -> str:
    return make_keys(poll.slug, [1, 2], split=True)[0].text()


def uploaded(content: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("keys.json", content.encode())


def test_a_key_file_that_another_has_brought_is_not_replaced_unseen(db: None) -> None:
    poll = prepared(held="split")
    quick, slow = two()
    seen = marks_on(text(slow.get("ballots:keys", poll.slug)))
    actions.install_keys(by=quick.account, poll=poll, text=key_file(poll))
    brought = KeysBrought.objects.get().fingerprint
    content = key_file(poll)
    answer = slow.post("ballots:keys", poll.slug, **seen, file=uploaded(content))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert KeysBrought.objects.get().fingerprint == brought
    assert "quick" in page
    assert "文件须重新选择" in page
    again = slow.post("ballots:keys", poll.slug, **marks_on(page), file=uploaded(content))
    assert again.status_code == 302
    assert KeysBrought.objects.get().fingerprint != brought


@pytest.mark.parametrize(("own", "status"), [(False, 409), (True, 403)])
def test_a_fingerprint_that_was_typed_stays(db: None, own: bool, status: int) -> None:
    poll = prepared(held="split")
    quick, slow = two()
    bringer, other = (slow, quick) if own else (Officer(Role.CHECKER), quick)
    actions.install_keys(by=bringer.account, poll=poll, text=key_file(poll))
    if not own:
        typed = KeysBrought.objects.get().fingerprint
        actions.confirm_keys(by=other.account, poll=poll, typed=typed)
    answer = slow.post("ballots:confirm_keys", poll.slug, typed="ABCD-EFGH")
    page = answer.content.decode()
    assert answer.status_code == status
    assert 'value="ABCD-EFGH"' in page
    assert ("请由另一位同志办理" if own else "quick") in page


def test_figures_that_another_has_entered_are_not_replaced_unseen(db: None) -> None:
    poll = prepared()
    quick, slow = two()
    template: Any = slow.get("ballots:figure_template", poll.slug)
    seen = marks_on(text(slow.get("ballots:figures", poll.slug)))
    first, second = (
        filled(template.content, "数值", dict.fromkeys(range(2, 20), share))
        for share in ("87", "55")
    )
    assert quick.save("ballots:figures", poll.slug, file=first).status_code == 302
    digest = FigureEntry.objects.get().digest
    answer = slow.post("ballots:figures", poll.slug, **seen, file=second)
    assert answer.status_code == 409
    assert FigureEntry.objects.get().digest == digest
    assert ">87</td>" in answer.content.decode(), "what the other has entered"
    assert "quick" in answer.content.decode()


def test_a_tally_that_comes_after_both_agreed_is_told_on_its_page(db: None) -> None:
    poll = prepared()
    template: Any = Officer(Role.ORGANISER).get("ballots:tally_template", poll.slug)
    for who in (Officer(Role.ORGANISER, "a"), Officer(Role.CHECKER, "b")):
        upload = files.Upload("表.xlsx", filled(template.content, "票数", {}).read())
        files.enter_tally(by=who.account, poll=poll, tallies=upload, rolls=None)
    late = two()[1].post("ballots:tallies", poll.slug, file=filled(template.content, "票数", {}))
    page = late.content.decode()
    assert late.status_code == 409
    assert "两遍录入已经一致" in page
    assert "两遍一致" in page, "and how things stand"
    assert TallyEntry.objects.count() == 2


@pytest.mark.parametrize("name", ["exchange", "paper"])
def test_what_came_too_late_is_told_at_its_form(db: None, name: str) -> None:
    poll = prepared()
    Poll.objects.filter(pk=poll.pk).update(state=PollState.CLOSED)
    asked = {"exchange": {"code": "ABCD-EFGH-JKLM"}, "paper": {"none": "on"}}[name]
    answer = two()[1].post(f"ballots:{name}", poll.slug, **asked)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "没有保存" in page
    assert name == "paper" or "ABCD-EFGH-JKLM" in page


def test_the_fingerprint_is_not_in_the_mark(db: None) -> None:
    """Whoever compares it types it from paper: nothing of it stands on the page."""
    poll = prepared(held="split")
    actions.install_keys(by=Officer(Role.CHECKER).account, poll=poll, text=key_file(poll))
    before = actions.mark_of_keys(poll)
    KeysBrought.objects.update(fingerprint=fingerprint({1: b"x", 2: b"y"}))
    assert actions.mark_of_keys(poll) == before
