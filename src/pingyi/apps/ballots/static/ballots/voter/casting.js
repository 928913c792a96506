// Casting: the body is frozen and kept before it is sent, and every try sends the very same bytes.

import { pack, unpack } from "./store.js";
import { castingBody, LEAF_BYTES, Lost, random, Shut, TAG_BYTES } from "./wire.js";

const SLOWEST = 30_000;
const FIRST = 1_000;
const MOST_REFUSED = 3;

/** The frozen casting of an item: the one that is kept, or a new one that is kept now. */
export function freeze(drafts, form, ballot, code, tag = random(TAG_BYTES)) {
  const { number } = ballot.item;
  const before = drafts.of(number)?.frozen;
  if (before) return before;
  const leaf = random(LEAF_BYTES);
  const body = castingBody(form.width, code, tag, leaf, number, ballot.codes());
  const frozen = { body: pack(body), leaf: pack(leaf) };
  return { ...frozen, kept: drafts.keep(number, { ...ballot.kept(), frozen }) };
}

/**
 * Send until there is an answer. `tell(status, seconds)` hears: sending, waiting (with seconds to
 * the next try), throttled. Resolves to the answer, or "shut" where the poll is over. `prove(body,
 * tell)` puts work into the body of an open vote, anew where its challenge is over by now.
 */
export async function send(wire, frozen, tell, retry, prove = null) {
  const body = unpack(frozen.body);
  let proven = !prove;
  let refused = 0;
  for (let tries = 0; ; tries++) {
    try {
      if (!proven) await prove(body, tell);
      proven = true;
      tell("sending", tries);
      const answer = await wire.cast(body);
      if (answer !== "unproven" || ++refused === MOST_REFUSED) return answer;
      proven = false;
    } catch (error) {
      if (error instanceof Shut) return "shut";
      if (!(error instanceof Lost)) throw error;
      const pause = error.wait || Math.min(SLOWEST, FIRST * 1.7 ** tries);
      await waiting(pause * (0.75 + Math.random() / 2), error.kind, tell, retry);
    }
  }
}

/** Wait, counting down; the return of the network, or the voter, cuts it short. */
function waiting(pause, kind, tell, retry) {
  return new Promise((resolve) => {
    const end = Date.now() + pause;
    const count = () => tell(kind, Math.max(1, Math.ceil((end - Date.now()) / 1000)));
    const ticking = setInterval(count, 1000);
    const done = () => {
      clearTimeout(timer);
      clearInterval(ticking);
      window.removeEventListener("online", done);
      retry.removeEventListener("click", done);
      resolve();
    };
    const timer = setTimeout(done, pause);
    window.addEventListener("online", done);
    retry.addEventListener("click", done);
    count();
  });
}
