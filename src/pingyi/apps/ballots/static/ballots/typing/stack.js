// The forms of paper that one person types in: what they say, what is missing, where they are kept
// meanwhile, and the table that is sent. Knows no page.

import { Ballot, codeOfNumber, specials } from "../voter/paper.js";

/** What the table calls the special answers, in every language of the page. */
const WORDS = { abstained: "弃权", not_informed: "不了解" };
const MARKS = { abstained: "-", not_informed: "?" };

/** The code of what was typed for a paper of points; -1 if the paper doesn't take it. */
export function codeOfText(paper, text) {
  const typed = text.normalize("NFKC").trim();
  const special = specials(paper).find(([, kind]) => [MARKS[kind], WORDS[kind]].includes(typed));
  return special ? special[0] : codeOfNumber(paper, typed);
}

/** The answer with this code as the table writes it. */
function written(paper, code) {
  const special = specials(paper).find(([mark]) => mark === code);
  return special ? WORDS[special[1]] : paper.answers[code];
}

/** One form of paper. */
export class Sheet {
  constructor(forms, stack, label, place) {
    this.forms = forms;
    this.stack = stack;
    this.label = String(label);
    this.key = [stack.input, stack.rater_class, stack.paper, place].join(" ");
    this.paper = forms.papers[stack.form];
    this.missing = false;
    this.rate(this.paper.own && stack.targets.length > 1 ? null : stack.targets[0]);
  }

  /** Which target a form of the own unit rates; null while nobody said. */
  rate(own) {
    const before = this.ballot?.kept();
    this.own = own;
    const item = { paper: this.stack.form, targets: this.paper.own ? [] : this.stack.targets };
    this.ballot = own === null ? null : new Ballot(this.forms, item, own);
    if (before) this.ballot?.restore(before);
  }

  /** missing, done, part or blank */
  get status() {
    if (this.missing) return "missing";
    if (!this.ballot?.begun) return "blank";
    return this.ballot.open().length || this.empty ? "part" : "done";
  }

  /** Is every target left out? Then the form says nothing that a table could hold. */
  get empty() {
    return Boolean(this.ballot?.left.every(Boolean));
  }

  get finished() {
    return ["missing", "done"].includes(this.status);
  }

  kept() {
    const { missing, own } = this;
    const numbers = this.ballot?.targets.map((target) => target.number);
    return { missing, own, numbers, ...this.ballot?.kept() };
  }

  /** Take up what was kept, target by target: meanwhile others may wait than did then. */
  restore({ missing, own, numbers, sheets, left }) {
    this.missing = Boolean(missing);
    if (this.paper.own && this.stack.targets.includes(own)) this.rate(own);
    if (!this.ballot || !Array.isArray(numbers)) return;
    const places = this.ballot.targets.map((target) => numbers.indexOf(target.number));
    this.ballot.restore({
      sheets: places.map((place) => sheets?.[place]),
      left: places.map((place) => left?.[place]),
    });
  }

  /** Its rows in the table: column → text. */
  rows() {
    if (this.missing) return [];
    const { input, rater_class, paper } = this.stack;
    const { targets, sheets, left } = this.ballot;
    return targets.flatMap((target, place) => {
      if (left[place]) return [];
      const answers = sheets[place].map((code, n) => [
        this.paper.columns[n],
        written(this.paper, code),
      ]);
      const row = { input, rater_class, paper, ballot: this.label, target: target.code };
      return [{ ...row, ...Object.fromEntries(answers) }];
    });
  }
}

/** All forms, numbered through as on their backs. */
export function sheetsOf(forms) {
  const found = [];
  for (const stack of forms.stacks) {
    for (let place = 0; place < stack.number; place += 1) {
      found.push(new Sheet(forms, stack, found.length + 1, place));
    }
  }
  return found;
}

/** The table as it could have been uploaded; empty where no form came back. */
export function tableOf(sheets) {
  const rows = sheets.flatMap((sheet) => sheet.rows());
  if (!rows.length) return "";
  const answers = sheets.flatMap((sheet) => sheet.paper.columns);
  const columns = ["input", "rater_class", "paper", "ballot", "target", "unit", ...new Set(answers)];
  const cell = (text = "") => `"${text.replaceAll('"', '""')}"`;
  const lines = rows.map((row) => columns.map((column) => cell(row[column])).join(","));
  return [columns.join(","), ...lines].join("\r\n");
}

/** What lies in this tab, of this person alone; signing out clears it as it does every draft. */
export class Draft {
  constructor(user) {
    const page = `draft:${location.pathname}:`;
    this.name = page + user;
    for (const name of Object.keys(sessionStorage)) {
      if (name.startsWith(page) && name !== this.name) sessionStorage.removeItem(name);
    }
  }

  get there() {
    return sessionStorage.getItem(this.name) !== null;
  }

  keep(sheets) {
    const all = Object.fromEntries(sheets.map((sheet) => [sheet.key, sheet.kept()]));
    sessionStorage.setItem(this.name, JSON.stringify(all));
    const title = document.querySelector("h1").textContent.trim();
    sessionStorage.setItem(`draft-title:${location.pathname}`, title);
  }

  restore(sheets) {
    const all = JSON.parse(sessionStorage.getItem(this.name) ?? "{}");
    for (const sheet of sheets) sheet.restore(all[sheet.key] ?? {});
  }

  wipe() {
    sessionStorage.removeItem(this.name);
  }
}
