import { BelfryError } from "../../core/errors.js";

/** Takes a run's id as it is, if it can be one. */
export function runId(text: string): string {
  if (/^[1-9]\d{0,17}$/.test(text)) return text;
  throw new BelfryError(
    "invalid_request",
    `"${text}" is not the id of a run: that is a whole number, as "belfry run list" shows it.`,
  );
}
