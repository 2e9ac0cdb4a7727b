import { BelfryError } from "./errors.js";
import { listed } from "./listed.js";

/** The error of a definition that breaks a law. */
export function wrong(message: string): BelfryError {
  return new BelfryError("invalid_schedule", message);
}

/** Whether a value of any type is a whole number between two bounds, both included. */
export function isWithin(value: unknown, low: number, high: number): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= low && value <= high;
}

/** Throws unless the value is one of the words; `what` says what they say, such as "what becomes of missed fires". */
export function checkWord(value: unknown, words: readonly string[], what: string): void {
  if ((words as readonly unknown[]).includes(value)) return;
  const found = typeof value === "string" ? quoted(value) : `A value of type ${typeof value}`;
  throw wrong(`${found} does not say ${what}. Write ${listed(words, "or")}.`);
}

/** A value of any type as a message shows it. */
export function quoted(value: unknown): string {
  if (typeof value === "string")
    return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}...` : value);
  return typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : `a value of type ${typeof value}`;
}
