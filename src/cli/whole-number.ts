import { BelfryError } from "../core/errors.js";

/** Reads an option's value as a whole number of the range. */
export function wholeNumber(option: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new BelfryError(
      "invalid_request",
      `"${text}" is out of place for ${option}: write a whole number from ${least} to ${most}.`,
    );
  };
}
