"""Two people at one round: what either has typed stays, whoever was quicker."""

from __future__ import annotations

from typing import Any

import pytest
from tests.apps.ballots.office import Officer, text
from tests.apps.posting import marks_on
from tests.apps.rounds.hands import with_notice, with_targets

from pingyi.apps.people.enums import Role
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
