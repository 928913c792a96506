// Opens the page for visits where there is no connection, from what that page has laid aside on its
// owner's wish. Always the network first; nothing but this page and what it loads comes by here.
"use strict";
const PAGE = new URL(self.registration.scope).pathname;

async function forget() {
  await caches.delete(PAGE);
  await self.registration.unregister();
}

const today = () => new Date().toLocaleDateString("sv");

async function fromPhone(request) {
  const kept = await (await caches.open(PAGE)).match(request.url, { ignoreVary: true });
  const until = kept && kept.headers.get("X-Keep-Until");
  if (!until || until >= today()) return kept;
  await forget();
  return undefined;
}

async function answer(request) {
  let found;
  try {
    found = await fetch(request);
  } catch (lost) {
    const kept = await fromPhone(request);
    if (kept) return kept;
    throw lost;
  }
  // Whoever is not of the team any more keeps nothing of it.
  if (request.mode === "navigate" && [403, 404].includes(found.status)) await forget();
  return found;
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  if (event.request.method === "GET") event.respondWith(answer(event.request));
});
