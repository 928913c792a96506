// The page itself: its words (from the template, so that they are translated), parts, screens.

const lines = document.getElementById("words")?.content.querySelectorAll("[data-word]") ?? [];
const words = new Map(Array.from(lines, (line) => [line.dataset.word, line.textContent.trim()]));

/** A sentence of the template; `{name}` in it becomes `values.name`. */
export function say(word, values = {}) {
  const text = words.get(word) ?? word;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

export const byId = (id) => document.getElementById(id);

/** An element. Strings become text, never markup. `on…` are listeners. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

export function button(text, press, css = "btn", attributes = {}) {
  return make("button", { type: "button", class: css, onclick: press, ...attributes }, text);
}

/** A picture of the sheet of icons in the template, silent for screen readers. */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const picture = document.createElementNS(space, "svg");
  picture.setAttribute("class", "v-icon");
  picture.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `#icon-${name}`);
  picture.append(use);
  return picture;
}

/** Put text or elements in place of what an element holds. */
export function put(element, ...children) {
  element.replaceChildren(...children.flat().filter((child) => child !== null));
  return element;
}

/** Show one screen; its heading is focused, so that it is read aloud. */
export function show(name) {
  let heading = null;
  for (const screen of document.querySelectorAll("[data-screen]")) {
    screen.hidden = screen.dataset.screen !== name;
    if (!screen.hidden) heading = screen.querySelector("h1, h2");
  }
  document.body.dataset.showing = name;
  focusOn(heading);
  toTop();
}

export function toTop() {
  window.scrollTo({ top: 0, behavior: "instant" });
}

export function showing(name) {
  return document.body.dataset.showing === name;
}

export function focusOn(element) {
  if (!element) return;
  if (!element.matches("a, button, input, select")) element.setAttribute("tabindex", "-1");
  element.focus({ preventScroll: true });
}

/** Read aloud without moving the focus. */
export function announce(text) {
  const live = byId("live");
  live.textContent = "";
  setTimeout(() => (live.textContent = text), 60);
}

/** A lasting notice above the screen, read aloud once; empty text removes it. */
export function notice(text, kind = "warning") {
  const place = byId("notice");
  if (place.dataset.text === text) return;
  place.dataset.text = text;
  place.hidden = !text;
  put(place, ...(text ? [icon(kind === "info" ? "info" : "alert"), make("span", {}, text)] : []));
  place.className = `v-notice v-notice-${kind}`;
}

/** Ask before something is done: true for yes. */
export function ask(text, word) {
  const dialog = byId("ask");
  if (!dialog.showModal) return Promise.resolve(window.confirm(text));
  byId("ask-text").textContent = text;
  const yes = dialog.querySelector("button[value=yes]");
  yes.textContent = word ?? yes.dataset.word;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}
