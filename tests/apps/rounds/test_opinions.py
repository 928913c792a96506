"""Opinions: given by anybody, moderated, and tied to nothing (by attack)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.apps.ballots.office import HOSTILE, Officer, text
from tests.apps.rounds.hands import with_targets
from tests.apps.schemes.hands import account as role_account

from pingyi.apps.people.enums import Role
from pingyi.apps.rounds.actions import opinions as actions
from pingyi.apps.rounds.enums import OpinionState, RoundState
from pingyi.apps.rounds.models import Opinion, Round
from pingyi.apps.rounds.views import opinions as views
from pingyi.base.errors import Conflict, Invalid, Refused
from pingyi.base.models import AuditEntry
from pingyi.base.throttle import PerMinute

pytestmark = pytest.mark.django_db
SECRET = "K7MXQ2WD9RTBZ5FGC"
"""A code, as a careless page might let it through."""


@pytest.fixture
def found() -> Round:
    made = with_targets()
    Round.objects.filter(pk=made.pk).update(state=RoundState.COLLECTING)
    made.refresh_from_db()
    return made


@pytest.fixture(autouse=True)
def fresh_throttle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "_given", PerMinute(views.MOST_A_MINUTE))


def given(found: Round, words: str = "办事要跑三趟", **more: object) -> Opinion:
    actions.give(round=found, target=None, category="其他", speaker="public", text=words, **more)  # type: ignore[arg-type]
    return Opinion.objects.get(text=words)


def rows() -> Iterator[tuple[str, str]]:
    """Every row of every table, as text."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            yield from ((table, repr(row)) for row in cursor.fetchall())


def test_an_opinion_leaves_one_row_that_names_nobody(found: Round) -> None:
    client = Client(
        REMOTE_ADDR="203.0.113.77",
        HTTP_USER_AGENT="Attackers-Own-Browser",
        HTTP_REFERER=f"http://testserver/v/abc234/#{SECRET}",
        HTTP_X_FORWARDED_FOR="203.0.113.78",
    )
    client.cookies["voter"] = SECRET
    address = reverse("rounds:say", args=[found.guest_key])
    asked = {"speaker": "rater", "category": "其他", "text": "办事要跑三趟", "code": SECRET}
    before = sorted(rows())
    page = client.get(address)
    answer = client.post(address, asked)
    assert answer.status_code == 302
    after = sorted(rows())
    new = [row for row in after if row not in before]
    assert [row for row in before if row not in after] == []
    ((table, row),) = new
    assert table == "rounds_opinion"
    for trace in (SECRET, "203.0.113", "Attackers", "abc234"):
        assert trace not in row
    assert timezone.localtime().strftime("%H:%M") not in row
    # Nothing is left on the device that the site could tell again but the form's own token.
    assert set(page.cookies) | set(answer.cookies) <= {"csrftoken"}
    assert SECRET not in page.content.decode()


def test_no_field_could_hold_a_tie() -> None:
    fields = Opinion._meta.get_fields()
    ties = {f.related_model._meta.label for f in fields if f.is_relation}  # type: ignore[union-attr]
    assert ties == {"rounds.Round", "rounds.RoundTarget"}
    assert not [f for f in fields if isinstance(f, models.DateTimeField | models.TimeField)]
    names = {f.name for f in fields if not f.is_relation}
    assert names == {"id", "category", "speaker", "text", "day", "state", "reason"}


def test_keys_tell_no_order(found: Round) -> None:
    # In the order of coming by chance: 1 in 20 factorial.
    keys = [given(found, f"第{number}条").pk for number in range(20)]
    assert keys != sorted(keys)


def test_what_is_the_same_is_kept_once(found: Round) -> None:
    given(found)
    given(found)
    assert found.opinions.get().day == timezone.localdate()
    assert found.opinions.get().state == OpinionState.WAITING


def test_opinions_are_taken_while_the_round_collects(found: Round) -> None:
    with pytest.raises(Invalid, match="分类"):
        actions.give(round=found, target=None, category="没有", speaker="public", text="好")
    found.state = RoundState.CLOSED
    with pytest.raises(Conflict, match="不收意见"):
        given(found)


def test_moderation_is_recorded_and_can_be_turned(found: Round) -> None:
    one, other = given(found), given(found, "骂人的话")
    chair = role_account(Role.CHAIR)
    assert actions.relay(by=chair, round=found, opinions=[one.pk, other.pk, 12345]) == 2
    with pytest.raises(Invalid, match="理由"):
        actions.hold(by=chair, opinion=other, reason=" ")
    actions.hold(by=chair, opinion=other, reason="人身攻击")
    states = {row.text: (row.state, row.reason) for row in found.opinions.all()}
    assert states == {"办事要跑三趟": ("relayed", ""), "骂人的话": ("held", "人身攻击")}
    told = AuditEntry.objects.filter(verb__startswith="rounds.opinion").order_by("number")
    assert list(told.values_list("verb", "actor")) == [
        ("rounds.opinion.relayed", chair.username),
        ("rounds.opinion.held", chair.username),
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        Opinion.objects.filter(pk=other.pk).update(reason="")


@pytest.mark.parametrize("role", [Role.CHECKER, Role.UNIT_HEAD, None])
def test_only_presiders_moderate(found: Round, role: Role | None) -> None:
    with pytest.raises(Refused):
        actions.relay(by=role_account(role), round=found, opinions=[])


def test_categories_are_a_preset_until_changed(found: Round) -> None:
    officer = Officer(Role.ORGANISER)
    assert len(found.opinion_categories) == 5
    assert "系统默认值" in text(officer.get("rounds:categories", found.slug))
    asked = {"categories": "甲\n 甲\n\n乙"}
    assert officer.save("rounds:categories", found.slug, **asked).status_code == 302
    found.refresh_from_db()
    assert found.opinion_categories == ["甲", "乙"]
    assert "系统默认值" not in text(officer.get("rounds:categories", found.slug))
    assert officer.post("rounds:categories", found.slug, categories=" ").status_code == 422


def test_from_the_page_to_the_list_and_its_file(found: Round) -> None:
    visitor, officer = Client(), Officer(Role.CHAIR)
    address = reverse("rounds:say", args=[found.guest_key])
    target = found.targets.get(code="SWJ").pk
    asked = {"speaker": "public", "category": "其他", "target": target, "text": HOSTILE}
    assert visitor.post(address, asked | {"text": " "}).status_code == 422
    thanks: object = visitor.post(address, asked, follow=True)
    assert "已收到" in thanks.content.decode()  # type: ignore[attr-defined]
    one = found.opinions.get()
    assert "待审" in text(officer.get("rounds:opinions", found.slug, state="waiting"))
    ticked = {"action": "relay", "pick": [one.pk]}
    assert officer.post("rounds:opinions", found.slug, **ticked).status_code == 302
    text(officer.get("rounds:opinion", found.slug, one.pk))
    at = (found.slug, one.pk)
    assert officer.post("rounds:opinion", *at, reason="").status_code == 422
    assert officer.post("rounds:opinion", *at, reason=HOSTILE).status_code == 302
    listed = text(officer.get("rounds:opinions", found.slug, target=str(target)))
    assert "不转现场" in listed
    other = str(found.targets.get(code="SLJ").pk)
    assert HOSTILE[-5:] not in text(officer.get("rounds:opinions", found.slug, target=other))
    file = officer.get("rounds:opinions", found.slug, export="csv")
    assert "市商务局" in b"".join(file).decode("utf-8-sig")  # type: ignore[arg-type]


def test_one_address_is_slowed_down(found: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "_given", PerMinute(3))
    client, other = Client(REMOTE_ADDR="203.0.113.7"), Client(REMOTE_ADDR="203.0.113.8")
    address, empty = reverse("rounds:say", args=[found.guest_key]), {"text": ""}
    # Eight in two minutes at most: one of them sees more than three.
    assert 429 in [client.post(address, empty).status_code for _try in range(8)]
    assert other.post(address, empty).status_code == 422


def test_a_closed_round_takes_none(found: Round) -> None:
    Round.objects.update(state=RoundState.CLOSED)
    assert Client().get(reverse("rounds:say", args=[found.guest_key])).status_code == 404
