// A ballot being filled in: which targets, which answers, what is missing. Knows no page.

import { NOT_RATED } from "./wire.js";

export const ABSTAINED = "abstained";
export const NOT_INFORMED = "not_informed";
const FEW = 11;

/** How one answer is chosen: among words, or as a number. */
export function asNumbers(paper) {
  return paper.points && paper.answers.length > FEW;
}

/** The special answers that the paper allows: [code, kind]. */
export function specials(paper) {
  const found = [];
  if (paper.abstained !== null) found.push([paper.abstained, ABSTAINED]);
  if (paper.not_informed !== null) found.push([paper.not_informed, NOT_INFORMED]);
  return found;
}

/** The code of a typed number; -1 if the paper doesn't take it. */
export function codeOfNumber(paper, text) {
  const typed = text.normalize("NFKC").trim().replace(/^\+/, "");
  if (!/^-?\d+(\.\d+)?$/.test(typed)) return -1;
  return paper.answers.findIndex((label) => plain(label) === plain(typed));
}

function plain(text) {
  const [whole, part = ""] = text.split(".");
  const rest = part.replace(/0+$/, "");
  const front = whole.replace(/^(-?)0+(?=\d)/, "$1");
  return rest ? `${front}.${rest}` : front.replace(/^-0$/, "0");
}

export class Ballot {
  /** `own`: the number of the own target where the paper rates only that. */
  constructor(form, item, own) {
    this.item = item;
    this.paper = form.papers[item.paper];
    const wanted = item.targets.length ? item.targets : [own];
    const byNumber = new Map(form.targets.map((target) => [target.number, target]));
    this.targets = wanted.map((number) => byNumber.get(number));
    this.sheets = this.targets.map(() => this.paper.dimensions.map(() => null));
    this.left = this.targets.map(() => false);
  }

  /** May a target be left out? */
  get mayLeave() {
    return !this.paper.own;
  }

  set(place, dimension, code) {
    this.sheets[place][dimension] = code;
    this.left[place] = false;
  }

  leave(place, left) {
    this.left[place] = left;
  }

  /** done, left, part or blank */
  status(place) {
    if (this.left[place]) return "left";
    const given = this.sheets[place].filter((code) => code !== null).length;
    if (given === this.sheets[place].length) return "done";
    return given ? "part" : "blank";
  }

  /** Places that are neither filled in nor left out. */
  open() {
    return this.targets.map((_, place) => place).filter((place) => this.isOpen(place));
  }

  isOpen(place) {
    return !["done", "left"].includes(this.status(place));
  }

  /** Has anything been entered? */
  get begun() {
    return this.targets.some((_, place) => this.status(place) !== "blank");
  }

  fill(place, code) {
    this.sheets[place] = this.sheets[place].map((given) => given ?? code);
  }

  /** Codes as they are cast. */
  codes() {
    return this.sheets.flatMap((sheet, place) =>
      this.left[place] ? sheet.map(() => NOT_RATED) : sheet,
    );
  }

  /** What is kept on the device. */
  kept() {
    return { sheets: this.sheets, left: this.left };
  }

  /** Take up what was kept, where it still fits. */
  restore({ sheets, left } = {}) {
    if (!Array.isArray(sheets) || sheets.length !== this.sheets.length) return;
    this.sheets = this.sheets.map((sheet, place) =>
      sheet.map((_, dimension) => this.known(sheets[place]?.[dimension])),
    );
    this.left = this.left.map((_, place) => this.mayLeave && Boolean(left?.[place]));
  }

  /** A code that the paper takes, else null. */
  known(value) {
    const special = specials(this.paper).some(([code]) => code === value);
    const common = Number.isInteger(value) && value >= 0 && value < this.paper.answers.length;
    return special || common ? value : null;
  }
}
