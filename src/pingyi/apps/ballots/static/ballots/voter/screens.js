// The screens on which a voter reads: welcome, waiting, sending, receipts, and why there is nothing to do.

import { announce, byId, make, put, say, show, showing } from "./page.js";
import { receiptCard } from "./receipt.js";

export function drawWelcome(sitting) {
  const { named, paper, items } = sitting;
  byId("welcome-class").textContent = named.title;
  byId("welcome-class-help").textContent = named.help;
  byId("welcome-paper").textContent = paper.title;
  byId("welcome-paper-help").textContent = paper.help;
  byId("welcome-how").textContent = sitting.how();
  const rules = byId("welcome-rules");
  rules.hidden = !paper.rules.length;
  put(rules.querySelector("ul"), paper.rules.map((rule) => make("li", {}, rule)));
  byId("welcome-start").hidden = !items.length;
  show("welcome");
}

export function drawWaiting(sitting) {
  put(
    byId("waiting-list"),
    sitting.items.map((item) => {
      const state = sitting.stateWord(item);
      return make("li", { class: `v-wait v-wait-${state}` }, make("span", {}, sitting.whatOf(item)), make("strong", {}, say(`item_${state}`)));
    }),
  );
  byId("waiting-list").hidden = sitting.items.length < 2;
  byId("waiting-receipts").hidden = !sitting.receipts.length;
  if (!showing("waiting")) show("waiting");
}

/** How far the casting is. */
export function tellSending(status, number) {
  const text = say(`cast_${status}`, { seconds: number, percent: number });
  byId("sending-status").textContent = text;
  byId("sending-retry").hidden = ["sending", "working"].includes(status);
  if (status === "working") byId("sending-bar").value = number / 100;
  else byId("sending-bar").removeAttribute("value");
  if (status !== byId("sending").dataset.status) announce(text);
  byId("sending").dataset.status = status;
}

export function drawReceipts(sitting) {
  const last = sitting.receipts[sitting.receipts.length - 1];
  put(byId("receipt-list"), sitting.receipts.map(receiptCard));
  byId("receipt-title").textContent = say("counted_title", { what: last.what });
  show("receipt");
  tellNext(sitting);
}

/** The way on from a receipt, if there is one by now. */
export function tellNext(sitting) {
  const item = sitting.current();
  const next = byId("receipt-next");
  next.hidden = !item && !sitting.waits();
  next.textContent = item ? say("go_on_to", { what: sitting.whatOf(item) }) : say("go_on_waiting");
  next.classList.toggle("btn-primary", Boolean(item));
}

/** A screen of words: why nothing can be done here now. */
export function explain(sitting, why, receipt = "") {
  byId("explain-title").textContent = say(`${why}_title`);
  put(
    byId("explain-text"),
    say(`${why}_text`).split("\n").map((line) => make("p", {}, line.trim())),
    receipt ? receiptCard(sitting.entry(null, receipt)) : null,
  );
  byId("explain-on").hidden = true;
  byId("explain-wipe").hidden = !["closed", "locked"].includes(why) || !sitting.hasDrafts();
  show("explain");
}
