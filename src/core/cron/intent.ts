import { cronFields } from "./field.js";
import { quoted } from "./quote.js";
import { nearestName } from "../nearest-name.js";

const every = "For equal distances write every, such as every: 5m, in place of cron.";
const once = "For one instant write at in place of cron.";
const oneALine = "Write one expression a line.";

// What other programs take for an expression, by how it begins or what it is.
const wholes: readonly (readonly [RegExp, string])[] = [
  [/^["'`\u00ab\u2018-\u201f]/, "Leave the quotes away."],
  [/^(CRON_)?TZ=/i, "Write the zone apart, as timezone."],
  [/^\w+\s*=/, "Leave variables away."],
  [/^#/, "Leave comments away."],
  [
    /^cron\s*\(/i,
    "Write the fields without cron( ) and without the year; days of week count from 0 = SUN, not from 1.",
  ],
  [/^(rate\s*\(|every\b|\d+(\.\d+)?\s*(ms|s|secs?|seconds?|m|mins?|minutes?|h|hours?|d|days?)$)/i, every],
  [/^(at\s*\(|\d{4}-\d\d-\d\d)/i, once],
  [/^\*{5,6}$/, 'Put blanks between the fields: "* * * * *".'],
];

// What betrays another way of writing wherever it stands.
const parts: readonly (readonly [RegExp, string])[] = [
  [
    /\*-\*|\d:\d\d|[a-z]\.\.[a-z]/i,
    'A time of day is written as minute and hour: "30 3 * * *" is each day at 03:30.',
  ],
  [/\d\.\.\d/, "Write a range with -, such as 1-5."],
  [/\d\s*[ap]m\b/i, "Write hours as 0-23."],
  [/^(\S+\s+){4,5}\S*([;|&](\s|$)|,\s)|\\n/, oneALine],
  [/["'`\u00bb\u2018-\u201f]$/, "Leave the quotes away."],
];

const words = /^(hourly|daily|midnight|weekly|monthly|yearly|annually)$/i;
const plainField = /^[\da-z*?,/#()-]+$/i;
const years = /^(19|20|21)\d\d([-,/]\d+)*$/;

/** What somebody most likely meant by a text that is no cron expression, as a sentence of what to write; null if unclear. */
export function likelyIntent(text: string): string | null {
  const trimmed = text.trim();
  if (words.test(trimmed)) return `Did you mean @${trimmed.toLowerCase()}?`;
  return firstMatch(wholes, trimmed) ?? meantByFields(trimmed.split(/\s+/)) ?? firstMatch(parts, trimmed);
}

function firstMatch(intents: readonly (readonly [RegExp, string])[], text: string): string | null {
  return intents.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}

function meantByFields(fields: readonly string[]): string | null {
  if (fields.length < 6 || !fields.slice(0, 5).every((field) => plainField.test(field))) return null;
  const last = fields.at(-1)!;
  if (fields.length === 7 && (last === "*" || years.test(last))) return withoutYear(fields);
  if (fields.length === 6 && (years.test(last) || hasBlankHourOrMonth(fields))) return withoutYear(fields);
  return isCommand(fields.slice(5)) ? `Leave the command away: ${fieldsOf(fields, 5)}.` : null;
}

// With leading seconds these two stand where `?` means nothing: they are the day fields of six fields that end in a year.
function hasBlankHourOrMonth(fields: readonly string[]): boolean {
  return fields[2] === "?" || fields[4] === "?";
}

function withoutYear(fields: readonly string[]): string {
  return `A year cannot be named: write ${fieldsOf(fields, fields.length - 1)}.`;
}

/** Whether words after five fields are a command: one word must not look like the name of a weekday. */
function isCommand(words: readonly string[]): boolean {
  if (words.length > 1) return /[a-z]{2}|\//i.test(words.join(" "));
  if (/^[/.~$]/.test(words[0]!)) return true;
  const letters = /^[a-z]{3,}/i.exec(words[0]!)?.[0];
  return letters !== undefined && nearestName(letters, cronFields.dayOfWeek.names) === null;
}

function fieldsOf(fields: readonly string[], count: number): string {
  return quoted(fields.slice(0, count).join(" "));
}
