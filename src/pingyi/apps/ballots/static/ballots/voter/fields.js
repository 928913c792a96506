// One question of a paper as a part of the page: words to choose from, or a number.

import { button, make, say } from "./page.js";
import { asNumbers, codeOfNumber, specials } from "./paper.js";

const MANY = 20;
const STRONG = 5;

/** A field for one dimension of one target. `changed()` hears of every answer. */
export function field(ballot, place, dimension, changed, { grid = false } = {}) {
  const named = ballot.paper.dimensions[dimension];
  const target = ballot.targets[place];
  const id = `q-${place}-${dimension}`;
  const legend = make(
    "legend",
    { class: grid ? "visually-hidden" : "v-legend" },
    grid ? `${target.title} · ${named.title}` : named.title,
  );
  const help =
    named.help && !grid ? make("p", { class: "v-help", id: `${id}-help` }, named.help) : null;
  const body = asNumbers(ballot.paper) ? numberBody : choiceBody;
  const answer = (code) => {
    ballot.set(place, dimension, code);
    changed(place);
  };
  const parts = body(ballot, place, dimension, { id, answer, grid });
  return make(
    "fieldset",
    { class: "v-field", "aria-describedby": help ? help.id : null },
    legend,
    help,
    parts,
  );
}

function choiceBody(ballot, place, dimension, { id, answer }) {
  const { paper } = ballot;
  const now = () => ballot.sheets[place][dimension];
  const common = paper.answers.map((label, code) => choice(id, code, label, now(), answer));
  const special = specials(paper).map(([code, kind]) => choice(id, code, say(kind), now(), answer));
  const few = paper.answers.length <= 4 ? ` v-choices-${paper.answers.length}` : "";
  return [
    make("div", { class: `v-choices${few}` }, common),
    special.length ? make("div", { class: "v-choices v-specials" }, special) : null,
  ];
}

function choice(name, code, label, now, answer) {
  const input = make("input", {
    type: "radio",
    name,
    value: code,
    checked: code === now,
    onchange: () => answer(code),
  });
  return make("label", { class: "v-choice" }, input, make("span", {}, label));
}

/** Minus counts down from the full mark and plus up from the lowest where nothing stands yet. */
function numberBody(ballot, place, dimension, { id, answer, grid }) {
  const { paper } = ballot;
  const last = paper.answers.length - 1;
  const fault = make("p", { class: "v-fault", id: `${id}-fault`, hidden: true });
  const input = make("input", {
    type: "text",
    inputmode: /\./.test(paper.step) ? "decimal" : "numeric",
    class: "v-number",
    placeholder: `${paper.least}–${paper.most}`,
    autocomplete: "off",
    id,
    "aria-label": say("score_of", {
      what: ballot.paper.dimensions[dimension].title,
      least: paper.least,
      most: paper.most,
    }),
    "aria-describedby": fault.id,
  });
  const marks = specials(paper).map(([code, kind]) => [
    code,
    button(say(kind), () => give(now() === code ? null : code), "v-choice v-toggle"),
  ]);
  const now = () => ballot.sheets[place][dimension];

  function draw() {
    const code = now();
    input.value = code !== null && code <= last ? paper.answers[code] : "";
    for (const [mark, part] of marks) part.setAttribute("aria-pressed", String(mark === code));
    wrong("");
  }
  function wrong(text) {
    fault.textContent = text;
    fault.hidden = !text;
    input.setAttribute("aria-invalid", String(Boolean(text)));
  }
  function give(code) {
    answer(code);
    draw();
  }
  function move(step) {
    const code = now();
    const from = code !== null && code <= last ? code : step < 0 ? last : 0;
    give(Math.min(last, Math.max(0, from + step)));
  }
  input.addEventListener("input", () => {
    const code = codeOfNumber(paper, input.value);
    answer(code < 0 ? null : code);
    for (const [mark, part] of marks) part.setAttribute("aria-pressed", String(mark === code));
    if (code >= 0) wrong("");
  });
  input.addEventListener("change", () => {
    const empty = !input.value.trim();
    const bounds = { least: paper.least, most: paper.most, step: paper.step };
    if (now() === null && !empty) wrong(say("not_a_score", bounds));
    else draw();
  });
  input.addEventListener("keydown", (event) => {
    const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    move(step);
  });
  draw();
  const steps = paper.answers.length > MANY ? [-STRONG, -1, 1, STRONG] : [-1, 1];
  const [down, up] = [steps.filter((s) => s < 0), steps.filter((s) => s > 0)].map((side) =>
    side.map((step) => stepButton(paper, step, move)),
  );
  const row = grid ? [input] : [...down, input, ...up];
  return [
    make("div", { class: "v-score" }, row),
    fault,
    marks.length ? make("div", { class: "v-choices v-specials" }, marks.map(([, p]) => p)) : null,
  ];
}

function stepButton(paper, step, move) {
  const size = sized(paper.step, Math.abs(step));
  const sign = step < 0 ? "−" : "+";
  const name = say(step < 0 ? "lower_by" : "raise_by", { size });
  return button(`${sign}${size}`, () => move(step), "v-step", { "aria-label": name });
}

/** `times` steps, as text; steps are short decimals. */
function sized(step, times) {
  const digits = (step.split(".")[1] ?? "").length;
  return (Number(step) * times).toFixed(digits).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
}

/** How an answer reads. */
export function reading(paper, code) {
  if (code === null) return say("nothing");
  const special = specials(paper).find(([mark]) => mark === code);
  if (special) return say(special[1]);
  return paper.points ? say("points", { points: paper.answers[code] }) : paper.answers[code];
}
