// Looking for a receipt among all published ones, on the device. Nobody is asked about one leaf.

import { readReceipt, receiptOf } from "./base32.js";
import { button, byId, icon, make, put, say } from "./page.js";
import { receipts, unconfirmed } from "./store.js";
import { ascend, contains, root } from "./tree.js";

const { slug } = document.querySelector("[data-slug]").dataset;
const rows = Array.from(document.querySelectorAll("[data-leaves]"), (row) => row.dataset);
const waiting = document.querySelectorAll("tbody tr").length - rows.length;
const bar = byId("check-bar");

/** {what, number, found, sound} of one item. */
async function look({ leaves, root: published, number, title, aside, asideRoot }, leaf, place) {
  const data = await download(leaves);
  const tell = (share) => (bar.value = (place + share) / rows.length);
  const sound =
    data.length === 32 * Number(number) && ascend(data) && (await root(data, tell)) === published;
  bar.value = (place + 1) / rows.length;
  const mine = contains(data, leaf);
  return { what: title, number, found: mine, sound, out: mine && aside && (await isOut(aside, asideRoot, leaf)) };
}

/** Does a leaf lie in a slot that was set aside? */
async function isOut(address, published, leaf) {
  const data = await download(address);
  if (!ascend(data) || (await root(data)) !== published) throw new Error("another list");
  return contains(data, leaf);
}

async function download(address) {
  const response = await fetch(address, { credentials: "omit" });
  if (!response.ok) throw new Error("download");
  return new Uint8Array(await response.arrayBuffer());
}

function result(kind, ...lines) {
  const place = byId("check-result");
  place.className = `v-result v-result-${kind}`;
  place.hidden = false;
  const sign = { found: "check", missing: "alert" }[kind];
  put(
    place,
    lines.filter(Boolean).map((line, i) => make("p", {}, ...(i || !sign ? [line] : [icon(sign), " ", make("strong", {}, line)]))),
  );
}

async function check(leaf) {
  const found = [];
  for (const [place, row] of rows.entries()) found.push(await look(row, leaf, place));
  const bad = found.filter((item) => !item.sound);
  const mine = found.find((item) => item.found);
  const wrong = bad.map((item) => say("check_root_bad", item));
  const more = waiting ? say("check_more", { waiting }) : "";
  if (mine?.out) {
    result("missing", say("check_aside", mine), ...wrong, say("check_aside_means"));
  } else if (mine) {
    const good = bad.length ? "" : say("check_root_good");
    result(bad.length ? "missing" : "found", say("check_found", mine), good, ...wrong, say("check_means"));
  } else result("missing", say("check_missing"), ...wrong, more);
}

byId("check").addEventListener("submit", async (event) => {
  event.preventDefault();
  const leaf = readReceipt(byId("check-receipt").value);
  const fault = leaf ? "" : say("check_typed");
  byId("check-fault").textContent = fault;
  byId("check-fault").hidden = !fault;
  byId("check-receipt").setAttribute("aria-invalid", String(Boolean(fault)));
  byId("check-result").hidden = true;
  if (fault) return byId("check-receipt").focus();
  if (!rows.length) return result("none", say("check_none"));
  byId("check-go").disabled = true;
  bar.hidden = false;
  bar.value = 0;
  try {
    await check(leaf);
  } catch {
    result("none", say("check_lost"));
  }
  bar.hidden = true;
  byId("check-go").disabled = false;
});

function kept() {
  const saved = receipts
    .all()
    .filter((one) => one.slug === slug)
    .map(({ what, receipt }) => [what || say("receipt"), receipt]);
  const unsure = unconfirmed(slug).map(({ leaf }) => [say("check_unconfirmed"), receiptOf(leaf)]);
  const all = [...saved, ...unsure];
  byId("check-kept").hidden = !all.length;
  put(
    byId("check-kept").querySelector(".v-buttons"),
    all.map(([what, receipt]) =>
      button(`${what} ${receipt.slice(0, 4)}…`, () => (byId("check-receipt").value = receipt)),
    ),
  );
}
kept();
