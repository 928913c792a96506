// A key presses the button in [data-key="…"], except while something is typed or asked.
"use strict";
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  if (event.target.closest("input, textarea, select") || document.querySelector("dialog[open]")) return;
  const place = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  const button = place && place.querySelector("button");
  if (!button) return;
  event.preventDefault();
  button.click();
});
