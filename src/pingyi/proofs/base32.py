"""Bytes as letters that survive being read aloud and typed: 32 letters without I, L, O, U.

A check letter over the field of 32 elements follows: any single wrong letter and any swap of two
neighbours is noticed.
"""

from __future__ import annotations

import unicodedata

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {letter: value for value, letter in enumerate(LETTERS)}
_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_IGNORED = " -‐‑–—_.·"


def encode(data: bytes) -> str:
    """``data`` as letters, first bits first; the last letter is filled up with zeros."""
    bits = len(data) * 8
    length = -(-bits // 5)
    number = int.from_bytes(data, "big") << (length * 5 - bits)
    return "".join(LETTERS[number >> 5 * i & 31] for i in reversed(range(length)))


def decode(text: str, size: int) -> bytes:
    """The ``size`` bytes behind letters. Raises ``ValueError`` for another letter or length."""
    if len(text) != -(-size * 8 // 5):
        raise ValueError("length")
    number = 0
    for letter in text:
        if letter not in _VALUES:
            raise ValueError("letter")
        number = number << 5 | _VALUES[letter]
    spare = len(text) * 5 - size * 8
    if number & ((1 << spare) - 1):
        raise ValueError("letter")
    return (number >> spare).to_bytes(size, "big")


def check_letter(text: str) -> str:
    """The letter that makes ``remainder(text + letter)`` zero."""
    return LETTERS[_times_two(remainder(text))]


def remainder(text: str) -> int:
    """Zero for letters that end in their check letter."""
    value = 0
    for letter in text:
        value = _times_two(value) ^ _VALUES[letter]
    return value


def normal(text: str) -> str:
    """As typed on a phone to as printed: full-width, lower case, look-alikes, separators."""
    narrow = unicodedata.normalize("NFKC", text).upper()
    return "".join(c for c in narrow if c not in _IGNORED and not c.isspace()).translate(_ALIKE)


def grouped(text: str, size: int = 4) -> str:
    """In groups of four with hyphens."""
    return "-".join(text[i : i + size] for i in range(0, len(text), size))


def _times_two(value: int) -> int:
    """Multiplication by x in GF(2)[x] / (x⁵ + x² + 1)."""
    value <<= 1
    return value ^ 0b100101 if value & 32 else value
