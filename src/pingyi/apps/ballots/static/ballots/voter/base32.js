// Letters of codes and receipts, as pingyi.proofs.base32, codes and receipts have them.

import { LEAF_BYTES } from "./wire.js";

export const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
export const CODE_LENGTH = 17;
const ALIKE = { O: "0", I: "1", L: "1", U: "V" };
const IGNORED = /[\s\-‐‑–—_.·]/gu;

/** As typed on a phone to as printed. */
export function normal(text) {
  const narrow = text.normalize("NFKC").toUpperCase().replace(IGNORED, "");
  return narrow.replace(/[OILU]/g, (letter) => ALIKE[letter]);
}

function timesTwo(value) {
  const doubled = value << 1;
  return doubled & 32 ? doubled ^ 0b100101 : doubled;
}

/** Zero for letters that end in their check letter. */
export function remainder(text) {
  let value = 0;
  for (const letter of text) value = timesTwo(value) ^ LETTERS.indexOf(letter);
  return value;
}

export function checkLetter(text) {
  return LETTERS[timesTwo(remainder(text))];
}

/** Bytes as letters, first bits first. */
export function encode(bytes) {
  let letters = "";
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      letters += LETTERS[(held >> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  return bits ? letters + LETTERS[(held << (5 - bits)) & 31] : letters;
}

/** The bytes behind letters; null for another letter or length. */
export function decode(text, size) {
  if (text.length !== Math.ceil((size * 8) / 5)) return null;
  const bytes = new Uint8Array(size);
  let place = 0;
  let bits = 0;
  let held = 0;
  for (const letter of text) {
    const value = LETTERS.indexOf(letter);
    if (value < 0) return null;
    held = (held << 5) | value;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[place++] = held >> bits;
    }
    held &= (1 << bits) - 1;
  }
  return held ? null : bytes;
}

export function grouped(text, size = 4) {
  return text.replace(new RegExp(`(.{${size}})(?=.)`, "g"), "$1-");
}

function wrongLetter(text) {
  return [...text].find((letter) => !LETTERS.includes(letter));
}

/** What somebody typed: {code} as printed, or {fault}: empty, letter, short, long, check. */
export function readCode(text) {
  const code = normal(text.slice(text.lastIndexOf("#") + 1));
  const letter = wrongLetter(code);
  if (!code) return { fault: "empty" };
  if (letter) return { fault: "letter", letter };
  if (code.length < CODE_LENGTH) return { fault: "short", missing: CODE_LENGTH - code.length };
  if (code.length > CODE_LENGTH) return { fault: "long", over: code.length - CODE_LENGTH };
  return remainder(code) ? { fault: "check" } : { code };
}

/** A leaf as letters that can be kept on paper. */
export function receiptOf(leaf) {
  const body = encode(leaf);
  return grouped(body + checkLetter(body));
}

/** The leaf of a typed receipt; null for a mistyped one. */
export function readReceipt(text) {
  const letters = normal(text);
  if (!letters || wrongLetter(letters) || remainder(letters)) return null;
  return decode(letters.slice(0, -1), LEAF_BYTES);
}
