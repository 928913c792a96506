// Ballots of paper, typed in one after another. What was typed stays in this tab until the end, and
// is then sent as the table that could have been uploaded.

import { byId, make, put, say } from "../voter/page.js";
import { specials } from "../voter/paper.js";
import { Draft, codeOfText, sheetsOf, tableOf } from "./stack.js";

const ICONS = { done: "check", part: "dots", blank: "circle-dashed", missing: "minus", differs: "alert-triangle" };

class Typing {
  constructor(page, draft) {
    this.wrong = page.differ;
    this.draft = draft;
    this.sheets = sheetsOf(page);
    draft.restore(this.sheets);
    const calls = (sheet) => this.differs(sheet) || !sheet.finished;
    this.place = Math.max(0, this.sheets.findIndex(calls));
  }

  get sheet() {
    return this.sheets[this.place];
  }

  differs(sheet) {
    return this.wrong.includes(sheet.label);
  }

  go(place) {
    this.place = place;
    this.draw();
    (this.controls()[0] ?? byId("typing-missing")).focus();
    byId("typing-where").scrollIntoView({ block: "nearest" });
  }

  next() {
    if (!this.sheet.finished) this.mend();
    else if (this.place + 1 < this.sheets.length) this.go(this.place + 1);
    else byId("typing-seal").focus();
  }

  /** Say what is missing on this form, and go there. */
  mend() {
    const { sheet } = this;
    if (sheet.empty) {
      this.fault(say("all_left"));
      byId("typing-missing").focus();
      return;
    }
    const wrong = (one) => one.classList.contains("is-invalid");
    const open = this.controls().find((one) => !one.value || wrong(one));
    const facts = { ...sheet.paper, label: sheet.label, what: open.getAttribute("aria-label") };
    this.fault(say(wrong(open) ? "not_a_score" : "not_finished", facts));
    open.focus();
  }

  fault(text) {
    byId("typing-fault").textContent = text;
    byId("typing-fault").hidden = !text;
  }

  changed() {
    this.draft.keep(this.sheets);
    this.fault("");
    this.tell();
  }

  /** Everything to be typed on this form, in order. */
  controls() {
    return [...byId("typing-form").querySelectorAll("[data-cell]:not(:disabled)")];
  }

  draw() {
    const { sheet, place, sheets } = this;
    byId("typing-where").textContent = say("where", { place: place + 1, total: sheets.length });
    byId("typing-what").textContent = [sheet.stack.channel, sheet.stack.title, sheet.paper.title].join(" · ");
    byId("typing-missing").checked = sheet.missing;
    const hints = specials(sheet.paper).map(([, kind]) => say(`type_${kind}`));
    byId("typing-hint").textContent = sheet.paper.points ? hints.join(" ") : say("type_choice");
    byId("typing-back").disabled = place === 0;
    byId("typing-next").textContent = say(place + 1 < sheets.length ? "next" : "to_the_end");
    put(byId("typing-form"), this.table());
    this.fault("");
    this.tell();
  }

  table() {
    const { sheet } = this;
    const heads = [say("target"), ...sheet.paper.dimensions.map(({ title }) => title)];
    if (!sheet.paper.own) heads.push(say("left"));
    const rows = sheet.ballot ? sheet.ballot.targets.map((_, row) => this.row(row)) : [this.unknown()];
    return make(
      "table",
      { class: "table typing-table mb-0" },
      make("caption", { class: "visually-hidden" }, byId("typing-where").textContent),
      make("thead", {}, make("tr", {}, heads.map((title) => make("th", { scope: "col" }, title)))),
      make("tbody", {}, rows),
    );
  }

  row(place) {
    const { ballot, paper, missing } = this.sheet;
    const off = missing || ballot.left[place];
    const cells = paper.dimensions.map((dimension, n) =>
      make("td", { "data-title": dimension.title }, this.cell(place, n, off)),
    );
    if (ballot.mayLeave) cells.push(make("td", { "data-title": say("left") }, this.leave(place)));
    return make("tr", {}, make("th", { scope: "row" }, this.target(place)), cells);
  }

  target(place) {
    const { sheet } = this;
    const { title } = sheet.ballot.targets[place];
    return sheet.paper.own && sheet.stack.targets.length > 1 ? this.choose() : title;
  }

  /** Nobody said yet whom this form rates. */
  unknown() {
    return make("tr", {}, make("th", { scope: "row" }, this.choose()));
  }

  choose() {
    const { sheet } = this;
    const options = sheet.forms.targets.filter(({ number }) => sheet.stack.targets.includes(number));
    return select(
      { "aria-label": say("target"), disabled: sheet.missing, "data-cell": true },
      options.map(({ number, title }) => [number, title]),
      sheet.own,
      (number) => {
        sheet.rate(number);
        this.changed();
        this.draw();
        this.controls()[0].focus();
      },
    );
  }

  cell(place, dimension, off) {
    const { ballot, paper } = this.sheet;
    const name = `${ballot.targets[place].title} · ${paper.dimensions[dimension].title}`;
    const code = ballot.sheets[place][dimension];
    const give = (given) => {
      ballot.set(place, dimension, given);
      this.changed();
    };
    const attributes = { "aria-label": name, disabled: off, "data-cell": true };
    if (paper.points) return this.number(attributes, code, give);
    const marks = specials(paper).map(([mark, kind]) => [mark, say(kind)]);
    const answers = [...paper.answers.map((label, n) => [n, label]), ...marks];
    const numbered = answers.map(([value, label], n) => [value, `${n + 1} ${label}`]);
    return select(attributes, numbered, code, give);
  }

  number(attributes, code, give) {
    const { paper } = this.sheet;
    const shown = (given) => {
      const special = specials(paper).find(([mark]) => mark === given);
      return special ? say(special[1]) : (paper.answers[given] ?? "");
    };
    const digits = /\./.test(paper.step) ? "decimal" : "numeric";
    const input = make("input", {
      ...attributes,
      type: "text",
      class: "form-control",
      autocomplete: "off",
      inputmode: specials(paper).length ? "text" : digits,
      value: code === null ? "" : shown(code),
      onfocus: () => input.select(),
      oninput: () => {
        const typed = codeOfText(paper, input.value);
        give(typed < 0 ? null : typed);
      },
      onchange: () => {
        const typed = codeOfText(paper, input.value);
        const wrong = typed < 0 && input.value.trim() !== "";
        input.setAttribute("aria-invalid", String(wrong));
        input.classList.toggle("is-invalid", wrong);
        if (wrong) this.fault(say("not_a_score", { ...paper, what: attributes["aria-label"] }));
        else input.value = shown(typed);
      },
    });
    return input;
  }

  leave(place) {
    const { ballot, missing } = this.sheet;
    const name = say("left_named", { title: ballot.targets[place].title });
    return make("input", {
      type: "checkbox",
      class: "form-check-input",
      "aria-label": name,
      checked: ballot.left[place],
      disabled: missing,
      onchange: (event) => {
        ballot.leave(place, event.target.checked);
        const cells = event.target.closest("tr").querySelectorAll("[data-cell]");
        for (const cell of cells) cell.disabled = event.target.checked;
        this.changed();
      },
    });
  }

  /** How far everything is, and a way to every form. */
  tell() {
    const left = this.sheets.filter((sheet) => !sheet.finished).length;
    byId("typing-state").textContent = left ? say("still", { left }) : say("complete");
    put(byId("typing-jump"), this.sheets.map((sheet, place) => this.jump(sheet, place)));
  }

  jump(sheet, place) {
    const status = this.differs(sheet) ? "differs" : sheet.status;
    const attributes = {
      type: "button",
      class: `btn btn-sm typing-${status}`,
      "aria-current": place === this.place ? "step" : null,
      onclick: () => this.go(place),
    };
    const mark = make("i", { class: `ti ti-${ICONS[status]}`, "aria-hidden": "true" });
    const words = make("span", { class: "visually-hidden" }, say(`is_${status}`));
    return make("li", {}, make("button", attributes, sheet.label, " ", mark, words));
  }

  /** Everything into the form that is sent; the first form that isn't finished instead. */
  seal(form) {
    const open = this.sheets.findIndex((sheet) => !sheet.finished);
    if (open >= 0) {
      this.go(open);
      this.mend();
      return;
    }
    const table = tableOf(this.sheets);
    const carried = new DataTransfer();
    if (table) carried.items.add(new File([table], "typed.csv", { type: "text/csv" }));
    form.elements.file.files = carried.files;
    form.elements.none.value = table ? "" : "on";
    form.requestSubmit(byId("typing-send"));
  }

  listen() {
    byId("typing-back").addEventListener("click", () => this.go(this.place - 1));
    byId("typing-next").addEventListener("click", () => this.next());
    byId("typing-seal").addEventListener("click", () => this.seal(byId("typing-sent")));
    byId("typing-missing").addEventListener("change", (event) => {
      this.sheet.missing = event.target.checked;
      this.changed();
      put(byId("typing-form"), this.table());
    });
    byId("typing-form").addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing || !event.target.matches("[data-cell]")) return;
      event.preventDefault();
      event.target.blur(); // so that it is read before anything is said of it
      const controls = this.controls();
      const after = controls[controls.indexOf(event.target) + 1];
      if (after) after.focus();
      else this.next();
    });
  }
}

/** A box to choose from, empty at first; `give(number)` hears of the choice, null for none. */
function select(attributes, options, chosen, give) {
  const parts = [[null, say("choose")], ...options].map(([value, title]) =>
    make("option", { value: value ?? "", selected: value === chosen }, title),
  );
  const hear = (event) => give(event.target.value === "" ? null : Number(event.target.value));
  return make("select", { ...attributes, class: "form-select", onchange: hear }, parts);
}

/** Sealed, and nothing wrong with it: what was typed isn't shown unless somebody wants to mend it. */
function fold({ sealed, differ }, draft, open) {
  const quiet = sealed && !differ.length;
  const notice = byId("typing-notice");
  const kept = say(draft.there ? "kept_here" : "not_here");
  const found = say(quiet ? "sealed" : "differ", { labels: differ.join("、") });
  put(notice, make("div", {}, make("div", {}, found), make("div", {}, kept)));
  notice.hidden = !quiet && !differ.length;
  notice.classList.add(quiet ? "alert-info" : "alert-warning");
  byId("typing-work").hidden = quiet;
  byId("typing-again").hidden = !quiet;
  byId("typing-again").addEventListener("click", () => {
    byId("typing-work").hidden = false;
    byId("typing-again").hidden = true;
    open();
  });
}

const page = JSON.parse(byId("typing-data").textContent);
const draft = new Draft(page.user);
if (!page.stacks.length) draft.wipe();
else if (!page.taken) {
  const typing = new Typing(page, draft);
  byId("typing").hidden = false;
  typing.draw();
  typing.listen();
  fold(page, draft, () => typing.go(typing.place));
}
