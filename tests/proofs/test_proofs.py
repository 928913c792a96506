"""Codes, receipts, the tree, envelopes, keys."""

import hashlib
import hmac
import secrets
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingyi.proofs import base32, codes, envelopes, keys, receipts, tree

LETTERS = st.text(base32.LETTERS, min_size=1, max_size=20)


@given(st.binary(min_size=1, max_size=40))
def test_letters_give_the_bytes_back(data: bytes) -> None:
    assert base32.decode(base32.encode(data), len(data)) == data


def test_letters_by_hand() -> None:
    # 0xFF = 11111 111(00): Z, then 28 which is W. 0x0000 is 4 zeros, 16 bits in 20.
    assert base32.encode(b"\xff") == "ZW"
    assert base32.encode(b"\0\0") == "0000"
    with pytest.raises(ValueError, match="letter"):
        base32.decode("ZZ", 1)  # the three spare bits aren't zero


@given(LETTERS, st.data())
def test_the_check_letter_sees_a_wrong_letter_and_a_swap(body: str, data: st.DataObject) -> None:
    word = body + base32.check_letter(body)
    assert base32.remainder(word) == 0
    place = data.draw(st.integers(0, len(word) - 1))
    other = data.draw(st.sampled_from(base32.LETTERS))
    wrong = word[:place] + other + word[place + 1 :]
    assert (base32.remainder(wrong) == 0) == (other == word[place])
    if place:
        swapped = word[: place - 1] + word[place] + word[place - 1] + word[place + 1 :]
        assert (base32.remainder(swapped) == 0) == (word[place - 1] == word[place])


def test_a_code_as_people_type_it() -> None:
    code = codes.code_of(secrets.token_bytes(codes.RANDOM_BYTES))
    assert len(code) == codes.LENGTH
    printed = codes.shown(code)
    full_width = "".join(chr(ord(c) + 0xFEE0) if c.isalnum() else "—" for c in printed)
    for typed in (printed, printed.lower(), full_width, f" {code[:5]} {code[5:]}\n"):
        assert codes.read_code(typed) == code
    assert codes.read_code(code[:-1]) is None
    assert codes.read_code("") is None
    assert codes.read_code("评" * codes.LENGTH) is None


def test_look_alikes_are_one_letter() -> None:
    assert base32.normal("oO0 iIlL1 uUv") == "00011111VVV"


def test_the_hash_of_a_code_is_keyed_and_bound_to_the_poll() -> None:
    expected = hmac.new(b"p" * 32, b"pingyi code 1\nAB12\nXYZ", hashlib.sha256).digest()[:16]
    assert codes.hash_code(b"p" * 32, "AB12", "XYZ") == expected
    assert codes.hash_code(b"q" * 32, "AB12", "XYZ") != expected
    assert codes.hash_code(b"p" * 32, "AB13", "XYZ") != expected


def leaf(number: int) -> bytes:
    return number.to_bytes(32, "big")


def plain_root(leaves: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, written from its definition: split at the greatest power of two below."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\1" + plain_root(leaves[:split]) + plain_root(leaves[split:])).digest()


@pytest.mark.parametrize("size", [*range(35), 64, 65, 127])
def test_the_root_is_that_of_the_rfc(size: int) -> None:
    leaves = [leaf(i * 3) for i in range(size)]
    assert tree.root(leaves) == plain_root(leaves)


def test_leaves_must_ascend() -> None:
    with pytest.raises(ValueError, match="ascend"):
        tree.root([leaf(2), leaf(1)])
    assert tree.root([leaf(1), leaf(1)]) == plain_root([leaf(1), leaf(1)])


def test_a_receipt_is_found_or_not() -> None:
    leaves = [leaf(i) for i in (1, 5, 9)]
    text = receipts.receipt_of(leaf(5))
    assert tree.contains(leaves, receipts.read_receipt(text.lower()))
    assert not tree.contains(leaves, leaf(6))
    assert not tree.contains(leaves, leaf(10))
    with pytest.raises(ValueError, match="check letter"):
        receipts.read_receipt(text[:-1] + ("0" if text[-1] != "0" else "1"))


PAIR, _ = keys.make_keys("AB12", [1, 2], split=False)
LABEL = envelopes.Label("AB12", 1, b"lane0001", 7, 3)
BALLOTS = [bytes([i]) * 40 for i in (1, 2, 3)]


def test_an_envelope_opens_with_its_key_alone() -> None:
    sealed = envelopes.seal(LABEL, PAIR.public[1], BALLOTS)
    assert sorted(envelopes.unseal(LABEL, PAIR.private[1], sealed)) == BALLOTS
    assert bytes([1]) * 40 not in sealed
    with pytest.raises(envelopes.Unreadable):
        envelopes.unseal(LABEL, PAIR.private[2], sealed)


@pytest.mark.parametrize("change", ["poll", "item", "lane", "number", "count"])
def test_an_envelope_is_bound_to_its_label(change: str) -> None:
    sealed = envelopes.seal(LABEL, PAIR.public[1], BALLOTS)
    others = {"poll": "AB13", "item": 2, "lane": b"lane0002", "number": 8, "count": 2}
    label = envelopes.Label(**{**LABEL.__dict__, change: others[change]})
    with pytest.raises(envelopes.Unreadable):
        envelopes.unseal(label, PAIR.private[1], sealed)


def test_any_changed_byte_is_refused() -> None:
    sealed = envelopes.seal(LABEL, PAIR.public[1], BALLOTS)
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 4
        with pytest.raises(envelopes.Unreadable):
            envelopes.unseal(LABEL, PAIR.private[1], bytes(changed))
    for cut in (0, 31, 32, len(sealed) - 1):
        with pytest.raises(envelopes.Unreadable):
            envelopes.unseal(LABEL, PAIR.private[1], sealed[:cut])


def test_ballots_of_an_envelope_have_one_length() -> None:
    with pytest.raises(ValueError, match="one length"):
        envelopes.seal(LABEL, PAIR.public[1], [b"a", b"bb", b"c"])
    with pytest.raises(ValueError, match="one length"):
        envelopes.seal(LABEL, PAIR.public[1], [b"a"])


def test_envelopes_are_shuffled() -> None:
    label = envelopes.Label("AB12", 1, b"lane0001", 7, 64)
    ballots = [bytes([i]) for i in range(64)]
    sealed = envelopes.seal(label, PAIR.public[1], ballots)
    assert envelopes.unseal(label, PAIR.private[1], sealed) != ballots  # 1 in 64! otherwise


def test_any_two_of_three_shares_open_every_item() -> None:
    file, shares = keys.make_keys("AB12", [1, 2, 3], split=True)
    assert len(shares) == 3
    for pair in combinations(shares, 2):
        master = keys.join(list(reversed(pair)))
        for item in (1, 2, 3):
            sealed = envelopes.seal(
                envelopes.Label("AB12", item, b"l", 0, 1), file.public[item], [b"x"]
            )
            private = file.private_key(item, master)
            label = envelopes.Label("AB12", item, b"l", 0, 1)
            assert envelopes.unseal(label, private, sealed) == [b"x"]
    assert file.private_key(1, master).hex() not in file.text()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda one, two: [one],
        lambda one, two: [one, one],
        lambda one, two: [one, two[:-4]],
        lambda one, two: [one, two[:-4] + f"{int(two[-4:]) % 1024 + 1:04d}"],
        lambda one, two: [one, "9999 " * 20],
        lambda one, two: [one, "words"],
        lambda one, two: ["", ""],
    ],
)
def test_wrong_shares_are_refused(spoil) -> None:  # type: ignore[no-untyped-def]
    _, (one, two, _) = keys.make_keys("AB12", [1], split=True)
    with pytest.raises(keys.WrongKey):
        keys.join(spoil(one, two))


def test_shares_of_another_poll_are_refused() -> None:
    file, _ = keys.make_keys("AB12", [1], split=True)
    _, foreign = keys.make_keys("AB12", [1], split=True)
    with pytest.raises(keys.WrongKey) as told:
        file.private_key(1, keys.join(foreign[:2]))
    assert "不匹配" in told.value.zh
    with pytest.raises(keys.WrongKey):
        file.private_key(1, None)


def test_a_key_file_goes_and_comes() -> None:
    file, _ = keys.make_keys("AB12", [1, 2], split=True)
    assert keys.read_key_file(file.text()) == file
    rest = keys.read_key_file(file.without(1).text())
    assert rest.public == file.public
    assert file.private[1].hex() not in rest.text()
    with pytest.raises(keys.WrongKey) as told:
        rest.private_key(1, bytes(16))
    assert "已销毁" in told.value.zh


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": "pingyi keys 1"}', "\0", "null"])
def test_another_file_is_no_key_file(text: str) -> None:
    with pytest.raises(keys.WrongKey):
        keys.read_key_file(text)


def test_the_fingerprint_tells_keys_apart() -> None:
    first, _ = keys.make_keys("AB12", [1, 2], split=False)
    second, _ = keys.make_keys("AB12", [1, 2], split=False)
    assert keys.fingerprint(first.public) != keys.fingerprint(second.public)
    assert keys.fingerprint(dict(reversed(first.public.items()))) == keys.fingerprint(first.public)
