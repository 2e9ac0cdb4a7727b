import { BelfryError } from "./errors.js";

const mostShown = 80;

/** `Minute 61 is out of range 0-59 (character 1 of "61 * * * *").`, and what would be right. */
export function cronError(text: string, at: number, what: string, wouldBeRight?: string): BelfryError {
  const character = Math.min(at, text.length - 1) + 1;
  const sentence = `${what} (character ${character} of ${quoted(text)}).`;
  return new BelfryError(
    "invalid_cron",
    wouldBeRight === undefined ? sentence : `${sentence} ${wouldBeRight}`,
  );
}

/** The expression in quotes, without its end if it is very long; control characters are escaped. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > mostShown ? `${text.slice(0, mostShown)}…` : text);
}
