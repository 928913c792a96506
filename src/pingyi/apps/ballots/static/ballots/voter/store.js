// What lies on the device: drafts under a hash of their code, so that two raters on one tablet
// don't meet; frozen castings; receipts that somebody asked to keep. Nothing of it is ever sent,
// but a frozen casting to the intake.

import { hex, sha256 } from "./tree.js";
import { codeOf, random, TAG_BYTES } from "./wire.js";

const DRAFT = "pingyi.vote.";
const CODE = "pingyi.code.";
const OPEN = "pingyi.open.";
const RECEIPTS = "pingyi.receipts";
const OLD = 30 * 24 * 3600 * 1000;
const memory = new Map();
const devices = new Map();

/** localStorage or sessionStorage; memory where the browser gives none. */
function kept(where) {
  try {
    const store = globalThis[where];
    store.setItem("pingyi.try", "1");
    store.removeItem("pingyi.try");
    return store;
  } catch {
    return {
      getItem: (key) => memory.get(where + key) ?? null,
      setItem: (key, value) => memory.set(where + key, value),
      removeItem: (key) => memory.delete(where + key),
      keys: () => [...memory.keys()].filter((k) => k.startsWith(where)).map((k) => k.slice(where.length)),
      fleeting: true,
    };
  }
}

const lasting = kept("localStorage");
const sitting = kept("sessionStorage");
/** Is everything gone when the page is closed? */
export const fleeting = Boolean(lasting.fleeting);

function read(key) {
  try {
    return JSON.parse(lasting.getItem(key)) ?? null;
  } catch {
    return null;
  }
}

/** Raises where the device is full. */
function write(key, value) {
  lasting.setItem(key, JSON.stringify(value));
}

function keys(prefix) {
  const all = lasting.keys ? lasting.keys() : Object.keys(lasting);
  return all.filter((key) => key.startsWith(prefix));
}

/** The code of this sitting: survives a reload, not the closing of the tab. */
export const sittingCode = {
  get: (slug) => sitting.getItem(CODE + slug),
  set: (slug, code) => sitting.setItem(CODE + slug, code),
  forget: (slug) => sitting.removeItem(CODE + slug),
};

/** This device in an open vote: {tag, done}, a random tag and the items that it has cast for. */
export function device(slug) {
  if (!devices.has(slug)) know(slug, read(OPEN + slug) ?? { tag: pack(random(TAG_BYTES)), done: [] });
  const { tag, done } = devices.get(slug);
  return { tag: unpack(tag), done };
}

export function castByDevice(slug, item) {
  const { tag, done } = device(slug);
  know(slug, { tag: pack(tag), done: [...done, item] });
}

function know(slug, known) {
  devices.set(slug, known);
  try {
    write(OPEN + slug, known);
  } catch {
    // The device is full: it is known for as long as the page is open.
  }
}

/** Everything of one code on this device: per item {ballot, place, frozen}. */
export class Drafts {
  constructor(slug, code) {
    const words = new TextEncoder().encode(`pingyi draft 1\n${slug}\n${code}`);
    this.key = `${DRAFT}${slug}.${hex(sha256(words).subarray(0, 16))}`;
  }

  of(item) {
    return read(this.key)?.items?.[item] ?? null;
  }

  /** Keep `changes` of an item's draft; false where the device can't. */
  keep(item, changes) {
    const all = read(this.key) ?? { items: {} };
    all.items[item] = { ...all.items[item], ...changes };
    all.at = Date.now();
    try {
      write(this.key, all);
      return true;
    } catch {
      return false;
    }
  }

  wipe(item) {
    const all = read(this.key);
    if (!all) return;
    delete all.items[item];
    if (Object.keys(all.items).length) write(this.key, all);
    else lasting.removeItem(this.key);
  }

  wipeAll() {
    lasting.removeItem(this.key);
  }

  /** Items with a casting that is not confirmed yet. */
  frozen() {
    const items = read(this.key)?.items ?? {};
    return Object.keys(items).filter((item) => items[item].frozen).map(Number);
  }
}

/** Castings on this device that are not confirmed yet: [{body, leaf}]. */
export function unconfirmed(slug) {
  return keys(`${DRAFT}${slug}.`)
    .flatMap((key) => Object.values(read(key)?.items ?? {}))
    .filter((draft) => draft.frozen)
    .map(({ frozen }) => ({ body: unpack(frozen.body), leaf: unpack(frozen.leaf) }));
}

/** The code of one of them; null if there is none. Castings of an open vote have none. */
export function unconfirmedCode(slug) {
  const first = unconfirmed(slug).find(({ body }) => body[1]);
  return first ? codeOf(first.body) : null;
}

/** Drafts that nobody came back to. */
export function sweep() {
  for (const key of keys(DRAFT)) {
    const all = read(key);
    if (!all || Date.now() - (all.at ?? 0) > OLD) lasting.removeItem(key);
  }
}

export function pack(bytes) {
  return btoa(String.fromCharCode(...bytes));
}

export function unpack(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** Receipts that the voter asked to keep: [{slug, title, what, receipt}]. */
export const receipts = {
  all: () => read(RECEIPTS) ?? [],
  keep(entry) {
    const rest = receipts.all().filter((one) => one.receipt !== entry.receipt);
    try {
      write(RECEIPTS, [...rest, entry]);
      return true;
    } catch {
      return false;
    }
  },
  drop: (receipt) => write(RECEIPTS, receipts.all().filter((one) => one.receipt !== receipt)),
};

/** How this device likes its pages: "type", "contrast", "view". */
export const likes = {
  get: (what) => lasting.getItem(`pingyi.${what}`) ?? "",
  set: (what, value) => lasting.setItem(`pingyi.${what}`, value),
};
