"""Codes of units and persons, names of accounts: written in many ways, kept in one."""

from __future__ import annotations

import re
import unicodedata

CODE_LENGTH = 40
_CODE = re.compile(r"[0-9A-Z](?:[0-9A-Z._-]*[0-9A-Z])?")
_USERNAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?")
HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Characters that cannot be seen and change what stands around them."""


def plain(text: str) -> str:
    """One line without hidden characters; full-width letters and digits made narrow."""
    narrow = HIDDEN.sub("", unicodedata.normalize("NFKC", text))
    return " ".join(narrow.split())


def plain_words(text: str) -> str:
    """One line of words: hidden characters go, Chinese punctuation stays as it was written."""
    return " ".join(HIDDEN.sub("", unicodedata.normalize("NFC", text)).split())


def normal_code(text: str) -> str:
    """The one way to write a code: narrow, upper case, without blanks."""
    return plain(text).replace(" ", "").upper()


def is_code(text: str) -> bool:
    """A normalised code: letters, digits, and ``. _ -`` between them, at most 40."""
    return len(text) <= CODE_LENGTH and _CODE.fullmatch(text) is not None


def normal_username(text: str) -> str:
    """The one way to write the name of an account: narrow, lower case, without blanks."""
    return plain(text).replace(" ", "").lower()


def is_username(text: str) -> bool:
    return 2 <= len(text) <= 60 and _USERNAME.fullmatch(text) is not None
