// Everything on one page before it is cast; what is missing must be chosen deliberately.

import { reading } from "./fields.js";
import { ask, button, byId, icon, make, put, say } from "./page.js";

/** Draw the review. `changed()` after a choice, `mend(place)` to go back, `cast()` when it's said. */
export function drawReview(ballot, { changed, mend, cast }) {
  const open = ballot.open();
  const redraw = () => {
    changed();
    drawReview(ballot, { changed, mend, cast });
  };
  put(byId("review-missing"), open.length ? missing(ballot, open, redraw) : complete());
  put(
    byId("review-list"),
    ballot.targets.map((_, place) => line(ballot, place, { redraw, mend })),
  );
  const press = byId("review-cast");
  press.disabled = open.length > 0;
  press.onclick = async () => {
    if (await ask(question(ballot), say("cast_now"))) cast();
  };
}

function question(ballot) {
  const left = ballot.left.filter(Boolean).length;
  if (left === ballot.targets.length) return say("ask_blank");
  return left ? say("ask_left", { left }) : say("ask_cast");
}

function complete() {
  return make("p", { class: "v-good" }, icon("check"), make("span", {}, say("review_complete")));
}

function missing(ballot, open, redraw) {
  const each = (act) => async () => {
    for (const place of open) act(place);
    redraw();
  };
  const { abstained } = ballot.paper;
  return make(
    "div",
    { class: "v-warn" },
    make("p", {}, icon("alert"), make("span", {}, say("review_missing", { missing: open.length }))),
    make(
      "div",
      { class: "v-buttons" },
      abstained === null
        ? null
        : button(say("all_abstain"), each((place) => ballot.fill(place, abstained))),
      ballot.mayLeave ? button(say("all_leave"), each((place) => ballot.leave(place, true))) : null,
    ),
  );
}

function line(ballot, place, { redraw, mend }) {
  const target = ballot.targets[place];
  const status = ballot.status(place);
  const open = ballot.isOpen(place);
  const { abstained } = ballot.paper;
  const edit = button(say(open ? "mend" : "change"), () => mend(place), "btn btn-sm", {
    "aria-label": say(open ? "mend_named" : "change_named", { title: target.title }),
  });
  const more = open
    ? [
        abstained === null
          ? null
          : button(
              say("abstain_rest"),
              () => {
                ballot.fill(place, abstained);
                redraw();
              },
              "btn btn-sm",
            ),
        ballot.mayLeave
          ? button(
              say("leave_short"),
              () => {
                ballot.leave(place, true);
                redraw();
              },
              "btn btn-sm",
            )
          : null,
      ]
    : [];
  return make(
    "li",
    { class: `v-line v-line-${status}` },
    make("div", { class: "v-line-head" }, make("h2", {}, heading(ballot, place)), edit),
    status === "left" ? make("p", { class: "v-help" }, say("is_left_long")) : answers(ballot, place),
    open ? make("div", { class: "v-buttons" }, more) : null,
  );
}

function heading(ballot, place) {
  const { title } = ballot.targets[place];
  return ballot.targets.length > 1 ? `${place + 1}. ${title}` : title;
}

function answers(ballot, place) {
  const pairs = ballot.paper.dimensions.map((named, dimension) => {
    const code = ballot.sheets[place][dimension];
    const css = code === null ? "v-nothing" : null;
    return make("div", {}, make("dt", {}, named.title), make("dd", { class: css }, reading(ballot.paper, code)));
  });
  return make("dl", { class: "v-answers" }, pairs);
}
