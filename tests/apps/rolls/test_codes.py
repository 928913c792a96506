"""The codes in memory, against a plain table of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pingyi.apps.rolls.queries import CodeIndex, Holder
from pingyi.proofs.codes import CodeHash

CODE_HASH = CodeHash(b"pepper", "yunzhou")
ENDS = st.sampled_from([b"\0\0\0", b"\0\0\1", b"\x7f\xff\xff", b"\x80\0\0", b"\xff\xff\xff"])
# Even as hashes are, and crowded as they never are: many with one beginning.
DIGESTS = st.binary(min_size=16, max_size=16) | st.builds(
    lambda start, middle, end: start + middle + end, ENDS, st.binary(min_size=10, max_size=10), ENDS
)


@given(st.sets(DIGESTS, max_size=40), st.sets(DIGESTS, max_size=20))
def test_each_hash_leads_to_its_own_code_and_no_other_does(
    digests: set[bytes], others: set[bytes]
) -> None:
    table = {digest: Holder(9_000 + i, 7 + i % 3) for i, digest in enumerate(digests)}
    index = CodeIndex(((digest, *holder) for digest, holder in table.items()), CODE_HASH)
    assert len(index) == len(digests)
    assert all(index.at(digest) == holder for digest, holder in table.items())
    assert all(index.at(digest) is None for digest in others - digests)


def test_a_code_is_found_as_it_is_printed() -> None:
    index = CodeIndex([(CODE_HASH.of("A" * 17), 4, 2)], CODE_HASH)
    assert index.find("A" * 17) == Holder(4, 2)
    assert index.find("B" * 17) is None
