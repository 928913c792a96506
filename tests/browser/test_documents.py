"""Attachments on the served site: a film goes up and comes back in parts, nothing half stays."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from pingyi.apps.documents.models import Attachment
from pingyi.apps.people.enums import Role
from pingyi.apps.people.models import Account
from pingyi.site.asgi import THREADS
from tests.apps.ballots.hall import prepared
from tests.apps.ballots.server import Server, line_to
from tests.apps.schemes.hands import account
from tests.browser.conftest import sign_in
from tests.browser.eyes import Eyes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
MEGABYTES = 200 if LONG else 5
HEAD = b"\0\0\0\x18ftypisom" + b"\0" * 12
PIECE = bytes(range(256)) * 4096


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "述职片.mp4"
    with path.open("wb") as stream:
        stream.write(HEAD)
        for _ in range(MEGABYTES):
            stream.write(PIECE)
    return path


@pytest.fixture
def organiser() -> Account:
    """With a second factor, as the served site asks."""
    made = account(Role.ORGANISER)
    Authenticator.objects.create(user=made, type=Authenticator.Type.TOTP, data={"secret": ""})
    return made


def uploads() -> set[Path]:
    found: Path = settings.HOME.uploads
    return {file for file in found.rglob("*") if file.is_file() and file.name != ".lock"}


def test_a_film_goes_up_and_is_looked_at(
    device: Callable[..., Eyes], voting_server: Server, organiser: Account, film: Path
) -> None:
    poll = prepared()
    eyes = sign_in(device(), organiser)
    page = eyes.page()
    page.goto(f"{eyes.address}/polls/{poll.slug}/")
    page.get_by_label("添加附件").set_input_files(film)
    page.get_by_label("已核对：文件不涉密").check()
    form = page.locator("form[data-upload]")
    before = voting_server.most_memory()
    form.evaluate("form => { form.dataset.mostFilm = 1_000_000; }")
    form.get_by_role("button", name="上传", exact=True).click()
    expect(page.locator("#alerts")).to_contain_text("“述职片.mp4”超过1兆字节")
    assert not Attachment.objects.exists()
    form.evaluate("form => { form.dataset.mostFilm = 500_000_000; }")
    page.evaluate(
        "document.addEventListener('htmx:xhr:progress', () => { document.title = 'under way'; })"
    )
    form.get_by_role("button", name="上传", exact=True).click()
    expect(page.locator("#attachments")).to_contain_text(
        "已添加附件：述职片.mp4。", timeout=120_000
    )
    assert page.title() == "under way"
    made = Attachment.objects.get()
    assert made.size == film.stat().st_size
    page.set_viewport_size({"width": 390, "height": 844})
    eyes.check(page, "the file of a poll with attachments")
    cookies = "; ".join(f"{c['name']}={c['value']}" for c in eyes.context.cookies())
    address = reverse("documents:file", args=[made.pk])
    content = film.read_bytes()
    start = made.size - 1000
    assert fetched(voting_server, address, cookies, f"bytes={start}-{start + 99}") == (
        206,
        content[start : start + 100],
    )
    assert fetched(voting_server, address, cookies) == (200, content)
    with slow_readers(voting_server, address, cookies):
        assert page.request.get(f"{eyes.address}/health/").ok
    # As large as the film in a long run: 200 MB.
    assert voting_server.most_memory() - before < 60_000_000


def fetched(server: Server, address: str, cookies: str, part: str = "") -> tuple[int, bytes]:
    with closing(line_to(server)) as line:
        line.request("GET", address, headers={"Cookie": cookies, "Range": part})
        answer = line.getresponse()
        return answer.status, answer.read()


@contextmanager
def slow_readers(server: Server, address: str, cookies: str) -> Iterator[None]:
    """More of them than the site has threads: each asks for a file and does not read it."""
    with ExitStack() as stack:
        for _ in range(THREADS + 4):
            line = stack.enter_context(closing(line_to(server)))
            line.request("GET", address, headers={"Cookie": cookies})
            stack.enter_context(closing(line.getresponse()))
        yield


def head_of(organiser: Account | None, poll_id: int, length: int) -> bytes:
    cookie = ""
    if organiser is not None:
        client = Client()
        backend = "allauth.account.auth_backends.AuthenticationBackend"
        client.force_login(organiser, backend=backend)
        cookie = f"Cookie: sessionid={client.cookies['sessionid'].value}\r\n"
    address = reverse("documents:add", args=["polls.poll", poll_id])
    return (
        f"POST {address} HTTP/1.1\r\nHost: 127.0.0.1\r\n{cookie}"
        f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {length}\r\n\r\n"
        '--x\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n'
    ).encode() + HEAD


def test_an_upload_that_breaks_off_leaves_nothing(
    voting_server: Server, organiser: Account
) -> None:
    poll = prepared()
    before = uploads()
    with socket.create_connection(("127.0.0.1", voting_server.port)) as line:
        line.sendall(head_of(organiser, poll.pk, 50_000_000))
        for _ in range(5):
            line.sendall(PIECE)
    with closing(line_to(voting_server)) as other:
        other.request("GET", "/health/")
        assert other.getresponse().status == 200
    assert uploads() == before
    assert not Attachment.objects.exists()


def test_a_stranger_sends_no_film(voting_server: Server) -> None:
    poll = prepared()
    with socket.create_connection(("127.0.0.1", voting_server.port), 60) as line:
        line.sendall(head_of(None, poll.pk, 200_000_000))
        try:
            for _ in range(100):
                line.sendall(PIECE)
        except OSError:
            return  # cut off
        assert line.recv(100).startswith(b"HTTP/1.1 413")
