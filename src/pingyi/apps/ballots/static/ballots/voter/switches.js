// Large type and high contrast, remembered on the device. Loaded by every page of the voter.

import { likes } from "./store.js";

for (const press of document.querySelectorAll("[data-switch]")) {
  const what = press.dataset.switch;
  const draw = (on) => {
    document.documentElement.classList.toggle(`v-${what}`, on);
    press.setAttribute("aria-pressed", String(on));
  };
  draw(likes.get(what) === "on");
  press.addEventListener("click", () => {
    const on = press.getAttribute("aria-pressed") !== "true";
    likes.set(what, on ? "on" : "off");
    draw(on);
  });
}
