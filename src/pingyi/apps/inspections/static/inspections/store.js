// What a phone keeps of visits until the server has them: one entry a visit and account in
// localStorage, taken away once the answer says that it came in.
"use strict";
(() => {
  const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  // A random UUID; crypto.randomUUID needs HTTPS, which an office's own network may lack.
  function makeId() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  function token() {
    const found = document.cookie.match(/(?:^|; )csrftoken=([^;]*)/);
    if (found) return found[1];
    const meta = document.querySelector("meta[name=csrf-token]");
    return meta ? meta.content : "";
  }

  window.fieldStore = (prefix, address) => {
    const underWay = new Map();
    const read = (id) => JSON.parse(localStorage.getItem(prefix + id));

    function all() {
      const keys = Object.keys(localStorage).filter((key) => key.startsWith(prefix));
      return keys.map((key) => JSON.parse(localStorage.getItem(key)));
    }

    // False where the device has no room.
    function keep(visit) {
      try {
        localStorage.setItem(prefix + visit.id, JSON.stringify(visit));
        return true;
      } catch {
        return false;
      }
    }

    const drop = (id) => localStorage.removeItem(prefix + id);

    // Sends once, however often it is asked meanwhile. Gives {state, visit?, error?}: done, differs,
    // refused, signed-out or lost; all but done leave the device as it was.
    function send(id) {
      if (!underWay.has(id)) {
        underWay.set(id, sendOnce(id).finally(() => underWay.delete(id)));
      }
      return underWay.get(id);
    }

    async function sendOnce(id) {
      const before = localStorage.getItem(prefix + id);
      if (before === null) return { state: "done" };
      let answer;
      let data;
      try {
        answer = await fetch(address, {
          method: "POST",
          headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
          body: before,
          redirect: "manual",
        });
        if (!(answer.headers.get("Content-Type") || "").startsWith("application/json")) {
          return { state: answer.status >= 500 ? "lost" : "signed-out" };
        }
        data = await answer.json();
      } catch {
        return { state: "lost" };
      }
      if (data.diverged) return { state: "differs", visit: data.visit };
      if (!answer.ok) return { state: "refused", error: data.error };
      if (localStorage.getItem(prefix + id) === before) drop(id);
      else keep({ ...read(id), base: data.visit.base });
      return { state: "done", visit: data.visit };
    }

    return { all, keep, drop, read, send, makeId };
  };
})();
