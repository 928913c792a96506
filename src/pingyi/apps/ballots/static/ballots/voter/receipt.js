// The receipts of this sitting: shown, copied, printed, drawn; kept on the device only when asked.

import { announce, button, icon, make, put, say } from "./page.js";
import { receipts } from "./store.js";

const INK = "#1d2530";
const SOFT = "#566072";
const WIDE = 720;

/** A receipt as a part of the page. `entry`: {slug, title, what, receipt, rehearsal}. */
export function receiptCard(entry) {
  const groups = entry.receipt.split("-");
  const letters = make(
    "p",
    { class: "v-receipt", translate: "no" },
    groups.map((group) => make("span", {}, group)),
  );
  return make(
    "section",
    { class: "v-card v-receipt-card", "aria-label": say("receipt") },
    entry.what ? make("p", { class: "v-receipt-what" }, entry.what) : null,
    letters,
    make(
      "div",
      { class: "v-buttons" },
      button(say("copy"), () => copy(entry.receipt)),
      button(say("save_picture"), () => savePicture(entry)),
      button(say("print"), () => window.print()),
      keepBox(entry),
    ),
  );
}

function keepBox(entry) {
  const kept = receipts.all().some((one) => one.receipt === entry.receipt);
  const box = make("input", { type: "checkbox", class: "form-check-input", checked: kept });
  box.addEventListener("change", () => {
    if (box.checked) box.checked = receipts.keep(entry);
    else receipts.drop(entry.receipt);
    announce(say(box.checked ? "kept_here" : "not_kept_here"));
  });
  return make("label", { class: "v-leave" }, box, make("span", {}, say("keep_here")));
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Plain HTTP has no clipboard of its own: the old way.
    const field = make("textarea", { class: "visually-hidden" });
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  announce(say("copied"));
  put(document.getElementById("copied"), icon("check"), say("copied"));
}

/** A picture of the receipt, made on the device. */
function savePicture(entry) {
  const groups = entry.receipt.split("-");
  const canvas = make("canvas", { width: WIDE, height: 460 });
  const pen = canvas.getContext("2d");
  const font = getComputedStyle(document.body).fontFamily;
  const write = (text, size, y, colour = INK, weight = "") => {
    pen.font = `${weight} ${size}px ${font}`;
    pen.fillStyle = colour;
    pen.fillText(text, 40, y, WIDE - 80);
  };
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  write(say("receipt"), 34, 64, INK, "600");
  write(entry.title, 22, 104, SOFT);
  write([entry.what, entry.rehearsal ? say("rehearsal") : ""].filter(Boolean).join(" · "), 22, 136, SOFT);
  pen.font = "600 34px monospace";
  pen.fillStyle = INK;
  groups.forEach((group, i) => pen.fillText(group, 40 + (i % 5) * 130, 200 + 54 * Math.floor(i / 5)));
  write(say("receipt_means"), 18, 384, SOFT);
  write(`${location.origin}/v/${entry.slug}/check`, 18, 420, SOFT);
  const link = make("a", { href: canvas.toDataURL("image/png"), download: `${say("receipt")}.png` });
  link.click();
}
