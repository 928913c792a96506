// What is wrong with a typed code, in words.

import { say } from "./page.js";

export function codeFault({ fault, letter, missing, over }) {
  return say(`fault_${fault}`, { letter, missing, over });
}
