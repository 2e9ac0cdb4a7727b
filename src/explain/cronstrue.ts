import { toString } from "cronstrue";

const midnight = "At 00:00";

/** What cronstrue says of an expression of six fields. It is only asked what it is known to word rightly. */
export function described(fields: string): string {
  return toString(fields, { use24HourTimeFormat: true });
}

/** The same for fields of days and months alone: `, only on Friday`. */
export function describedDays(fields: string): string {
  return described(`0 0 0 ${fields}`).slice(midnight.length);
}
