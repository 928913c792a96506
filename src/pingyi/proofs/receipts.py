"""A receipt: the random leaf that the device made, in letters that can be kept on paper."""

from __future__ import annotations

from pingyi.proofs import base32
from pingyi.proofs.tree import LEAF_BYTES


def receipt_of(leaf: bytes) -> str:
    """53 letters in groups: the leaf and a check letter."""
    body = base32.encode(leaf)
    return base32.grouped(body + base32.check_letter(body))


def read_receipt(text: str) -> bytes:
    """The leaf of a receipt. Raises ``ValueError`` for a mistyped one."""
    letters = base32.normal(text)
    if any(letter not in base32.LETTERS for letter in letters) or base32.remainder(letters):
        raise ValueError("check letter")
    return base32.decode(letters[:-1], LEAF_BYTES)
