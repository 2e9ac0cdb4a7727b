import { likelyIntent } from "./intent.js";
import { quotedAround } from "./quote.js";
import { BelfryError } from "../errors.js";

/** `Minute 61 is out of range 0-59 (character 1 of "61 * * * *").`, and what would be right. */
export function cronError(text: string, at: number, what: string, wouldBeRight?: string): BelfryError {
  const character = Math.min(at, text.length - 1) + 1;
  return wholeError(text, `${what} (character ${character} of ${quotedAround(text, at)}).`, wouldBeRight);
}

/** An error in a whole expression: what is wrong as a sentence, and what was most likely meant. */
export function wholeError(text: string, what: string, wouldBeRight?: string): BelfryError {
  const right = likelyIntent(text) ?? wouldBeRight;
  return new BelfryError("invalid_cron", right === undefined ? what : `${what} ${right}`);
}
