// Filling in: one target at a time, an overview to jump from, or all in a grid on a wide screen.

import { field } from "./fields.js";
import { announce, button, byId, focusOn, icon, make, put, say, toTop } from "./page.js";

const MARKS = { done: "check", part: "half", blank: "circle", left: "minus" };
const FAR = 70;

export class Filling {
  /** `keep(place)` hears of every change; `finish()` when the voter wants to look it over. */
  constructor(ballot, place, { keep, finish }) {
    this.ballot = ballot;
    this.place = Math.min(place ?? 0, ballot.targets.length - 1);
    this.keep = keep;
    this.finish = finish;
  }

  get total() {
    return this.ballot.targets.length;
  }

  draw(view) {
    this.view = this.total > 1 ? view : "one";
    const grid = this.view === "grid";
    byId("fill-one").hidden = grid;
    byId("fill-grid").hidden = !grid;
    document.body.dataset.view = this.view;
    byId("fill-view").textContent = say(grid ? "view_one" : "view_grid");
    byId("fill-view").hidden = this.total === 1;
    byId("fill-grid").classList.toggle("v-slim", this.ballot.paper.dimensions.length === 1);
    if (grid) this.drawGrid();
    else this.drawOne();
    this.tell();
  }

  go(place) {
    this.place = place;
    this.keep(place);
    this.drawOne();
    toTop();
    focusOn(byId("fill-title"));
  }

  /** Stays where a number is no score of this paper: turning the page would lose it. */
  next() {
    const wrong = byId("fill-fields").querySelector('[aria-invalid="true"]');
    if (wrong) {
      wrong.focus();
      return;
    }
    if (this.place + 1 < this.total) this.go(this.place + 1);
    else this.finish();
  }

  back() {
    if (this.place) this.go(this.place - 1);
  }

  drawOne() {
    const { ballot, place } = this;
    const target = ballot.targets[place];
    byId("fill-title").textContent = target.title;
    byId("fill-who").textContent = target.presenter ? say("presenter", { name: target.presenter }) : "";
    const where = byId("fill-where");
    where.textContent = say("where", { place: place + 1, total: this.total });
    where.hidden = this.total === 1;
    put(byId("fill-fields"), this.fields(place));
    put(byId("fill-leave"), ballot.mayLeave ? this.leaveBox(place) : null);
    byId("fill-back").disabled = place === 0;
    byId("fill-over").hidden = this.total === 1;
    byId("fill-back").hidden = this.total === 1;
    byId("fill-turn").classList.toggle("v-alone", this.total === 1);
    byId("fill-next").textContent = say(place + 1 < this.total ? "next" : "look_over");
    this.tell();
  }

  fields(place) {
    return this.ballot.paper.dimensions.map((_, dimension) =>
      field(this.ballot, place, dimension, () => this.changed(place)),
    );
  }

  leaveBox(place) {
    const input = make("input", {
      type: "checkbox",
      class: "form-check-input",
      checked: this.ballot.left[place],
      onchange: () => {
        this.ballot.leave(place, input.checked);
        this.changed(place);
      },
    });
    return make("label", { class: "v-leave" }, input, make("span", {}, say("leave_out")));
  }

  /** An answer was given: keep it, and show how far it is. */
  changed(place) {
    this.keep(this.place);
    const box = byId("fill-leave").querySelector("input");
    if (box && this.view === "one") box.checked = this.ballot.left[place];
    this.tell();
  }

  tell() {
    const missing = this.ballot.open().length;
    const done = this.total - missing;
    const lacks = this.total > 1 ? say("missing", { missing }) : say("missing_one");
    const text = missing ? lacks : say("all_done");
    byId("fill-state").textContent = text;
    const bar = byId("fill-bar");
    bar.max = this.total;
    bar.value = done;
    bar.hidden = this.total === 1;
    bar.setAttribute("aria-label", text);
    if (this.view === "grid") this.tellGrid();
  }

  /** All targets at a glance; `jump(place)` is called with the chosen one. */
  drawOverview(jump) {
    put(
      byId("overview-list"),
      this.ballot.targets.map((target, place) => {
        const status = this.ballot.status(place);
        const attributes = {
          type: "button",
          class: `v-cell v-cell-${status}`,
          onclick: () => jump(place),
          "aria-current": place === this.place ? "true" : null,
        };
        const name = make("span", { class: "v-cell-name" }, `${place + 1}. ${target.title}`);
        const mark = make("span", { class: "v-mark" }, icon(MARKS[status]), say(`is_${status}`));
        return make("li", {}, make("button", attributes, name, mark));
      }),
    );
  }

  drawGrid() {
    const { ballot } = this;
    const heads = ballot.paper.dimensions.map((named) =>
      make(
        "th",
        { scope: "col" },
        named.title,
        named.help && named.help !== named.title ? make("span", { class: "v-help" }, named.help) : null,
      ),
    );
    const first = make("th", { scope: "col" }, say("target"));
    const last = make("th", { scope: "col", class: "v-grid-state" }, say("state"));
    put(byId("grid-head"), make("tr", {}, first, heads, last));
    put(
      byId("grid-body"),
      ballot.targets.map((_, place) => this.gridRow(place)),
    );
  }

  gridRow(place) {
    const { ballot } = this;
    const target = ballot.targets[place];
    const cells = ballot.paper.dimensions.map((_, dimension) =>
      make("td", {}, field(ballot, place, dimension, () => this.changed(place), { grid: true })),
    );
    const who = target.presenter ? make("span", { class: "v-help" }, target.presenter) : null;
    const state = make("span", { class: "v-mark", "data-state": place });
    const leave = ballot.mayLeave
      ? button("", () => this.toggleLeft(place), "v-choice v-toggle v-grid-leave", {
          "data-leave": place,
          "aria-label": say("leave_out_named", { title: target.title }),
        })
      : null;
    if (leave) leave.textContent = say("leave_short");
    return make(
      "tr",
      { "data-row": place },
      make("th", { scope: "row" }, `${place + 1}. ${target.title}`, who),
      cells,
      make("td", { class: "v-grid-state" }, state, leave),
    );
  }

  toggleLeft(place) {
    this.ballot.leave(place, !this.ballot.left[place]);
    this.changed(place);
  }

  tellGrid() {
    for (const place of this.ballot.targets.keys()) {
      const status = this.ballot.status(place);
      const row = byId("grid-body").querySelector(`[data-row="${place}"]`);
      row.className = `v-row-${status}`;
      put(row.querySelector("[data-state]"), icon(MARKS[status]), say(`is_${status}`));
      row.querySelector("[data-leave]")?.setAttribute("aria-pressed", String(status === "left"));
    }
  }
}

/** Swiping over the target turns the page; not over a number or while scrolling. */
export function swipes(area, filling) {
  let start = null;
  area.addEventListener(
    "touchstart",
    (event) => {
      const touch = event.touches[0];
      const alone = event.touches.length === 1 && !event.target.closest("input[type=text]");
      start = alone ? { x: touch.clientX, y: touch.clientY } : null;
    },
    { passive: true },
  );
  area.addEventListener(
    "touchend",
    (event) => {
      if (!start || !filling()) return;
      const touch = event.changedTouches[0];
      const [x, y] = [touch.clientX - start.x, touch.clientY - start.y];
      start = null;
      if (Math.abs(x) < FAR || Math.abs(x) < 2 * Math.abs(y)) return;
      const turned = filling();
      if (x > 0) turned.back();
      else if (turned.place + 1 < turned.total) turned.next();
      announce(byId("fill-where").textContent);
    },
    { passive: true },
  );
}
