// Lays the page for visits aside on the phone, where its owner wants it to open without a connection.
// What is laid aside goes with the signing out: base/signed_out.js.
"use strict";
(() => {
  const box = document.getElementById("field-offline");
  const line = box.querySelector("[data-state]");
  const keep = box.querySelector("[data-keep]");
  const page = location.pathname;
  const wish = `keep:${box.dataset.name}`;

  function show() {
    keep.checked = localStorage.getItem(wish) !== null;
    line.textContent = keep.checked ? box.dataset.on : box.dataset.off;
  }

  // All that the page without a connection loads; pictures in stylesheets from what is here already.
  async function needed(shell) {
    const there = new DOMParser().parseFromString(await shell.text(), "text/html");
    const named = [...there.querySelectorAll("link[href], script[src]")].map(
      (one) => one.getAttribute("href") || one.getAttribute("src"),
    );
    const loaded = performance.getEntriesByType("resource").map((one) => new URL(one.name));
    const fonts = loaded.filter((one) => /\.woff2?$/.test(one.pathname)).map((one) => one.href);
    return [...new Set([...named, ...fonts])];
  }

  async function lay() {
    await navigator.serviceWorker.register(box.dataset.worker, { scope: page });
    const shell = await fetch(box.dataset.shell, { redirect: "error" });
    if (!shell.ok) throw new Error(String(shell.status));
    const cache = await caches.open(page);
    await cache.addAll(await needed(shell.clone()));
    await cache.put(page, shell);
  }

  async function takeAway() {
    await caches.delete(page);
    const found = await navigator.serviceWorker.getRegistration(page);
    if (found) await found.unregister();
  }

  keep.addEventListener("change", async () => {
    try {
      if (keep.checked) {
        await lay();
        localStorage.setItem(wish, "1");
      } else {
        localStorage.removeItem(wish);
        await takeAway();
      }
      show();
    } catch {
      show();
      line.textContent = box.dataset.lost;
    }
  });

  if (!("serviceWorker" in navigator) || !window.caches) {
    line.textContent = box.dataset.cannot;
    return;
  }
  box.querySelector("[data-choice]").hidden = false;
  show();
  if (keep.checked) {
    lay().catch(() => {
      line.textContent = box.dataset.lost;
    });
  }
})();
