// The voter's page: from the slip to the receipt.

import { readCode, receiptOf } from "./base32.js";
import { freeze, send } from "./casting.js";
import { codeFault } from "./faults.js";
import { Filling, swipes } from "./filling.js";
import { lookOpen, prove } from "./open.js";
import { announce, ask, byId, notice, put, say, show, showing } from "./page.js";
import { Ballot } from "./paper.js";
import { drawReview } from "./review.js";
import { drawReceipts, drawWaiting, drawWelcome, explain, tellNext, tellSending } from "./screens.js";
import { CLOSED, Sitting } from "./sitting.js";
import { castByDevice, device, Drafts, fleeting, likes, sittingCode, sweep, unconfirmedCode, unpack } from "./store.js";
import { Lost, Shut, Wire } from "./wire.js";

const { slug, open } = document.querySelector("[data-slug]").dataset; // open: without a code
const wire = new Wire(slug);
const wide = window.matchMedia("(min-width: 1200px)");
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const AGAIN = 2_000;

let form = null;
let sitting = null; // of one code
let filling = null; // of one item

/** Answers of the server, however long it takes; `Shut` goes through. */
async function patiently(work) {
  for (;;) {
    try {
      const found = await work();
      notice("");
      return found;
    } catch (error) {
      if (!(error instanceof Lost)) throw error;
      notice(say(error.kind === "throttled" ? "throttled" : "lost"));
      await pause(error.wait || AGAIN * (0.75 + Math.random() / 2));
    }
  }
}

function codeFromAddress() {
  if (!location.hash) return "";
  const typed = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  try {
    return decodeURIComponent(typed);
  } catch {
    return typed;
  }
}

async function begin() {
  sweep();
  const typed = codeFromAddress();
  form = await patiently(() => wire.form());
  form.items.sort((a, b) => a.number - b.number);
  if (!form.rehearsal && !window.isSecureContext) return show("insecure");
  if (open) return sit(new Drafts(slug, `open ${device(slug).tag}`), "", lookOpen(form));
  const code = typed || sittingCode.get(slug) || unconfirmedCode(slug);
  return code ? enter(code) : askForCode();
}

function askForCode(fault = "") {
  sitting = null;
  byId("code").value = "";
  const other = unconfirmedCode(slug);
  byId("code-other").hidden = !other;
  byId("code-resume").onclick = () => enter(other);
  show("code");
  codeTold(fault);
}

function codeTold(fault) {
  byId("code-fault").textContent = fault;
  byId("code-fault").hidden = !fault;
  byId("code").setAttribute("aria-invalid", String(Boolean(fault)));
  if (fault) byId("code").focus();
}

/** A code from the slip or typed: check its letters here, then ask what it is good for. */
async function enter(typed) {
  const read = readCode(typed);
  if (read.fault) {
    if (!showing("code")) askForCode();
    return codeTold(codeFault(read));
  }
  if (!showing("code")) show("opening");
  byId("code-go").disabled = true;
  const found = await patiently(() => look(read.code));
  byId("code-go").disabled = false;
  if (!found.known) {
    sittingCode.forget(slug);
    if (!showing("code")) askForCode();
    return codeTold(say(found.throttled ? "code_throttled" : "unknown_code"));
  }
  sittingCode.set(slug, read.code);
  return sit(new Drafts(slug, read.code), read.code, found);
}

async function sit(drafts, code, found) {
  const state = await patiently(() => wire.state());
  sitting = new Sitting(form, drafts, code, found, state);
  if (fleeting) notice(say("fleeting"));
  resume();
  watch(sitting);
}

/** What a code is good for. Too many wrong ones are told at once, so that one can type again. */
async function look(code) {
  try {
    return await wire.look(code);
  } catch (error) {
    if (error instanceof Lost && error.kind === "throttled") return { throttled: true };
    throw error;
  }
}

/** Where this code stands: a casting without answer, a draft, or the instructions. */
function resume() {
  const [number] = sitting.drafts.frozen();
  const item = number === undefined ? null : sitting.item(number);
  if (item) return cast(item);
  const drafted = sitting.current();
  if (drafted && sitting.drafts.of(drafted.number)?.sheets) return fill(drafted, true);
  return sitting.spent.size ? go() : drawWelcome(sitting);
}

/** On to what can be filled in now, or to what there is to say. */
function go() {
  const item = sitting.current();
  if (item) return fill(item, false);
  if (sitting.waits()) return drawWaiting(sitting);
  return over();
}

function over() {
  if (sitting.receipts.length) return drawReceipts(sitting);
  const spent = sitting.items.every((item) => sitting.spent.has(item.number));
  return spent ? explain(sitting, "spent") : explain(sitting, "closed");
}

function fill(item, restored) {
  const ballot = new Ballot(form, item, sitting.own);
  const draft = sitting.drafts.of(item.number);
  ballot.restore(draft ?? {});
  filling = new Filling(ballot, draft?.place, { keep, finish: lookOver });
  byId("fill-paper").textContent = ballot.paper.title;
  filling.draw(viewNow());
  show("fill");
  if (restored) announce(say("restored"));
  byId("fill-restored").hidden = !restored;
}

function keep(place) {
  const { ballot } = filling;
  if (sitting.drafts.keep(ballot.item.number, { ...ballot.kept(), place })) return;
  notice(say("fleeting"));
}

function viewNow() {
  if (!wide.matches) return "one";
  return likes.get("view") || "grid";
}

function lookOver() {
  drawReview(filling.ballot, {
    changed: () => keep(filling.place),
    mend: (place) => {
      backToFilling();
      if (filling.view === "grid") byId("grid-body").rows[place].querySelector("input")?.focus();
      else filling.go(place);
    },
    cast: () => cast(filling.ballot.item),
  });
  show("review");
}

function backToFilling() {
  filling.draw(viewNow());
  show("fill");
}

/** From here on the bytes are fixed until there is an answer. */
async function cast(item) {
  const now = sitting;
  if (now.casting) return;
  now.casting = true;
  byId("sending-what").textContent = now.whatOf(item);
  show("sending");
  const tag = open && device(slug).tag;
  const frozen = now.drafts.of(item.number)?.frozen ?? freeze(now.drafts, form, filling.ballot, now.code, tag || undefined);
  if (frozen.kept === false) notice(say("fleeting"));
  const work = open && ((body, tell) => prove(wire, body, item.number, tell));
  const answer = await send(wire, frozen, tellSending, byId("sending-retry"), work);
  now.casting = false;
  if (now !== sitting) return;
  answered(item, frozen, answer);
}

function answered(item, frozen, answer) {
  const receipt = receiptOf(unpack(frozen.leaf));
  if (open && ["counted", "spent"].includes(answer)) castByDevice(slug, item.number);
  if (answer === "counted") {
    sitting.counted(item, receipt);
    drawReceipts(sitting);
  } else if (answer === "spent") {
    sitting.drafts.wipe(item.number);
    sitting.spent.add(item.number);
    explain(sitting, "spent");
  } else if (answer === "shut") {
    explain(sitting, "unsure", receipt);
  } else if (answer === "unproven") {
    // It stays as it is: an earlier try may have come in.
    explain(sitting, "unproven");
    byId("explain-on").hidden = false;
  } else {
    // Nothing is in the box: the answers stay, the casting is given up.
    sitting.drafts.keep(item.number, { frozen: undefined });
    if (answer === "malformed") fillAnew(item);
    else if (answer === "not_open") refresh().then(lockedUnderHand);
    else explain(sitting, "refused");
  }
}

async function fillAnew(item) {
  form = await patiently(() => wire.form());
  form.items.sort((a, b) => a.number - b.number);
  fill(sitting.renewed(form, item.number), false);
  notice(say("malformed"));
}

/** Ask again and again which items are open, while this sitting lasts. */
async function watch(mine) {
  while (mine === sitting) {
    const near = showing("waiting") ? 3_000 : 9_000;
    await pause(near * (0.75 + Math.random() / 2) * (document.hidden ? 3 : 1));
    if (mine !== sitting || mine.casting) continue;
    if (await refresh()) react();
  }
}

async function refresh() {
  try {
    sitting?.take(await wire.state());
    if (byId("notice").dataset.text === say("lost")) notice("");
    return true;
  } catch (error) {
    if (error instanceof Shut) location.reload();
    else notice(say("lost"));
    return false;
  }
}

function react() {
  if (!sitting || sitting.casting) return;
  if (showing("waiting")) {
    if (sitting.current()) {
      go();
      announce(say("now_open", { what: sitting.whatOf(filling.ballot.item) }));
    } else if (sitting.waits()) drawWaiting(sitting);
    else over();
  } else if (showing("receipt")) {
    tellNext(sitting);
  } else if (["fill", "review", "overview"].some(showing)) {
    if (CLOSED.has(sitting.stateOf(filling.ballot.item))) lockedUnderHand();
  }
}

function lockedUnderHand() {
  explain(sitting, "locked");
  byId("explain-on").hidden = !(sitting.current() || sitting.waits());
}

/** The next rater on this device: nothing of this one is left to see. */
async function leave() {
  const frozen = sitting?.drafts.frozen().length;
  if (frozen && !(await ask(say("ask_leave_frozen"), say("leave")))) return;
  if (!frozen && sitting?.hasDrafts()) {
    if (!(await ask(say("ask_leave_draft"), say("leave")))) return;
    sitting.drafts.wipeAll();
  }
  sittingCode.forget(slug);
  sitting = null;
  filling = null;
  put(byId("receipt-list"));
  notice("");
  askForCode();
}

async function wipe() {
  if (!(await ask(say("ask_wipe"), say("wipe")))) return;
  sitting.drafts.wipe(filling.ballot.item.number);
  fill(filling.ballot.item, false);
  announce(say("wiped"));
}

function wireUp() {
  const on = (id, act) => byId(id).addEventListener("click", act);
  byId("code-form")?.addEventListener("submit", (event) => {
    event.preventDefault();
    enter(byId("code").value);
  });
  on("welcome-start", go);
  on("fill-next", () => filling.next());
  on("fill-back", () => filling.back());
  on("fill-review", lookOver);
  on("fill-wipe", wipe);
  on("fill-over", () => {
    filling.drawOverview((place) => {
      show("fill");
      filling.go(place);
    });
    show("overview");
  });
  on("overview-back", backToFilling);
  on("review-back", backToFilling);
  on("receipt-next", go);
  on("explain-on", () => (sitting.drafts.frozen().length ? resume() : go()));
  on("explain-wipe", () => {
    sitting.drafts.wipeAll();
    byId("explain-wipe").hidden = true;
    announce(say("wiped"));
  });
  for (const press of document.querySelectorAll("[data-leave-sitting]")) press.addEventListener("click", leave);
  on("fill-view", () => {
    likes.set("view", filling.view === "grid" ? "one" : "grid");
    filling.draw(viewNow());
  });
  wide.addEventListener?.("change", () => showing("fill") && filling.draw(viewNow()));
  swipes(byId("fill-one"), () => (showing("fill") && filling.view === "one" ? filling : null));
  window.addEventListener("hashchange", () => {
    const typed = codeFromAddress();
    if (typed && !open) enter(typed);
  });
}

wireUp();
begin().catch((error) => {
  if (error instanceof Shut) location.reload();
  else throw error;
});
