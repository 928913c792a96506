// Before voting begins: look now and then whether it has, and go in.

import { Lost, Shut, Wire } from "./wire.js";

const wire = new Wire(document.querySelector("[data-slug]").dataset.slug);
const EVERY = 4_000;

async function look() {
  try {
    await wire.state();
    location.reload();
  } catch (error) {
    if (!(error instanceof Shut || error instanceof Lost)) throw error;
    setTimeout(look, EVERY * (0.75 + Math.random() / 2) * (document.hidden ? 3 : 1));
  }
}
look();
