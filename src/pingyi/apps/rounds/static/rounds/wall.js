// The wall changes by itself: told by server-sent events, else asking every few seconds. Both
// reconnect without help; nothing leaves the local network.
"use strict";
(() => {
  const wall = document.getElementById("wall");
  const lost = document.getElementById("wall-lost");
  const ASK = 3000;
  const TURN = 10000;
  const PATIENCE = 3;
  let failures = 0;
  let stream = null;
  let asking = false;

  const digest = () => wall.firstElementChild.dataset.digest;

  async function ask() {
    if (asking) return;
    asking = true;
    try {
      const answer = await fetch(`${wall.dataset.now}?seen=${digest()}`, { cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      if (answer.status === 200) wall.innerHTML = await answer.text();
      failures = 0;
    } catch {
      failures += 1;
    }
    asking = false;
    lost.hidden = failures < PATIENCE;
  }

  function listen() {
    if (!window.EventSource) return;
    stream = new EventSource(wall.dataset.live);
    stream.onmessage = (event) => event.data !== digest() && ask();
    stream.onopen = ask;
  }

  const live = () => stream && stream.readyState === 1;
  listen();
  setInterval(() => {
    if (!live()) ask();
    // A browser gives a stream up for good when it is refused.
    if (stream && stream.readyState === 2 && Math.random() < 0.2) listen();
  }, ASK);

  setInterval(() => {
    const turns = wall.querySelectorAll("[data-turns] > li");
    const now = [...turns].findIndex((one) => !one.hidden);
    turns.forEach((one, place) => (one.hidden = place !== (now + 1) % turns.length));
  }, TURN);
})();
