import type { CronSpec } from "../cron/cron.js";
import { quoted } from "../cron/quote.js";
import { type DstRule, onceADay } from "../clock/dst-rule.js";
import { clockChangeWords, midnightWords } from "./clock.js";
import { bothDays, shortMonth } from "./days.js";
import { writtenFields } from "./fields.js";
import { unevenSteps } from "./steps.js";
import { everyMinute, everySecond, onTheHour } from "./times.js";
import { abbreviationWords } from "./zone-abbreviations.js";
import { type Zone, zoneOf } from "../clock/zone.js";

export const lintCodes = [
  "every_second",
  "every_minute",
  "both_days",
  "uneven_step",
  "short_month",
  "on_the_hour",
  "midnight",
  "zone_abbreviation",
  "clock_change",
] as const;
export type LintCode = (typeof lintCodes)[number];

/** What in a schedule may not mean what its writer meant, and what to write instead. It is no error. */
export interface Lint {
  readonly code: LintCode;
  readonly message: string;
}

export interface LintOptions {
  /** From when on clock changes are of interest. */
  readonly nowMs: number;
  readonly dst?: DstRule;
  /** A schedule whose fires are spread does not begin on the hour. */
  readonly spreadSec?: number;
}

/** What may surprise in a schedule's expressions and zone, in the order of `lintCodes`. Throws `invalid_timezone`. */
export function lintCron(crons: readonly CronSpec[], timeZone: string, options: LintOptions): Lint[] {
  const zone = zoneOf(timeZone);
  const { nowMs, dst = onceADay } = options;
  const ofExpressions = crons.flatMap((spec) => {
    const lints = lintsOf(spec, zone, options);
    return crons.length === 1 ? lints : lints.map((lint) => ofOne(spec, lint));
  });
  const ofZone = [
    ...lint("zone_abbreviation", abbreviationWords(timeZone)),
    ...lint("clock_change", clockChangeWords(crons, zone, dst, nowMs)),
  ];
  return [...ofExpressions, ...ofZone];
}

function lintsOf(spec: CronSpec, zone: Zone, { nowMs, spreadSec = 0 }: LintOptions): Lint[] {
  const fields = writtenFields(spec);
  return [
    ...lint("every_second", everySecond(spec, fields)),
    ...lint("every_minute", everyMinute(spec, fields)),
    ...lint("both_days", bothDays(spec, fields)),
    ...unevenSteps(spec, fields).flatMap((message) => lint("uneven_step", message)),
    ...lint("short_month", shortMonth(spec, fields)),
    ...lint("on_the_hour", spreadSec === 0 ? onTheHour(spec, fields) : null),
    ...lint("midnight", midnightWords(spec, zone, nowMs)),
  ];
}

function lint(code: LintCode, message: string | null): Lint[] {
  return message === null ? [] : [{ code, message }];
}

/** Says which of several expressions is meant. */
function ofOne({ expression }: CronSpec, { code, message }: Lint): Lint {
  return { code, message: `In ${quoted(expression)}: ${message}` };
}
