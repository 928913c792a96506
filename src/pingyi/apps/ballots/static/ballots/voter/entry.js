// The poll's short code and the slip's code by hand, on the way to the ballot.

import { readCode } from "./base32.js";
import { codeFault } from "./faults.js";
import { byId, say } from "./page.js";

const SHORT = /^[2-9a-hjkmnp-z]{6,8}$/;

byId("entry").addEventListener("submit", (event) => {
  event.preventDefault();
  const slug = byId("entry-poll").value.normalize("NFKC").trim().toLowerCase();
  const typed = byId("entry-code").value;
  const read = readCode(typed);
  const slugFault = SHORT.test(slug) ? "" : say("fault_poll");
  const fault = typed.trim() && read.fault ? codeFault(read) : "";
  tell("entry-poll", slugFault);
  tell("entry-code", fault);
  if (slugFault || fault) {
    byId(slugFault ? "entry-poll" : "entry-code").focus();
    return;
  }
  // Behind #, a code stays on the device: browsers don't send it.
  location.assign(`/v/${slug}/${read.code ? `#${read.code}` : ""}`);
});

function tell(id, fault) {
  const place = byId(`${id}-fault`);
  place.textContent = fault;
  place.hidden = !fault;
  byId(id).setAttribute("aria-invalid", String(Boolean(fault)));
}
