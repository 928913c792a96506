// What travels (pingyi.apps.ballots.wire): lengths that are the same for every voter of a poll.

const VERSION = 1;
export const TAG_BYTES = 16;
export const LEAF_BYTES = 32;
export const HEAD_BYTES = 70;
export const NOT_RATED = 0xffff;
const PATIENCE = 20_000;

/** No answer, or one that says: later. `wait` is in milliseconds, if the server said. */
export class Lost extends Error {
  constructor(kind, wait = 0) {
    super(kind);
    this.kind = kind; // network, busy, throttled
    this.wait = wait;
  }
}

/** The poll takes no votes: not begun, or all opened. */
export class Shut extends Error {}

/** A casting in bytes; `codes` are answers, padded here to the poll's width. */
export function castingBody(width, code, tag, leaf, item, codes) {
  const body = new Uint8Array(HEAD_BYTES + 2 * width);
  const view = new DataView(body.buffer);
  body[0] = VERSION;
  body.set(ascii(code), 1);
  body.set(tag, 18);
  body.set(leaf, 34);
  view.setUint32(66, item, true);
  for (let i = 0; i < width; i++) {
    view.setUint16(HEAD_BYTES + 2 * i, i < codes.length ? codes[i] : NOT_RATED, true);
  }
  return body;
}

/** Without a code: the work that was done (pingyi.proofs.work) in its place. */
export function writeProof(body, window, nonce) {
  const view = new DataView(body.buffer, body.byteOffset);
  body.fill(0, 1, 18);
  view.setUint32(2, window, true);
  view.setUint32(10, nonce, true);
}

export function tagOf(body) {
  return body.subarray(18, 34);
}

/** The code in a casting. */
export function codeOf(body) {
  return String.fromCharCode(...body.subarray(1, 18));
}

export function random(size) {
  return crypto.getRandomValues(new Uint8Array(size));
}

function ascii(text) {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

export class Wire {
  constructor(slug) {
    this.slug = slug;
  }

  form() {
    return ask(this.slug, "form");
  }

  state() {
    return ask(this.slug, "state");
  }

  look(code) {
    return ask(this.slug, "look", Uint8Array.from([VERSION, ...ascii(code)]));
  }

  cast(body) {
    return ask(this.slug, "", body).then((told) => told.answer);
  }
}

async function ask(slug, verb, body) {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), PATIENCE);
  try {
    const response = await fetch(`/cast/${slug}/${verb}`, {
      method: body ? "POST" : "GET",
      body,
      headers: body ? { "content-type": "application/octet-stream" } : {},
      credentials: "omit",
      referrerPolicy: "no-referrer",
      cache: "no-store",
      redirect: "error",
      signal: giveUp.signal,
    });
    if (response.status === 404) throw new Shut();
    if (!response.ok) throw busy(response);
    return await response.json();
  } catch (error) {
    if (error instanceof Lost || error instanceof Shut) throw error;
    throw new Lost("network");
  } finally {
    clearTimeout(timer);
  }
}

function busy(response) {
  const wait = 1000 * (Number(response.headers.get("retry-after")) || 0);
  return new Lost(response.status === 429 ? "throttled" : "busy", wait);
}
