"""The page of notices: everyone sees and changes their own, and nobody else's."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from tests.apps.ballots.hall import prepared
from tests.apps.ballots.office import HOSTILE, Officer, text
from tests.apps.people.ground import account, unit

from pingyi.apps.notices import actions, urls
from pingyi.apps.notices.models import Notice, NoticeWishes
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account
from pingyi.base.references import Reference

pytestmark = pytest.mark.django_db

# Address: how it is asked for. All are open to everyone signed in, for what is their own.
TABLE = {"index": "GET", "open": "GET", "read": "POST", "wishes": "GET"}


def signed_in(officer: Account) -> Client:
    client = Client()
    client.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def told(officer: Account, number: int, title: str = "", waits: bool = False) -> Notice:
    actions.tell(
        by=None,
        accounts=[officer],
        kind="tests.told",
        title=title or f"第{number}条",
        reference=Reference("tests.thing", str(number)),
        address="/desk/",
        waits=waits,
    )
    return Notice.objects.get(account=officer, subject_id=str(number))


def test_the_table_names_every_address() -> None:
    assert {pattern.name for pattern in urls.urlpatterns} == set(TABLE)


@pytest.mark.parametrize("role", [None, *Role])
def test_every_role_has_notices_and_nobody_those_of_others(role: Role | None) -> None:
    officer = Officer(None)
    place = unit("SLJ", "市水利局") if role in {Role.UNIT_HEAD, Role.UNIT_HANDLER} else None
    officer.account = account("one", *([role] if role else []), unit=place)
    officer.client = signed_in(officer.account)
    other = account("other")
    hers = told(other, 1, "她的消息")
    assert "她的消息" not in text(officer.get("notices:index"))
    assert officer.get("notices:open", hers.pk).status_code == 404
    officer.post("notices:read", action="read", pick=[hers.pk])
    officer.post("notices:read", all="yes")
    hers.refresh_from_db()
    assert hers.read_at is None
    assert officer.get("notices:wishes").status_code == 200


def test_nobody_comes_in_without_signing_in() -> None:
    for name, method in TABLE.items():
        address = reverse(f"notices:{name}", args=[1] if name == "open" else [])
        assert "/login/" in Client().generic(method, address)["Location"]


def test_unread_first_and_marked_as_read() -> None:
    officer = account("li")
    client = signed_in(officer)
    first, second, third = (told(officer, number, waits=number == 2) for number in (1, 2, 3))
    assert client.get(reverse("notices:open", args=[third.pk]))["Location"] == "/desk/"
    page = client.get(reverse("notices:index"))
    shown = [row.cells[0].text for row in page.context["listing"].page_rows]
    assert shown == ["第2条", "第1条", "第3条"]
    assert "2 条未读" in page.content.decode()
    only = client.get(reverse("notices:index"), {"state": "unread", "waits": "1"})
    assert [row.key for row in only.context["listing"].page_rows] == [second.pk]
    client.post(reverse("notices:read"), {"action": "read", "pick": [first.pk, "x", ""]})
    assert set(Notice.objects.filter(read_at=None)) == {second}
    client.post(reverse("notices:read"), {"all": "yes"})
    assert not Notice.objects.filter(read_at=None).exists()
    assert "条未读" not in client.get(reverse("notices:index")).content.decode()


def test_a_title_is_text() -> None:
    officer = Officer(Role.ORGANISER)
    told(officer.account, 1, HOSTILE)
    assert "&lt;script&gt;" in text(officer.get("notices:index"))
    text(officer.get("desk"))


def test_wishes_are_kept() -> None:
    officer = account("li")
    client = signed_in(officer)
    data = {"by_mail": "on", "quiet_from": "21:30", "quiet_until": "08:00"}
    assert client.post(reverse("notices:wishes"), data).status_code == 302
    kept = NoticeWishes.objects.get(account=officer)
    assert (kept.by_mail, kept.quiet_at_night, kept.quiet_rest_days) == (True, False, False)
    assert 'value="21:30"' in client.get(reverse("notices:wishes")).content.decode()
    bad = {**data, "quiet_from": "25:00"}
    assert client.post(reverse("notices:wishes"), bad).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_checkers_learn_that_a_vote_is_coming() -> None:
    checker = account("checker", Role.CHECKER)
    poll = prepared()
    (notice,) = Notice.objects.filter(account=checker)
    assert notice.address == reverse("polls:poll", args=[poll.slug])
    assert not Notice.objects.exclude(account=checker).exists()
