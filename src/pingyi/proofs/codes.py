"""One-time codes: 80 random bits as 16 letters and a check letter; only a keyed hash is stored."""

from __future__ import annotations

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from pingyi.proofs import base32

RANDOM_BYTES = 10
LENGTH = 17
"""Letters of a code with its check letter."""
HASH_BYTES = 16


def code_of(bits: bytes) -> str:
    """The code of ``RANDOM_BYTES`` random bytes."""
    body = base32.encode(bits)
    return body + base32.check_letter(body)


def read_code(text: str) -> str | None:
    """The code as printed, from what somebody typed; None if it cannot be a code."""
    code = base32.normal(text)
    if len(code) != LENGTH or any(letter not in base32.LETTERS for letter in code):
        return None
    return code if base32.remainder(code) == 0 else None


def shown(code: str) -> str:
    """In groups, as it is printed."""
    return base32.grouped(code)


class CodeHash:
    """What is stored of the codes of a poll: HMAC-SHA-256 under the pepper, cut to
    ``HASH_BYTES``. The key is set up once; the standard library's ``copy`` takes twice as long."""

    def __init__(self, pepper: bytes, poll: str) -> None:
        self._start = HMAC(pepper, SHA256())
        self._start.update(f"pingyi code 1\n{poll}\n".encode("ascii"))

    def of(self, code: str) -> bytes:
        running = self._start.copy()
        running.update(code.encode("ascii"))
        return running.finalize()[:HASH_BYTES]


def hash_code(pepper: bytes, poll: str, code: str) -> bytes:
    """What is stored of one code."""
    return CodeHash(pepper, poll).of(code)
