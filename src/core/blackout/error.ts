import { BelfryError } from "../errors.js";

const longestShown = 80;

/** `"SUNDAY" is not a weekday (in the blackout "SAT-SUNDAY"). Did you mean SUN?` */
export function blackoutError(when: string, what: string, wouldBeRight: string): BelfryError {
  const shown = when.length > longestShown ? `${when.slice(0, longestShown)}…` : when;
  const where = `(in the blackout ${JSON.stringify(shown)})`;
  return new BelfryError("invalid_schedule", `${what} ${where}. ${wouldBeRight}`);
}

/** What can be written, for a text that looks like none of it. */
export const blackoutForms =
  "Write days (SAT-SUN), times (22:00-06:00, MON-FRI 09:00-17:00, FRI 18:00 - MON 06:00), dates (2026-12-25, " +
  "12-25, 12-24 - 01-01) or from when until when (2026-12-24T18:00 - 2026-12-26T06:00).";
