"""Proof of work: a device spends some seconds of computing before its casting is taken.

A challenge holds for a window of one minute and some after it. The work is bound to what only one
casting has, the device's tag and the item, so no proof serves twice.
"""

from __future__ import annotations

import hashlib
import hmac

WINDOW_SECONDS = 60
WINDOWS = 10
"""So many windows after its own a challenge still holds: slow phones, bad connections."""
CHALLENGE_BYTES = 16
NONCE_BYTES = 8
MOST_BITS = 40


def window_at(seconds: float) -> int:
    """The window of a moment, given in seconds since 1970."""
    return int(seconds) // WINDOW_SECONDS


def challenge(key: bytes, poll: str, window: int) -> bytes:
    """What the work of a window starts from: nobody can begin before the window comes."""
    message = b"pingyi work 1\n%s\n%d" % (poll.encode("ascii"), window)
    return hmac.digest(key, message, hashlib.sha256)[:CHALLENGE_BYTES]


def holds(window: int, now: int) -> bool:
    """Is the challenge of a window still taken?"""
    return now - WINDOWS <= window <= now


def is_done(start: bytes, tag: bytes, item: int, nonce: bytes, bits: int) -> bool:
    """Does SHA-256 over challenge, tag, item (little-endian, 4 bytes) and nonce begin with so many
    zero bits? One hash, whatever is asked."""
    digest = hashlib.sha256(start + tag + item.to_bytes(4, "little") + nonce).digest()
    return int.from_bytes(digest[:8], "big") >> (64 - bits) == 0


def work(start: bytes, tag: bytes, item: int, bits: int) -> bytes:
    """Find a nonce, as a device does: about 2 to the power of ``bits`` hashes."""
    number = 0
    while True:
        nonce = number.to_bytes(NONCE_BYTES, "little")
        if is_done(start, tag, item, nonce, bits):
            return nonce
        number += 1
