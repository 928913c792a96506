// Counts on from the time that the server told: <p data-clock="seconds" data-planned="seconds">.
"use strict";
(() => {
  const begun = new WeakMap();
  const written = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

  function tick() {
    for (const clock of document.querySelectorAll("[data-clock]")) {
      if (!begun.has(clock)) begun.set(clock, performance.now());
      const on = Math.floor((performance.now() - begun.get(clock)) / 1000);
      const gone = Number(clock.dataset.clock) + on;
      clock.querySelector("[data-clock-now]").textContent = written(gone);
      const over = Number(clock.dataset.planned || Infinity) < gone;
      clock.classList.toggle("is-over", over);
      const word = clock.querySelector(".clock-over");
      if (word) word.hidden = !over;
    }
  }

  setInterval(tick, 250);
  tick();
})();
