"""The keys of a poll: a pair per item, locked by a master that is cut two of three.

Made offline (``pingyi poll keys``) from the poll's number and its items. The *key file* goes to
the site's keys folder; the three *shares* go on paper to three officers. A key file without a
master holds the private keys in clear (``site-held``, for demo and small offices).
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import shamir_mnemonic
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from shamir_mnemonic.wordlist import WORDLIST

from pingyi.proofs import base32

MASTER_BYTES = 16
SHARES, NEEDED = 3, 2
DIGITS = 80
"""Of a share: twenty groups of four."""
FORMAT = "pingyi keys 1"


class WrongKey(Exception):
    """Shares or a key file that don't fit together; the text says which, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        super().__init__(en)


@dataclass(frozen=True)
class KeyFile:
    """Public keys of the items, and their private keys: locked, or in clear."""

    poll: str
    held: str
    """``split`` or ``site``."""
    public: Mapping[int, bytes]
    private: Mapping[int, bytes]
    """Under ``split``: nonce and AES-GCM ciphertext."""

    def text(self) -> str:
        """As JSON."""
        data = {
            "format": FORMAT,
            "poll": self.poll,
            "held": self.held,
            "items": {
                str(item): {
                    "public": self.public[item].hex(),
                    **({"private": self.private[item].hex()} if item in self.private else {}),
                }
                for item in sorted(self.public)
            },
        }
        return json.dumps(data, indent=1) + "\n"

    def without(self, item: int) -> KeyFile:
        """The same without the private key of an item."""
        rest = {key: value for key, value in self.private.items() if key != item}
        return KeyFile(self.poll, self.held, self.public, rest)

    def private_key(self, item: int, master: bytes | None) -> bytes:
        """The private key of an item. Raises ``WrongKey``."""
        if item not in self.private:
            raise WrongKey("该场次的私钥已销毁。", "the private key of this item is destroyed")
        if self.held == "site":
            return self.private[item]
        if master is None:
            raise WrongKey("需要输入两份密钥分片。", "two key shares are needed")
        locked = self.private[item]
        try:
            return AESGCM(master).decrypt(locked[:12], locked[12:], _bound(self.poll, item))
        except InvalidTag:
            raise WrongKey(
                "密钥分片与本次投票的密钥文件不匹配。", "these shares do not fit this key file"
            ) from None


def read_key_file(text: str) -> KeyFile:
    """A key file from JSON. Raises ``WrongKey`` for anything else."""
    try:
        data = json.loads(text)
        if data["format"] != FORMAT or data["held"] not in {"split", "site"}:
            raise ValueError
        items = {int(key): value for key, value in data["items"].items()}
        return KeyFile(
            str(data["poll"]),
            data["held"],
            {item: _sized(value["public"]) for item, value in items.items()},
            {
                item: bytes.fromhex(value["private"])
                for item, value in items.items()
                if "private" in value
            },
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise WrongKey(
            "这不是密钥文件。请选离线制作时写出的 keys.json，不是密钥申请，也不是分片。",
            "this is not a key file; choose the keys.json that was made offline, neither the "
            "request nor a share",
        ) from None


def make_keys(poll: str, items: Iterable[int], *, split: bool) -> tuple[KeyFile, tuple[str, ...]]:
    """New keys for all items, and the three shares (none if the site holds the keys)."""
    master = secrets.token_bytes(MASTER_BYTES) if split else None
    public, private = {}, {}
    for item in items:
        pair = X25519PrivateKey.generate()
        public[item] = pair.public_key().public_bytes_raw()
        private[item] = pair.private_bytes_raw()
        if master is not None:
            nonce = secrets.token_bytes(12)
            bound = _bound(poll, item)
            private[item] = nonce + AESGCM(master).encrypt(nonce, private[item], bound)
    shares = cut(master) if master is not None else ()
    return KeyFile(poll, "split" if split else "site", public, private), shares


def cut(master: bytes) -> tuple[str, ...]:
    """Three shares, any two of which give the master back.

    A share is a SLIP-0039 mnemonic with its words told by their numbers: twenty groups of four
    digits, which need no English and hold a checksum.
    """
    groups = shamir_mnemonic.generate_mnemonics(1, [(NEEDED, SHARES)], master)
    return tuple(
        " ".join(f"{WORDLIST.index(word) + 1:04d}" for word in share.split()) for share in groups[0]
    )


def join(shares: Sequence[str]) -> bytes:
    """The master from two shares. Raises ``WrongKey``."""
    words = [_words(share) for share in shares]
    if len(set(words)) < NEEDED:
        raise WrongKey("需要两份不同的密钥分片。", "two different shares are needed")
    try:
        return bytes(shamir_mnemonic.combine_mnemonics(words[:NEEDED]))
    except shamir_mnemonic.MnemonicError:
        raise WrongKey(
            "密钥分片有误：请逐组核对数字，两份须出自同一次制作。",
            "wrong share: check every group; both must come from one making",
        ) from None


def _words(share: str) -> str:
    groups = base32.normal(share)
    numbers = [groups[i : i + 4] for i in range(0, len(groups), 4)]
    if not numbers or any(
        len(number) != 4 or not number.isdigit() or not 1 <= int(number) <= len(WORDLIST)
        for number in numbers
    ):
        raise WrongKey(
            "密钥分片应为若干组四位数字，每组 0001 至 1024。",
            "a share is groups of four digits, each 0001 to 1024",
        )
    return " ".join(WORDLIST[int(number) - 1] for number in numbers)


def fingerprint(public: Mapping[int, bytes]) -> str:
    """Sixteen letters over all public keys, to compare by eye with the printed protocol."""
    joined = b"".join(b"%d:%s;" % (item, public[item]) for item in sorted(public))
    return base32.grouped(base32.encode(hashlib.sha256(joined).digest()[:10]))


def _bound(poll: str, item: int) -> bytes:
    return f"{FORMAT}\n{poll}\n{item}".encode()


def _sized(text: str) -> bytes:
    value = bytes.fromhex(text)
    if len(value) != 32:
        raise ValueError
    return value
