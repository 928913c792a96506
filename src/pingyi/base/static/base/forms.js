// Forms with data-guard: sent once however often the button is pressed, and not left unsaved
// unasked. With data-draft="<name>" what was typed is kept on this device until it is sent.
// With the draft goes the mark of what it was written over, so that nobody's words are saved over
// after a reload. Drafts don't outlive the signing out, which asks first, by their pages' headings.
// Where the answer takes longer than a second, the page says so, and how long it has been; and what
// it is at, where the strip names an address that tells.
"use strict";
(() => {
  const changed = new Set();
  const guarded = (form) => form instanceof HTMLFormElement && form.hasAttribute("data-guard");
  const keyOf = (form) => `draft:${location.pathname}:${form.dataset.draft}`;
  const kept = (input) =>
    /(^|-)seen$/.test(input.name) ||
    (input.name && !["hidden", "password", "file", "submit"].includes(input.type));

  function keep(form) {
    if (!form.dataset.draft) return;
    const values = [...form.elements].filter(kept).map((input) => {
      const box = input.type === "checkbox" || input.type === "radio";
      return [input.name, box ? input.value : null, box ? input.checked : input.value];
    });
    sessionStorage.setItem(keyOf(form), JSON.stringify(values));
    sessionStorage.setItem(`draft-title:${location.pathname}`, heading());
  }

  function heading() {
    const found = document.querySelector("h1");
    return (found ? found.textContent : document.title).trim();
  }

  function drafts() {
    return Object.keys(sessionStorage).filter((key) => key.startsWith("draft:"));
  }

  function forget() {
    const keys = Object.keys(sessionStorage).filter((key) => /^draft(-title)?:/.test(key));
    keys.forEach((key) => sessionStorage.removeItem(key));
    changed.clear();
  }

  // Before a button that signs out is sent: what would be lost, for asking.js to ask.
  function ask(form) {
    const titles = drafts().map((key) => sessionStorage.getItem(`draft-title:${key.split(":")[1]}`));
    if (changed.size) titles.push(heading());
    const names = [...new Set(titles.filter(Boolean))];
    const list = new Intl.ListFormat(document.documentElement.lang);
    if (names.length) form.dataset.ask = form.dataset.loses + list.format(names);
    else delete form.dataset.ask;
  }

  document.addEventListener("click", (event) => {
    const form = event.target.closest && event.target.closest("form[data-sign-out]");
    if (form) ask(form);
  });

  function bringBack(form) {
    const stored = form.dataset.draft && sessionStorage.getItem(keyOf(form));
    if (!stored || form.querySelector(".is-invalid")) return;
    for (const [name, value, state] of JSON.parse(stored)) {
      for (const input of [...form.elements].filter((i) => kept(i) && i.name === name)) {
        if (value === null) input.value = state;
        else if (input.value === value) input.checked = state;
      }
    }
    changed.add(form);
  }

  document.addEventListener("input", (event) => {
    const { form } = event.target;
    if (!guarded(form) || form.id === "bulk") return;
    changed.add(form);
    keep(form);
  });

  const strip = document.getElementById("working");
  let waiting;

  function wait(seconds) {
    waiting = setTimeout(() => {
      strip.querySelector("[data-seconds]").textContent = seconds;
      strip.hidden = false;
      if (strip.dataset.progress) follow();
      wait(seconds + 1);
    }, 1000);
  }

  async function follow() {
    const answer = await fetch(strip.dataset.progress).catch(() => null);
    const { text, share } = answer && answer.ok ? await answer.json() : {};
    if (!text) return;
    const known = Number.isInteger(share);
    const bar = strip.querySelector(".progress-bar");
    bar.classList.toggle("progress-bar-indeterminate", !known);
    bar.style.width = known ? `${share}%` : "";
    const stage = strip.querySelector("[data-stage]");
    const words = known ? `${text} ${share}%` : text;
    if (stage.textContent !== words) stage.textContent = words;
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.hasAttribute("data-sign-out")) forget();
    if (!guarded(form) || event.defaultPrevented) return;
    if (form.dataset.sent === "yes") {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    form.setAttribute("aria-busy", "true");
    changed.delete(form);
    if (strip && !form.target) wait(1);
    if (form.dataset.draft) sessionStorage.removeItem(keyOf(form));
    // After the browser has taken the button's value along.
    setTimeout(() => form.querySelectorAll("button").forEach((b) => (b.disabled = true)), 0);
  });

  // Back to the page, or an answer for htmx: the form may be sent again.
  function release(form) {
    if (form.dataset.sent !== "yes") return;
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
    clearTimeout(waiting);
    if (strip) strip.hidden = true;
    form.querySelectorAll("button").forEach((b) => (b.disabled = false));
  }
  window.addEventListener("pageshow", () => document.querySelectorAll("form").forEach(release));
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest && event.target.closest("form");
    if (form) release(form);
  });

  window.addEventListener("beforeunload", (event) => {
    changed.forEach((form) => form.isConnected || changed.delete(form));
    if (changed.size) event.preventDefault();
  });

  document.querySelectorAll("form[data-draft]").forEach(bringBack);
  const summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();
})();
