"""Sealed envelopes: what one commit brought for one item, readable with the item's key alone."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
# The key of an envelope is used once, so its nonce need not differ.
_NONCE = bytes(12)


class Unreadable(Exception):
    """An envelope that this key doesn't open: altered, or sealed to another."""


@dataclass(frozen=True)
class Label:
    """What stands on an envelope; it is bound to the contents."""

    poll: str
    item: int
    lane: bytes
    number: int
    count: int

    def data(self) -> bytes:
        return (
            b"pingyi envelope 1\n"
            + self.poll.encode("ascii")
            + b"\n%d\n%s\n%d\n%d" % (self.item, self.lane.hex().encode(), self.number, self.count)
        )


def seal(label: Label, public_key: bytes, ballots: Sequence[bytes]) -> bytes:
    """Shuffle ballots of one length and seal them together: ephemeral key, then ciphertext."""
    if len(ballots) != label.count or len({len(ballot) for ballot in ballots}) != 1:
        raise ValueError("ballots of one envelope have one length")
    # Shuffled: each gets a random place.
    places = memoryview(os.urandom(8 * len(ballots))).cast("Q")
    mixed = [ballot for _, ballot in sorted(zip(places, ballots, strict=True))]
    ephemeral = X25519PrivateKey.generate()
    public = ephemeral.public_key().public_bytes_raw()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(public_key))
    key = _derive(shared, public, public_key)
    return public + AESGCM(key).encrypt(_NONCE, b"".join(mixed), label.data())


def public_key_of(private_key: bytes) -> bytes:
    """The public key that goes with a private one."""
    return X25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()


def unseal(label: Label, private_key: bytes, envelope: bytes) -> list[bytes]:
    """The ballots of an envelope. Raises ``Unreadable``."""
    private = X25519PrivateKey.from_private_bytes(private_key)
    own = private.public_key().public_bytes_raw()
    public, sealed = envelope[:KEY_BYTES], envelope[KEY_BYTES:]
    try:
        shared = private.exchange(X25519PublicKey.from_public_bytes(public))
        plain = AESGCM(_derive(shared, public, own)).decrypt(_NONCE, sealed, label.data())
    except (InvalidTag, ValueError):
        raise Unreadable from None
    if label.count < 1 or len(plain) % label.count:
        raise Unreadable
    size = len(plain) // label.count
    return [plain[i : i + size] for i in range(0, len(plain), size)]


def _derive(shared: bytes, ephemeral: bytes, public: bytes) -> bytes:
    info = b"pingyi envelope 1" + ephemeral + public
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(shared)
