"""What rounds and the ledger propose: the lowest of a published result, entries urged to a talk."""

from __future__ import annotations

from typing import Any

import pytest
from tests.apps.talks.hands import Town, today

from pingyi.apps.ledger.actions import Facts, Term, register
from pingyi.apps.ledger.enums import EntryState, UrgeTo
from pingyi.apps.ledger.models import Entry, Urge
from pingyi.apps.people.models import Unit
from pingyi.apps.rounds.models import Programme, Round
from pingyi.apps.schemes.tables import bottom_awards
from pingyi.apps.scores.enums import ComputationState
from pingyi.apps.scores.models import Computation, Publication
from pingyi.apps.talks.actions import programmes
from pingyi.apps.talks.sources import RANK, URGE, proposals
from pingyi.base.errors import Conflict

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return Town()


def told(town: Town, awards: dict[str, list[str]], *, publish: bool = True) -> Round:
    """A round of the Ruyang scheme with a signed result in which units have these awards."""
    from tests.apps.schemes.hands import sealed  # noqa: PLC0415 - makes accounts of its own

    version = sealed("ruyang-two-way")
    basis = {"document_title": "意见", "document_number": "1号", "issuer": "县委"}
    programme = Programme.objects.create(title="双向述职", issued_on=today(), **basis)
    found = Round.objects.create(
        programme=programme, version=version, title="上半年评议", period="上半年"
    )
    rows: list[dict[str, Any]] = []
    for number, code in enumerate(awards, start=1):
        place = Unit.objects.get(code=code)
        found.targets.create(number=number, code=code, title=place.title, unit=place)
        rows.append({"target": code, "rank": number, "awards": awards[code]})
    computation = Computation.objects.create(
        round=found,
        number=1,
        state=ComputationState.SIGNED,
        result={"results": rows},
        bundle=b"",
        digest="0" * 64,
        computed_by=town.organiser,
        checked_by=town.checker,
        checked_at=found.created_at,
        signed_by=town.organiser,
        signed_at=found.created_at,
    )
    if publish:
        Publication.objects.create(
            computation=computation,
            scope="all",
            title="结果",
            published_by=town.organiser,
            days=5,
            ends_on=today(),
            derivation="五个工作日",
        )
    return found


def test_ruyang_names_who_is_to_be_talked_to(town: Town) -> None:
    """RY-08."""
    found = told(town, {"001": []})
    assert bottom_awards(found.version) == {"lowest_to_talk"}


def test_the_lowest_of_a_published_round_are_proposed_once(town: Town) -> None:
    found = told(town, {"001": ["lowest_to_talk"], "002": [], "003": ["another"]})
    (one,) = proposals(town.organiser)
    assert (one.kind, one.unit) == (RANK, town.water)
    assert found.title in one.reason
    talk = programmes.take_up(by=town.organiser, programme=town.programme, proposal=one)
    assert (talk.in_turn, talk.source_kind) == (False, RANK)
    assert proposals(town.organiser) == []
    with pytest.raises(Conflict, match="已由他人办理"):
        programmes.take_up(by=town.second, programme=town.programme, proposal=one)
    again = programmes.save_programme(
        by=town.organiser,
        facts={
            "title": "另一制度",
            "document_title": "意见",
            "document_number": "2号",
            "campaign": town.campaign,
        },
        interviewers=[town.secretary],
        units=town.units,
    )
    with pytest.raises(Conflict, match="已由他人办理"):
        programmes.take_up(by=town.second, programme=again, proposal=one)


def test_what_is_not_published_proposes_nothing(town: Town) -> None:
    told(town, {"001": ["lowest_to_talk"]}, publish=False)
    assert proposals(town.organiser) == []


def urged(town: Town, **how: Any) -> Urge:
    entry = register(
        by=town.organiser,
        campaign=town.campaign,
        facts=Facts("河道清淤滞后"),
        unit=town.water,
        term=Term(day=today()),
    )
    facts = {"to": UrgeTo.TALK, "due_on": today(), "reached_on": today()} | how
    return Urge.objects.create(entry=entry, **facts)


def test_an_entry_urged_up_to_a_talk_is_proposed(town: Town) -> None:
    urge = urged(town)
    (one,) = proposals(town.organiser)
    assert (one.kind, one.id, one.unit) == (URGE, str(urge.pk), town.water)
    assert urge.entry.number in one.reason
    Entry.objects.update(state=EntryState.CLOSED, closed_on=today())
    assert proposals(town.organiser) == []


@pytest.mark.parametrize("to", [one for one in UrgeTo if one != UrgeTo.TALK])
def test_lesser_urging_proposes_no_talk(town: Town, to: UrgeTo) -> None:
    urged(town, to=to)
    assert proposals(town.organiser) == []


def test_a_declined_proposal_is_not_taken_up(town: Town) -> None:
    urged(town)
    (one,) = proposals(town.organiser)
    programmes.decline(by=town.second, proposal=one, reason="已有进展")
    with pytest.raises(Conflict):
        programmes.take_up(by=town.organiser, programme=town.programme, proposal=one)


def test_an_order_is_printed_for_a_talk_that_came_from_a_rank(town: Town) -> None:
    from tests.apps.ledger.test_pages import client_of  # noqa: PLC0415 - here alone

    told(town, {"001": ["lowest_to_talk"]})
    (one,) = proposals(town.organiser)
    talk = programmes.take_up(by=town.organiser, programme=town.programme, proposal=one)
    town.prepared = lambda: talk  # type: ignore[method-assign] # the same talk goes on
    done = town.rectifying()
    page = client_of(town.head).get(f"/talks/{done.number}/rectification-notice/")
    assert "限期整改" in page.content.decode()
    assert "三个支部补开组织生活会" in page.content.decode()
