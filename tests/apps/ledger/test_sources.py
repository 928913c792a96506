"""What a round has found goes into the ledger, each thing once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.apps.ballots.office import Officer, text
from tests.apps.ledger.hands import BASIS
from tests.apps.rounds.hands import meeting_of, with_notice, with_targets
from tests.apps.schemes.hands import organiser

from pingyi.apps.ledger import actions, sources
from pingyi.apps.ledger.actions import Term
from pingyi.apps.ledger.models import Campaign, Entry
from pingyi.apps.people.enums import Role
from pingyi.apps.rounds import actions as rounds
from pingyi.apps.rounds.actions import remarks
from pingyi.apps.rounds.models import Opinion, Round
from pingyi.base.errors import Refused

pytestmark = pytest.mark.django_db

OPINIONS = (("班子建设", "SLJ", "学习抓得不紧"), ("服务群众", None, "办事大厅排队太久"))


@pytest.fixture
def found() -> Round:
    """A round in which a leader has named three problems of one unit, and two opinions came."""
    one = with_notice(with_targets())
    item = meeting_of(one).agenda.get(target__code="SLJ")
    rounds.announce(by=organiser(), round=one)
    remarks.save_comment(
        by=organiser(),
        item=item,
        leader_name="顾长河",
        praise="工作扎实",
        problems="一是清淤滞后；二是督查不力；三是宣传不够。",
        hope="再接再厉",
    )
    for category, code, words in OPINIONS:
        Opinion.objects.create(
            round=one,
            target=one.targets.get(code=code) if code else None,
            category=category,
            speaker="public",
            text=words,
            day=timezone.localdate(),
        )
    return one


@pytest.fixture
def campaign() -> Campaign:
    return actions.save_campaign(by=organiser(), facts=BASIS)


def enter(found: Round, campaign: Campaign) -> list[Entry]:
    findings = [one.finding for one in sources.of_round(organiser(), found)]
    term = Term(day=timezone.localdate() + timedelta(days=60))
    return actions.register_findings(
        by=organiser(), campaign=campaign, findings=findings, term=term
    )


def test_numbered_problems_and_opinions_become_entries(found: Round, campaign: Campaign) -> None:
    made = enter(found, campaign)
    assert [(one.title, one.lead_title, one.kind) for one in made] == [
        ("清淤滞后", "市水利局", "problem"),
        ("督查不力", "市水利局", "problem"),
        ("宣传不够", "市水利局", "problem"),
        ("办事大厅排队太久", "", "opinion"),
        ("学习抓得不紧", "市水利局", "opinion"),
    ]
    assert made[0].source_title == "第二次述职评议：顾长河点评市水利局"
    assert {one.leader_name for one in made if one.lead_unit} == {"顾长河"}
    assert sources.left_of(found) == (5, 0)


def test_nothing_is_entered_twice(found: Round, campaign: Campaign) -> None:
    enter(found, campaign)
    assert enter(found, campaign) == []
    assert Entry.objects.count() == 5


def test_a_comment_that_is_saved_anew_is_not_entered_anew(found: Round, campaign: Campaign) -> None:
    """Its problems are stored anew; what they say is what was entered. A new one is new."""
    enter(found, campaign)
    comment = found.meetings.get().agenda.get(target__code="SLJ").comments.get()
    remarks.save_comment(
        by=organiser(),
        item=comment.item,
        leader_name="顾长河",
        praise="",
        problems="一是督查不力；二是清淤滞后；三是台账不清",
        hope="",
        comment=comment,
    )
    assert [one.title for one in enter(found, campaign)] == ["台账不清"]


def test_the_page_enters_what_is_ticked(found: Round, campaign: Campaign) -> None:
    officer = Officer(Role.ORGANISER)
    page = text(officer.get("ledger:from_round", found.slug))
    assert "清淤滞后" in page
    keys = [one.key for one in sources.of_round(organiser(), found)][:2]
    form = {"campaign": campaign.pk, "pick": keys, "amount": 2, "unit": "months", "due_on": ""}
    assert officer.post("ledger:from_round", found.slug, **form).status_code == 302
    assert sorted(Entry.objects.values_list("title", flat=True)) == ["清淤滞后", "督查不力"]
    page = text(officer.get("ledger:from_round", found.slug))
    assert "已在台账" in page
    nothing = officer.post("ledger:from_round", found.slug, **{**form, "pick": keys})
    assert nothing.status_code == 422
    assert Officer(Role.CHECKER).get("ledger:from_round", found.slug).status_code == 403


def test_the_file_of_the_round_leads_to_it(found: Round, campaign: Campaign) -> None:
    page = text(Officer(Role.ORGANISER).get("rounds:round", found.slug))
    assert reverse("ledger:from_round", args=[found.slug]) in page
    assert "还有 5 条" in page


def test_units_enter_nothing(found: Round, campaign: Campaign) -> None:
    from tests.apps.rounds.hands import reporter  # noqa: PLC0415

    findings = [one.finding for one in sources.of_round(organiser(), found)]
    with pytest.raises(Refused):
        actions.register_findings(by=reporter(), campaign=campaign, findings=findings[:1])
