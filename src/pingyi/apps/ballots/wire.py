"""What travels: castings of one length a poll, answers of one length, ballots in envelopes.

A casting is, in bytes, little-endian::

    1  version      17 code (letters)    16 tag      32 leaf      4 item
    2 × width       answers, one a target and dimension; rest NOT_RATED

For an item that is open to everybody, a proof of work (``proofs.work``) has the place of the code::

    1  zero         8  window            8  nonce
"""

from __future__ import annotations

import json
import struct
from enum import StrEnum
from typing import NamedTuple

VERSION = 1
TAG_BYTES = 16
LEAF_BYTES = 32
EVERY_TARGET = 0
_HEAD = struct.Struct("<B17s16s32sI")
_PROOF = struct.Struct("<BQ8s")
_RECORD = struct.Struct("<HH32s")
HEAD_BYTES = _HEAD.size
_LOOK = struct.Struct("<B17s")
LOOK_BYTES = _LOOK.size
ANSWER_BYTES = 32


class Answer(StrEnum):
    """What a casting is told; all are sent in ``ANSWER_BYTES``."""

    COUNTED = "counted"
    """It is in the box, durably: now, or by an earlier try of the same casting."""
    SPENT = "spent"
    """The code was used for this item before."""
    NOT_OPEN = "not_open"
    UNKNOWN = "unknown"
    """No such code in this poll, or not for this item."""
    MALFORMED = "malformed"
    UNPROVEN = "unproven"
    """The proof of work is wrong, too easy, or its challenge is over: nothing was taken."""


class Proof(NamedTuple):
    """What a casting without a code brings in its place."""

    window: int
    nonce: bytes


class Casting(NamedTuple):
    """A parsed casting. ``answers`` are the raw bytes, padded to the poll's width."""

    code: str
    tag: bytes
    leaf: bytes
    item: int
    answers: bytes
    proof: Proof | None = None
    """Where there is no code."""


def casting_bytes(width: int) -> int:
    """Length of every casting of a poll whose widest item has ``width`` answers."""
    return HEAD_BYTES + 2 * width


def read_casting(body: bytes, width: int) -> Casting | None:
    """None for anything that isn't a casting of this poll."""
    if len(body) != casting_bytes(width):
        return None
    version, code, tag, leaf, item = _HEAD.unpack_from(body)
    if version != VERSION:
        return None
    if not code[0]:
        _zero, window, nonce = _PROOF.unpack(code)
        return Casting("", tag, leaf, item, body[HEAD_BYTES:], Proof(window, nonce))
    try:
        return Casting(code.decode("ascii"), tag, leaf, item, body[HEAD_BYTES:])
    except UnicodeDecodeError:
        return None


def lacks_code(body: bytes) -> bool:
    """Does a proof of work stand for the code of what may be a casting?"""
    return body[1:2] == b"\0"


def write_casting(casting: Casting) -> bytes:
    """As a device sends it."""
    code = casting.code.encode("ascii")
    if casting.proof is not None:
        code = _PROOF.pack(0, casting.proof.window, casting.proof.nonce)
    head = _HEAD.pack(VERSION, code, casting.tag, casting.leaf, casting.item)
    return head + casting.answers


def read_look(body: bytes) -> str | None:
    """The code that somebody asks about."""
    if len(body) != LOOK_BYTES:
        return None
    version, code = _LOOK.unpack(body)
    try:
        return str(code.decode("ascii")) if version == VERSION else None
    except UnicodeDecodeError:
        return None


def answer_bytes(answer: Answer) -> bytes:
    return json.dumps({"answer": answer}).encode().ljust(ANSWER_BYTES)


def write_record(rater_class: int, target: int, leaf: bytes, answers: bytes) -> bytes:
    """A ballot as it lies in an envelope: class, own target or ``EVERY_TARGET``, leaf, answers."""
    return _RECORD.pack(rater_class, target, leaf) + answers


def read_record(record: bytes) -> tuple[int, int, bytes, bytes]:
    """(class, target, leaf, answers)"""
    rater_class, target, leaf = _RECORD.unpack_from(record)
    return rater_class, target, leaf, record[_RECORD.size :]
