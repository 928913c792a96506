// The Merkle tree over published receipts, as pingyi.proofs.tree has it (RFC 9162, section 2.1).

import { sha256 } from "../../vendor/hashes/sha2.js";

export { sha256 };
const SIZE = 32;
const AT_ONCE = 4096;
const pause = () => new Promise((resolve) => setTimeout(resolve));

export function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function compare(leaves, place, leaf) {
  for (let i = 0; i < SIZE; i++) {
    const difference = leaves[place * SIZE + i] - leaf[i];
    if (difference) return difference;
  }
  return 0;
}

/** Is the leaf among the ascending leaves (one array of 32 bytes each)? */
export function contains(leaves, leaf) {
  let low = 0;
  let high = leaves.length / SIZE;
  while (low < high) {
    const middle = (low + high) >> 1;
    const order = compare(leaves, middle, leaf);
    if (!order) return true;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return false;
}

/** Do the leaves ascend? Two may be equal. */
export function ascend(leaves) {
  if (leaves.length % SIZE) return false;
  for (let i = 1; i < leaves.length / SIZE; i++) {
    if (compare(leaves, i - 1, leaves.subarray(i * SIZE)) > 0) return false;
  }
  return true;
}

/** The root in hexadecimal. `tell(share)` hears how far it is; the page stays alive meanwhile. */
export async function root(leaves, tell = () => {}) {
  if (!leaves.length) return hex(sha256(new Uint8Array(0)));
  const total = (2 * leaves.length) / SIZE;
  let done = 0;
  const step = async () => {
    if (++done % AT_ONCE === 0) {
      tell(done / total);
      await pause();
    }
  };
  let level = new Uint8Array(leaves.length);
  const one = new Uint8Array(1 + SIZE);
  for (let at = 0; at < leaves.length; at += SIZE) {
    one.set(leaves.subarray(at, at + SIZE), 1);
    level.set(sha256(one), at);
    await step();
  }
  const two = new Uint8Array(1 + 2 * SIZE);
  two[0] = 1;
  while (level.length > SIZE) {
    const count = level.length / SIZE;
    const next = new Uint8Array(Math.ceil(count / 2) * SIZE);
    for (let i = 0; i + 1 < count; i += 2) {
      two.set(level.subarray(i * SIZE, (i + 2) * SIZE), 1);
      next.set(sha256(two), (i / 2) * SIZE);
      await step();
    }
    if (count % 2) next.set(level.subarray(-SIZE), next.length - SIZE);
    level = next;
  }
  return hex(level);
}
