// Nobody is signed in: what pages have laid aside to open without a connection goes.
"use strict";
(async () => {
  if (window.caches) {
    for (const name of await caches.keys()) await caches.delete(name);
  }
  if ("serviceWorker" in navigator) {
    for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
  }
})();
