"""Proof of work: bound to poll, window, tag and item; cheap to check."""

import hashlib

import pytest

from pingyi.proofs import work

KEY = b"k" * 32
TAG = b"t" * 16


def test_work_is_done_and_bound() -> None:
    start = work.challenge(KEY, "abcdef", 29_000_000)
    nonce = work.work(start, TAG, 3, 10)
    assert work.is_done(start, TAG, 3, nonce, 10)
    digest = hashlib.sha256(start + TAG + b"\3\0\0\0" + nonce).digest()
    assert digest[0] == 0
    assert digest[1] < 64
    for other in (
        (work.challenge(KEY, "abcdef", 29_000_001), TAG, 3),
        (work.challenge(KEY, "abcdeg", 29_000_000), TAG, 3),
        (work.challenge(b"j" * 32, "abcdef", 29_000_000), TAG, 3),
        (start, b"s" * 16, 3),
        (start, TAG, 4),
    ):
        assert not work.is_done(*other, nonce, 10)


def test_no_work_where_none_is_asked() -> None:
    assert work.work(b"c" * 16, TAG, 1, 0) == bytes(8)


@pytest.mark.parametrize(
    ("window", "taken"),
    [(100, True), (90, True), (89, False), (101, False), (0, False), (2**64 - 1, False)],
)
def test_how_long_a_challenge_holds(window: int, taken: bool) -> None:
    assert work.holds(window, 100) is taken
