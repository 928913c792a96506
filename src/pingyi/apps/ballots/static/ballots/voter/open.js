// An open vote: no code. This device's tag stands for one, and some seconds of computing.

import { device } from "./store.js";
import { sha256 } from "./tree.js";
import { tagOf, writeProof } from "./wire.js";

const SLICE = 40; // milliseconds of computing at a time; the page stays alive between
const PER_LOOK = 256;
const pause = () => new Promise((resolve) => setTimeout(resolve));

/** What this device may cast, as `look` tells it of a code. */
export function lookOpen(form) {
  const done = new Set(device(form.slug).done);
  const mark = ({ number, open }) => (open === null ? "-" : done.has(number) ? "x" : "o");
  const first = form.items.find((item) => item.open !== null);
  return { known: true, class: first.open, target: 0, items: form.items.map(mark).join("") };
}

/** Do the work that the box asks for now and write it into a casting. `tell("working", percent)`. */
export async function prove(wire, body, item, tell) {
  const { work } = await wire.state();
  tell("working", 0);
  const nonce = await compute(work, tagOf(body), item, (share) => tell("working", Math.floor(100 * share)));
  writeProof(body, work.window, nonce);
}

/** A number whose hash, behind challenge, tag and item, begins with `bits` zero bits. */
export async function compute({ challenge, bits }, tag, item, tell) {
  const message = new Uint8Array(44);
  const view = new DataView(message.buffer);
  message.set(challenge.match(/../g).map((pair) => parseInt(pair, 16)));
  message.set(tag, 16);
  view.setUint32(32, item, true);
  let until = performance.now() + SLICE;
  for (let nonce = 0; ; nonce++) {
    view.setUint32(36, nonce, true);
    if (zeros(sha256(message)) >= bits) return nonce;
    if (nonce % PER_LOOK || performance.now() < until) continue;
    tell(1 - Math.exp(-nonce / 2 ** bits));
    await pause();
    until = performance.now() + SLICE;
  }
}

function zeros(digest) {
  const whole = digest.findIndex((byte) => byte);
  return 8 * whole + Math.clz32(digest[whole]) - 24;
}
