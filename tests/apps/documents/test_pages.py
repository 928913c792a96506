"""Who may open which attachment, and how it comes: name, type, ranges."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from tests.apps.ballots.hall import prepared
from tests.apps.ballots.office import Officer, text
from tests.apps.documents.ground import GOOD, THING, upload
from tests.apps.people.ground import account

from pingyi.apps.documents import urls
from pingyi.apps.documents.models import Attachment
from pingyi.apps.people.enums import Role
from pingyi.base.sending import Unsatisfiable, part_of

pytestmark = pytest.mark.django_db
VARIES = rb'(content|value)="[^"]{64}"|/documents/[0-9]+/'
"""Tokens, and the address that was asked for."""
FILM = GOOD["片.mp4"] + bytes(range(256)) * 40


def client_of(name: str) -> Client:
    client = Client()
    backend = "allauth.account.auth_backends.AuthenticationBackend"
    client.force_login(account(name), backend=backend)
    return client


@pytest.fixture
def keeper(owner: None) -> Client:
    return client_of("keeper")


def add(client: Client, name: str = "述职片.mp4", content: bytes = FILM, **more: str) -> Any:
    data = {"file": upload(name, content), "not_secret": "yes", **more}
    return client.post(reverse("documents:add", args=[THING.kind, THING.id]), data)


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


# Address → what the keeper, a reader, somebody who may not see the thing, and nobody get.
TABLE = {
    "show": ("GET", 200, 200, 404),
    "file": ("GET", 200, 200, 404),
    "add": ("POST", 302, 403, 404),
    "remove": ("POST", 302, 403, 404),
}


def test_the_table_names_every_address() -> None:
    assert {pattern.name for pattern in urls.urlpatterns} == set(TABLE)


def test_who_may_open_what(keeper: Client) -> None:
    people = (keeper, client_of("reader"), client_of("stranger"), Client())
    for name, (method, *expected) in TABLE.items():
        for client, status in zip(people, [*expected, 302], strict=True):
            Attachment.objects.all().delete()
            add(keeper)
            pk = Attachment.objects.get().pk
            args = [THING.kind, THING.id] if name == "add" else [pk]
            data = {"file": upload("二.pdf"), "not_secret": "yes"} if method == "POST" else {}
            ask = client.post if method == "POST" else client.get
            answer = ask(reverse(f"documents:{name}", args=args), data)
            assert answer.status_code == status, name
    assert "/login/" in answer["Location"]


def test_addresses_that_are_guessed_tell_nothing(keeper: Client) -> None:
    add(keeper)
    stranger = client_of("stranger")
    pk = Attachment.objects.get().pk
    pages = [stranger.get(reverse("documents:file", args=[key])) for key in (pk, pk + 1)]
    assert [page.status_code for page in pages] == [404, 404]
    assert FILM not in pages[0].content
    there, nowhere = (re.sub(VARIES, b"", page.content) for page in pages)
    assert there == nowhere


def test_how_a_film_comes(keeper: Client) -> None:
    add(keeper, "述职片（2016）.mp4")
    address = reverse("documents:file", args=[Attachment.objects.get().pk])
    whole = keeper.get(address)
    assert body(whole) == FILM
    assert whole["Content-Type"] == "video/mp4"
    assert whole["X-Content-Type-Options"] == "nosniff"
    assert whole["Content-Disposition"].startswith("inline; filename*=utf-8''%E8%BF%B0%E8%81%8C")
    assert keeper.get(address, {"download": "1"})["Content-Disposition"].startswith("attachment;")
    part = keeper.get(address, HTTP_RANGE="bytes=100-199")
    assert (part.status_code, body(part)) == (206, FILM[100:200])
    assert part["Content-Range"] == f"bytes 100-199/{len(FILM)}"
    assert body(keeper.get(address, HTTP_RANGE="bytes=-5")) == FILM[-5:]
    assert keeper.get(address, HTTP_RANGE=f"bytes={len(FILM)}-").status_code == 416
    changed = keeper.get(address, HTTP_RANGE="bytes=0-1", HTTP_IF_RANGE='"other"')
    assert (changed.status_code, body(changed)) == (200, FILM)
    assert keeper.get(address, HTTP_IF_NONE_MATCH=whole["ETag"]).status_code == 304


def test_what_is_no_film_or_picture_is_saved_not_shown(keeper: Client) -> None:
    add(keeper, "通知.pdf", b"%PDF-1.7 <script>")
    pk = Attachment.objects.get().pk
    assert keeper.get(reverse("documents:file", args=[pk]))["Content-Disposition"].startswith(
        "attachment;"
    )
    assert keeper.get(reverse("documents:show", args=[pk])).status_code == 302


def test_it_must_be_said_that_a_file_is_no_secret(keeper: Client) -> None:
    answer = add(keeper, not_secret="")
    assert answer.status_code == 422
    assert "还没有确认文件不涉密" in answer.content.decode()
    assert not Attachment.objects.exists()


@given(st.integers(1, 40), st.integers(0, 50), st.integers(0, 50))
def test_a_part_lies_within_the_file(size: int, first: int, last: int) -> None:
    content = bytes(range(size))
    for header, expected in (
        (f"bytes={first}-{last}", content[first : last + 1]),
        (f"bytes={first}-", content[first:]),
        (f"bytes=-{last}", content[-last:] if last else b""),
    ):
        try:
            part = part_of(header, size)
        except Unsatisfiable:
            assert expected == b""
            continue
        if part is None:  # last before first is no range at all
            assert last < first
        else:
            start, length = part
            assert content[start : start + length] == expected
            assert len(expected) == length


@pytest.mark.parametrize("header", ["", "bytes=-", "bytes=1-2,5-6", "lines=1-2", "bytes=a-b"])
def test_what_is_no_range_gets_the_whole(header: str) -> None:
    assert part_of(header, 10) is None


@pytest.mark.django_db(transaction=True)
def test_the_file_of_a_poll_shows_its_attachments() -> None:
    poll = prepared()
    organiser, chair = Officer(Role.ORGANISER), Officer(Role.CHAIR)
    kind, key = "polls.poll", str(poll.pk)
    organiser.post("documents:add", kind, key, file=upload("评议<b>方案.pdf"), not_secret="yes")
    page = text(chair.get("polls:poll", poll.slug))
    assert "评议&lt;b&gt;方案.pdf" in page
    assert "添加附件" not in page
    assert "添加附件" in text(organiser.get("polls:poll", poll.slug))
    made = Attachment.objects.get()
    assert Officer(Role.INSPECTOR).get("documents:file", made.pk).status_code == 404
    assert chair.get("documents:file", made.pk).status_code == 200
    # What voters are called together by stays once the poll is prepared.
    assert organiser.post("documents:remove", made.pk).status_code == 403
