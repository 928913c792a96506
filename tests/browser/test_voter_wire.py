"""What scripts work out is what Python works out; what travels has one length and stays here."""

from __future__ import annotations

import hashlib
import itertools
import random
import secrets
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Request, Response

from pingyi.apps.ballots import wire
from pingyi.apps.schemes.ballot_forms import NOT_RATED
from pingyi.proofs import base32, codes, receipts, tree
from tests.apps.ballots.hall import DELEGATES, LEADERS, PUBLIC, vote
from tests.browser.eyes import Eyes
from tests.browser.voting import (
    PHONE,
    choose,
    fill_all,
    fill_points,
    path_of,
    press_cast,
    receipt,
    returned,
    start,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Device = Callable[..., Eyes]


@pytest.fixture
def module(device: Device) -> Callable[[str, str, Any], Any]:
    """Run an expression over a module of the page (``m``) and a value (``v``)."""
    eyes = device()
    page = eyes.page()
    page.goto(f"{eyes.address}/v/")

    def run(name: str, expression: str, value: Any) -> Any:
        address = f"/static/ballots/voter/{name}.js"
        return page.evaluate(
            f"async (v) => {{ const m = await import('{address}'); return {expression}; }}", value
        )

    return run


def test_letters(module: Callable[[str, str, Any], Any]) -> None:
    hand = random.Random(32)
    data = [hand.randbytes(size) for size in (1, 2, 5, 10, 32) for _ in range(20)]
    lists = [list(part) for part in data]
    assert module("base32", "v.map(m.encode)", lists) == [base32.encode(part) for part in data]
    texts = [base32.encode(part) for part in data]
    assert module("base32", "v.map(m.checkLetter)", texts) == [*map(base32.check_letter, texts)]
    leaves = [part for part in data if len(part) == 32]
    shown = [*map(receipts.receipt_of, leaves)]
    assert module("base32", "v.map(m.receiptOf)", [list(leaf) for leaf in leaves]) == shown
    read = module("base32", "v.map((text) => Array.from(m.readReceipt(text)))", shown)
    assert [bytes(leaf) for leaf in read] == leaves


def test_typed(module: Callable[[str, str, Any], Any]) -> None:
    hand = random.Random(17)
    typed = []
    for _ in range(60):
        code = codes.code_of(secrets.token_bytes(codes.RANDOM_BYTES))
        swapped = list(code)
        place = hand.randrange(16)
        swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
        wrong = list(code)
        wrong[place] = hand.choice(base32.LETTERS)
        shown = codes.shown(code)
        look_alike = shown.lower().replace("0", "o").replace("1", "l").replace("v", "u")
        wide = "".join(chr(ord(c) + 0xFEE0) if c.isalnum() else "　" for c in shown)
        for text in (code, shown, look_alike, wide, code[:-1], code + "0", "".join(swapped)):
            typed.append(text)
        typed += ["".join(wrong), f" {code}\t", code.replace(code[3], "*"), "", f"x#{code}"]
    found = module("base32", "v.map((text) => m.readCode(text).code ?? null)", typed)
    assert found == [codes.read_code(text.rsplit("#", 1)[-1]) for text in typed]
    letters = [*typed, "O0-l1 Iu", "ﾊﾝ", "ａＢ－１２"]
    assert module("base32", "v.map(m.normal)", letters) == [*map(base32.normal, letters)]


def test_tree(module: Callable[[str, str, Any], Any]) -> None:
    for size in (0, 1, 2, 3, 4, 5, 7, 8, 9, 31, 33, 100, 257):
        leaves = sorted(hashlib.sha256(bytes([size % 256, i % 256])).digest() for i in range(size))
        leaves = sorted(set(leaves))
        joined = list(b"".join(leaves))
        assert module("tree", "m.root(Uint8Array.from(v))", joined) == tree.root(leaves).hex()
        assert module("tree", "m.ascend(Uint8Array.from(v))", joined) is True
        if size > 1:
            backwards = list(b"".join(reversed(leaves)))
            assert module("tree", "m.ascend(Uint8Array.from(v))", backwards) is False
        for leaf in [*leaves[:3], *leaves[-3:], bytes(32), b"\xff" * 32]:
            there = "m.contains(Uint8Array.from(v[0]), Uint8Array.from(v[1]))"
            assert module("tree", there, [joined, list(leaf)]) == tree.contains(leaves, leaf)


def test_casting_in_bytes(module: Callable[[str, str, Any], Any]) -> None:
    hand = random.Random(70)
    for width, given in ((1, 1), (18, 3), (126, 126)):
        casting = wire.Casting(
            codes.code_of(secrets.token_bytes(codes.RANDOM_BYTES)),
            hand.randbytes(16),
            hand.randbytes(32),
            hand.randrange(1 << 31),
            b"",
        )
        answers = [hand.randrange(103) for _ in range(given)]
        value = [width, casting.code, list(casting.tag), list(casting.leaf), casting.item, answers]
        made = bytes(module("wire", "Array.from(m.castingBody(...v))", value))
        read = wire.read_casting(made, width)
        assert read is not None
        padded = answers + [NOT_RATED] * (width - given)
        assert read.answers == b"".join(code.to_bytes(2, "little") for code in padded)
        assert (read.code, read.tag, read.leaf, read.item) == (
            casting.code,
            casting.tag,
            casting.leaf,
            casting.item,
        )


class Ear:
    """Someone on the line: methods, paths, lengths of what a device sends and gets."""

    def __init__(self, eyes: Eyes) -> None:
        self.heard: set[tuple[str, str, int, int, int]] = set()
        eyes.context.on("response", self._note)

    def _note(self, response: Response) -> None:
        verb = response.url.rpartition("/cast/")[2].partition("/")[2]
        if "/cast/" not in response.url or verb == "state":
            return
        request = response.request
        headers = sum(len(name) + len(value) for name, value in request.headers.items())
        body = len(request.post_data_buffer or b"")
        self.heard.add(
            (request.method, verb, headers, body, int(response.headers["content-length"]))
        )


def test_one_length_for_every_class_and_vote(device: Device) -> None:
    town = vote({LEADERS: 2, DELEGATES: 2, PUBLIC: 2}, rehearsal=True)
    town.open("hall")
    town.open("online")
    heard = []
    for name, points, label in ((LEADERS, 0, ""), (DELEGATES, 100, ""), (PUBLIC, 0, "不满意")):
        eyes = device(viewport=PHONE)
        ear = Ear(eyes)
        page = start(eyes, town, town.slips[name][0])
        fill_all(
            page,
            choose(label)
            if label
            else lambda page, points=points: fill_points(page, itertools.repeat(points)),
        )
        press_cast(page)
        receipt(page)
        page.reload()
        page.get_by_role("heading", name="这个投票码已经用过").wait_for()
        heard.append(ear.heard)
    assert heard[0] == heard[1] == heard[2]
    assert sorted(verb for _method, verb, *_sizes in heard[0]) == ["", "form", "look"]


def test_no_code_in_an_address_and_no_cookie(device: Device) -> None:
    town = vote({PUBLIC: 2}, rehearsal=True)
    town.open("online")
    eyes = device(viewport=PHONE)
    code = town.slips[PUBLIC][0]
    asked: list[Request] = []
    eyes.context.on("request", lambda request: asked.extend([request]))
    page = start(eyes, town, code)
    fill_all(page, choose("满意"))
    press_cast(page)
    receipt(page)
    addresses = [request.url.partition("#")[0] for request in asked]
    assert not [url for url in addresses if code in url]
    assert not [request for request in asked if "cookie" in request.all_headers()]
    assert eyes.context.cookies() == []
    assert not [r for r in asked if code in str(r.all_headers().get("referer", ""))]


def test_receipts_are_published_whole_and_kept_by_caches() -> None:
    town = vote({PUBLIC: 3}, rehearsal=True)
    town.open("online")
    (item,) = town.items("online")
    intake = town.intake()
    for code in town.slips[PUBLIC]:
        intake.take([town.casting(code, item)])
    address = f"{path_of(town)}leaves/{item.number}.bin"
    client = Client()
    assert client.get(address).status_code == 404
    returned(town)
    response = client.get(address)
    assert response.content == b"".join(sorted(town.leaves))
    assert "no-transform" in response["Cache-Control"]
    assert client.get(address, headers={"if-none-match": response["ETag"]}).status_code == 304
    assert not response.cookies


def test_plain_http_from_elsewhere_is_refused(settings: Any) -> None:
    town = vote({PUBLIC: 2})
    client = Client()
    settings.ALLOWED_HOSTS = ["vote.example"]
    page = client.get(path_of(town), headers={"host": "vote.example"}).content.decode()
    assert "不能投正式票" in page
    assert "voter.js" not in page
    page = client.get(path_of(town), headers={"host": "vote.example"}, secure=True).content.decode()
    assert "voter.js" in page
