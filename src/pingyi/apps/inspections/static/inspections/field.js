// The page for visits: what is filled in is on the device at once, and goes up when it is asked to.
"use strict";
(() => {
  const root = document.getElementById("field");
  const data = JSON.parse(document.getElementById("field-data").textContent);
  const store = window.fieldStore(data.store, data.address);
  const editor = root.querySelector("[data-editor]");
  const titles = new Map(data.places);
  const onServer = new Map(data.visits.map((visit) => [visit.id, visit]));
  const theirs = new Map();
  // Of a page from the phone, the server doesn't say which day it is.
  const last = [data.last, new Date().toLocaleDateString("sv")].sort()[0];
  let visit = null;

  const find = (name, inside = root) => inside.querySelector(`[data-${name}]`);
  const clone = (id) => document.getElementById(id).content.cloneNode(true);
  const titleOf = (one) => titles.get(one.place) || "";

  function tell(words, kind = "warning") {
    const box = find("message");
    box.textContent = words;
    box.className = `alert alert-${kind}`;
    box.hidden = !words;
    if (words) box.scrollIntoView({ block: "nearest" });
  }

  function showNet() {
    find("net").textContent = navigator.onLine ? root.dataset.online : root.dataset.offline;
    const { length } = store.all();
    find("count").textContent = length ? root.dataset.some.replace("{n}", length) : root.dataset.none;
    find("send-all").hidden = length === 0;
  }

  function showCards() {
    const local = new Map(store.all().map((one) => [one.id, one]));
    const shown = [...local.values(), ...[...onServer.values()].filter((one) => !local.has(one.id))];
    find("cards").replaceChildren(
      ...shown.map((one) => {
        const card = clone("field-card");
        find("title", card).textContent = titleOf(one);
        find("title-again", card).textContent = ` ${titleOf(one)} ${one.day}`;
        find("when", card).textContent = [one.day, one.by].filter(Boolean).join("　");
        const mark = clone(local.has(one.id) ? "field-local" : "field-sent");
        mark.firstElementChild.append(local.has(one.id) ? root.dataset.local : root.dataset.sent);
        find("state", card).append(mark);
        find("open", card).addEventListener("click", () => open(one));
        return card;
      }),
    );
    showNet();
  }

  // The editor

  function option(select, value, words, chosen) {
    select.append(new Option(words, value, false, value === chosen));
  }

  function addItem(list, item, place) {
    const row = clone("field-item");
    const [mark, note] = visit.answers[place] || ["", ""];
    row.querySelector("legend").textContent = `${place + 1}. ${item}`;
    for (const [value, word] of data.marks) {
      const radio = document.createElement("input");
      Object.assign(radio, { type: "radio", className: "btn-check", name: `mark-${place}`, value });
      radio.id = `mark-${place}-${value}`;
      radio.checked = value === mark;
      const label = document.createElement("label");
      Object.assign(label, { className: "btn", htmlFor: radio.id, textContent: word });
      row.querySelector("[data-marks]").append(radio, label);
    }
    const input = row.querySelector("input.form-control");
    Object.assign(input, { name: `note-${place}`, value: note });
    input.setAttribute("aria-label", `${item} ${input.placeholder}`);
    list.append(row);
  }

  function addFinding(found) {
    const row = clone("field-finding").firstElementChild;
    row.dataset.id = found.id;
    data.categories.forEach((name) => option(find("category", row), name, name, found.category));
    data.severities.forEach(([value, word]) =>
      option(find("severity", row), value, word, found.severity),
    );
    Object.assign(find("text", row), { value: found.text, maxLength: data.longest.text });
    find("remove", row).addEventListener("click", () => {
      row.remove();
      number();
      change();
    });
    find("findings", editor).append(row);
    number();
    return row;
  }

  function number() {
    editor.querySelectorAll("[data-findings] legend").forEach((legend, place) => {
      legend.textContent = root.dataset.finding.replace("{n}", place + 1);
    });
  }

  function open(one) {
    visit = structuredClone(one);
    editor.replaceChildren(clone("field-editor"));
    find("title", editor).textContent = titleOf(visit);
    Object.assign(editor.day, { value: visit.day, min: data.first, max: last });
    editor.covert.checked = visit.covert;
    Object.assign(editor.note, { value: visit.note, maxLength: data.longest.note });
    data.checklist.forEach((item, place) => addItem(find("list", editor), item, place));
    visit.findings.forEach(addFinding);
    find("add", editor).addEventListener("click", () => {
      const row = addFinding({ id: store.makeId(), category: data.categories[0], text: "" });
      change();
      find("text", row).focus();
    });
    find("close", editor).addEventListener("click", shut);
    find("drop", editor).hidden = !store.read(visit.id);
    find("take-mine", editor).addEventListener("click", takeMine);
    find("take-theirs", editor).addEventListener("click", takeTheirs);
    showTheirs();
    editor.hidden = false;
    editor.scrollIntoView({ block: "start" });
  }

  function shut() {
    visit = null;
    editor.hidden = true;
    editor.replaceChildren();
    showCards();
  }

  function read() {
    const marked = (place) => editor.querySelector(`[name=mark-${place}]:checked`);
    return {
      ...visit,
      // A copy that was sent meanwhile stands on a newer version than the one opened.
      base: (store.read(visit.id) || visit).base,
      day: editor.day.value,
      covert: editor.covert.checked,
      note: editor.note.value,
      answers: data.checklist.map((item, place) => [
        (marked(place) || { value: "" }).value,
        editor.elements[`note-${place}`].value,
      ]),
      findings: [...editor.querySelectorAll("[data-findings] > fieldset")]
        .map((row) => ({
          id: row.dataset.id,
          category: find("category", row).value,
          severity: find("severity", row).value,
          text: find("text", row).value,
        })),
    };
  }

  function change() {
    if (!visit) return;
    visit = read();
    const line = find("saved", editor);
    if (store.keep(visit)) {
      line.textContent = root.dataset.saved.replace("{time}", new Date().toLocaleTimeString());
      find("drop", editor).hidden = false;
    } else {
      line.textContent = root.dataset.full;
    }
    showCards();
  }

  // Sending

  async function send(id) {
    const answer = await store.send(id);
    const mine = visit && visit.id === id;
    if (answer.visit && answer.state === "done") {
      onServer.set(id, answer.visit);
      if (mine && !store.read(id)) shut();
    }
    if (answer.state === "differs") {
      theirs.set(id, answer.visit);
      if (mine) showTheirs();
      else open(store.read(id));
    }
    showCards();
    return answer;
  }

  function report({ state, error }) {
    if (state === "done") return tell(root.dataset.done, "success");
    if (state === "differs") return tell(root.dataset.differs);
    if (state === "refused") return tell(error, "danger");
    return tell(state === "lost" ? root.dataset.lost : root.dataset.signedOut, "danger");
  }

  function showTheirs() {
    const other = theirs.get(visit.id);
    find("theirs", editor).hidden = !other;
    if (!other) return;
    find("differs", editor).textContent = root.dataset.differs;
    const words = [other.by, other.note, ...other.findings.map((one) => one.text)];
    find("their-words", editor).textContent = words.filter(Boolean).join("；");
  }

  // Mine goes on top of theirs, with the problems that they found.
  function takeMine() {
    const other = theirs.get(visit.id);
    const mine = new Set(visit.findings.map((one) => one.id));
    const more = other.findings.filter((one) => !mine.has(one.id));
    const merged = { ...read(), base: other.base, findings: [...read().findings, ...more] };
    theirs.delete(visit.id);
    store.keep(merged);
    open(merged);
    send(merged.id).then(report);
  }

  function takeTheirs() {
    onServer.set(visit.id, theirs.get(visit.id));
    theirs.delete(visit.id);
    store.drop(visit.id);
    tell("");
    shut();
  }

  editor.addEventListener("input", change);
  editor.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter && event.submitter.dataset.drop !== undefined) return;
    change();
    send(visit.id).then(report);
  });
  editor.addEventListener("click", (event) => {
    const button = event.target.closest("[data-drop]");
    if (!button || !window.confirm(button.dataset.ask)) return;
    store.drop(visit.id);
    shut();
  });
  find("new").addEventListener("submit", (event) => {
    event.preventDefault();
    const place = Number(document.getElementById("field-place").value);
    const answers = data.checklist.map(() => ["", ""]);
    const facts = { day: last, covert: false, note: "", answers, findings: [] };
    open({ id: store.makeId(), place, base: 0, ...facts });
    change();
  });
  find("send-all").addEventListener("click", async () => {
    let last = null;
    for (const one of store.all()) {
      last = await send(one.id);
      if (last.state !== "done") break;
    }
    if (last) report(last);
  });
  ["online", "offline"].forEach((name) => window.addEventListener(name, showNet));

  data.places.forEach(([key, title]) => option(document.getElementById("field-place"), key, title));
  showCards();
})();
