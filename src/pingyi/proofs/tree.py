"""The Merkle tree over the leaves of an opened box (hashed as in RFC 9162, section 2.1).

The leaves are published whole and in ascending order, so whoever has a receipt looks for it at
home and asks nobody about it.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

LEAF_BYTES = 32


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over ascending leaves. Raises ``ValueError`` if they don't ascend.

    Leaves may repeat: devices make them, and no device can be kept from making one twice.
    """
    if any(a > b for a, b in pairwise(leaves)):
        raise ValueError("leaves do not ascend")
    if not leaves:
        return hashlib.sha256().digest()
    level = [hashlib.sha256(b"\0" + leaf).digest() for leaf in leaves]
    # Pairing from the left and lifting an odd last node gives the RFC's tree of every size.
    while len(level) > 1:
        paired = [
            hashlib.sha256(b"\1" + level[i] + level[i + 1]).digest()
            for i in range(0, len(level) - 1, 2)
        ]
        level = paired + level[len(paired) * 2 :]
    return level[0]


def contains(leaves: Sequence[bytes], leaf: bytes) -> bool:
    """Is the leaf among the ascending leaves?"""
    place = bisect_left(leaves, leaf)
    return place < len(leaves) and leaves[place] == leaf
