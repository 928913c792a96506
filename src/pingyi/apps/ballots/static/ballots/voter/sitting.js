// One code at one device: what it is good for, what is open, what is done. Knows no page but words.

import { say } from "./page.js";

const [WAITING, OPEN, LOCKED, CLEARED] = [0, 1, 2, 3];
export const CLOSED = new Set([LOCKED, CLEARED]);

export class Sitting {
  /** `found`: what `look` told; `state`: what the box is at. */
  constructor(form, drafts, code, found, state) {
    Object.assign(this, { form, drafts, code });
    this.receipts = []; // of this sitting, in memory only
    this.casting = false;
    this.named = form.classes[found.class];
    this.own = found.target;
    const marks = [...found.items];
    this.items = form.items.filter((_, i) => marks[i] !== "-");
    this.paper = form.papers[this.items[0]?.paper ?? 0];
    this.spent = new Set(form.items.filter((_, i) => marks[i] === "x").map((item) => item.number));
    this.take(state);
  }

  take(state) {
    const digits = [...state.items].map(Number);
    this.states = new Map(this.form.items.map((item, i) => [item.number, digits[i]]));
  }

  /** The same item of a form that was read anew. */
  renewed(form, number) {
    const mine = new Set(this.items.map((item) => item.number));
    this.form = form;
    this.items = form.items.filter((item) => mine.has(item.number));
    return this.item(number);
  }

  item(number) {
    return this.items.find((item) => item.number === number);
  }

  stateOf(item) {
    return this.states.get(item.number) ?? CLEARED;
  }

  /** The item to fill in now; one with a draft before others. */
  current() {
    const free = this.items.filter(
      (item) => !this.spent.has(item.number) && this.stateOf(item) === OPEN,
    );
    return free.find((item) => this.drafts.of(item.number)?.sheets) ?? free[0] ?? null;
  }

  /** Is something still to be opened for this code? */
  waits() {
    return this.items.some((i) => !this.spent.has(i.number) && this.stateOf(i) === WAITING);
  }

  /** cast, waiting, open or missed */
  stateWord(item) {
    if (this.spent.has(item.number)) return "cast";
    return { [WAITING]: "waiting", [OPEN]: "open" }[this.stateOf(item)] ?? "missed";
  }

  /** What an item rates, in words: the presenter's unit, or the paper. */
  whatOf(item) {
    const alone = item.targets.length === 1 && item.targets[0];
    const number = alone || (item.targets.length ? 0 : this.own);
    return this.form.targets.find((target) => target.number === number)?.title ?? this.paper.title;
  }

  /** How many are rated and how it is cast, in words. */
  how() {
    if (this.items.length > 1) return say("how_sheets", { total: this.items.length });
    if (this.paper.own) return say("how_own", { what: this.whatOf(this.items[0]) });
    return say("how_whole", { total: this.items[0]?.targets.length ?? 0 });
  }

  hasDrafts() {
    return this.items.some((item) => this.drafts.of(item.number));
  }

  /** A receipt with what is needed to find its place again. */
  entry(item, receipt) {
    const { slug, title, rehearsal } = this.form;
    return { slug, title, rehearsal, what: item ? this.whatOf(item) : "", receipt };
  }

  /** It lies in the box: nothing but the receipt stays, and that in memory. */
  counted(item, receipt) {
    this.spent.add(item.number);
    this.receipts.push(this.entry(item, receipt));
    this.drafts.wipe(item.number);
  }
}
