import { type CronField, cronFields } from "./field.js";
import { nearestName } from "../nearest-name.js";

const everyUnits: Readonly<Record<string, string>> = {
  Second: "s",
  Minute: "m",
  Hour: "h",
  "Day of month": "d",
};

const placeOfNearest =
  "W stands in the day of month field: 15W is the weekday nearest to the 15th, LW the last one.";

/** What was meant by a step that is longer than the field. */
export function meantByStep(field: CronField, step: string): string | undefined {
  const unit = everyUnits[field.name];
  if (unit === undefined || Number(step) <= field.size) return undefined;
  return `For equal distances write every: ${step}${unit} in place of cron.`;
}

/** What was meant by a number that is out of the field's range. */
export function meantByNumber(field: CronField, value: number): string | undefined {
  if (value >= 1900 && value < 2200) return "A year cannot be named.";
  if (field === cronFields.hour && value === 24) return "Write 0 for midnight.";
  if (value === 60) return "Write 0.";
  if (field === cronFields.dayOfWeek) return "Sunday is 0 or 7, Saturday is 6.";
  return value === 0 ? `The first ${field === cronFields.month ? "month" : "day"} is 1.` : undefined;
}

/** Where a word stands that means nothing in this field, but something in another. */
function wordOfOther(field: CronField, word: string): string | null {
  if (word === "L" || word.startsWith("LAST")) return placeOfLast(field);
  if (word === "W" || word === "LW" || word === "WL") return placeOfNearest;
  const other = [cronFields.dayOfWeek, cronFields.month].find(({ names }) =>
    names.some((name) => name === word),
  );
  return other === undefined ? null : `${word} stands in the ${other.name.toLowerCase()} field.`;
}

/** What was meant by a word that the field does not have. */
export function meantByWord(field: CronField, word: string): string {
  const other = wordOfOther(field, word.toUpperCase());
  if (other !== null) return other;
  if (field.names.length === 0) return `Write ${numberOf(field)}.`;
  if (field === cronFields.dayOfWeek && /^weekdays?$/i.test(word)) return "Write MON-FRI.";
  const nearest = nearestName(word, field.names);
  if (nearest !== null) return `Did you mean ${nearest}?`;
  return `Write ${field.low}-${field.high} or ${field.names[0]}-${field.names.at(-1)}.`;
}

function placeOfLast(field: CronField): string {
  if (field === cronFields.dayOfWeek) return "Write 6 for Saturday, or 5L for the last Friday of the month.";
  if (field === cronFields.dayOfMonth) {
    return "Write L for the last day of the month; 5L, the last Friday, stands in the day of week field.";
  }
  return "L stands in the day of month field, or after a day of week, as in 5L.";
}

/** In which field a mark may stand, if it is another one. */
export function placeOf(field: CronField, code: number): string | null {
  const mark = String.fromCodePoint(code).toUpperCase();
  if (mark === "~") return "For a number by chance write H with a range, such as H(0-29).";
  if (mark === "W") return field === cronFields.dayOfMonth ? null : placeOfNearest;
  if (mark === "L") return field === cronFields.dayOfWeek ? null : placeOfLast(field);
  if (mark !== "#" || field === cronFields.dayOfWeek) return null;
  return "# stands in the day of week field: MON#2 is the second Monday.";
}

/** All that may be written in the field. */
export function whatItTakes(field: CronField): string {
  const { low, high } = field;
  const plain = `numbers ${low}-${high}, lists (1,5), ranges (1-5)`;
  if (field === cronFields.dayOfMonth) return `It takes ${plain}, steps (*/5), L, LW, L-3 and 15W.`;
  if (field === cronFields.dayOfWeek) return `It takes ${plain}, steps (*/5), FRIL and MON#2.`;
  return `It takes ${plain} and steps (*/5).`;
}

export function numberOf({ low, high }: CronField): string {
  return `a number ${low}-${high}, or *`;
}
