import { checkBlackouts } from "../blackout/blackouts.js";
import { cronsOf } from "../cron/cron.js";
import { dstFolds, dstGaps } from "../clock/dst-rule.js";
import { checkWord, isWithin, wrong } from "../law.js";
import { blackoutPolicies, catchUpPolicies, type NamedTiming, readyTiming, type Timing } from "./timing.js";
import { zoneOf } from "../clock/zone.js";

const daySec = 86_400;
/** A year: what is rarer has an expression. */
const longestSec = 366 * daySec;
const mostRuns = 2_147_483_647;

/**
 * Throws `invalid_schedule`, `invalid_cron` or `invalid_timezone` for the first field that breaks its law, or for fields that
 * do not go together. Types are checked too, for callers in JavaScript.
 */
export function checkTiming(timing: NamedTiming): void {
  checkCron(timing.cron, timing.name);
  checkTimezone(timing.timezone);
  checkEverySec(timing.everySec);
  checkInstant(timing.anchorAt, "An anchor");
  checkInstant(timing.at, "The instant of a schedule");
  checkInstant(timing.startsAt, "The start of a schedule");
  checkInstant(timing.endsAt, "The end of a schedule");
  checkMaxRuns(timing.maxRuns);
  checkSpreadSec(timing.spreadSec);
  checkDstRule(timing.dst);
  checkBlackouts(timing.blackouts);
  checkBlackoutPolicy(timing.blackoutPolicy);
  checkCatchUp(timing.catchUp);
  checkCatchUpWindowSec(timing.catchUpWindowSec);
  checkTogether(timing);
}

/** Throws `invalid_cron` unless it is an expression, or several, one a line, or null for none. */
export function checkCron(cron: unknown, name?: string): void {
  if (cron === null) return;
  if (typeof cron !== "string") throw wrong('A cron expression is text such as "0 3 * * *", or null.');
  cronsOf(cron, name);
}

/** Throws `invalid_timezone` unless the IANA database has the zone. */
export function checkTimezone(timezone: unknown): void {
  if (typeof timezone !== "string") throw wrong('A time zone is text such as "Europe/Berlin".');
  zoneOf(timezone);
}

export function checkEverySec(seconds: unknown): void {
  if (seconds === null || isWithin(seconds, 1, longestSec)) return;
  throw wrong("Every is whole seconds, from 1 second to 366 days, such as 90m.");
}

export function checkMaxRuns(runs: unknown): void {
  if (runs === null || isWithin(runs, 1, mostRuns)) return;
  throw wrong(`The most runs of a schedule is a whole number from 1 to ${mostRuns}.`);
}

export function checkSpreadSec(seconds: unknown): void {
  if (isWithin(seconds, 0, daySec)) return;
  throw wrong("A spread is whole seconds, at most a day, such as 10m.");
}

export function checkCatchUpWindowSec(seconds: unknown): void {
  if (seconds === null || isWithin(seconds, 1, longestSec)) return;
  throw wrong("The window of catching up is whole seconds, from 1 second to 366 days, such as 6h.");
}

export function checkDstRule(dst: unknown): void {
  const { gap, fold } = (dst ?? {}) as { gap?: unknown; fold?: unknown };
  checkWord(gap, dstGaps, "what becomes of a time that the clocks leave out");
  checkWord(fold, dstFolds, "what becomes of a time that comes twice");
}

export function checkBlackoutPolicy(policy: unknown): void {
  checkWord(policy, blackoutPolicies, "what becomes of a fire in a blackout");
}

export function checkCatchUp(policy: unknown): void {
  checkWord(policy, catchUpPolicies, "what becomes of missed fires");
}

/** The calendar of the engine is 1900 to 2199. */
function checkInstant(instant: unknown, what: string): void {
  if (instant === null) return;
  const ms = instant instanceof Date ? instant.getTime() : NaN;
  if (ms >= Date.UTC(1900, 0, 1) && ms < Date.UTC(2200, 0, 1)) return;
  throw wrong(`${what} is a valid Date in the years 1900 to 2199, or null.`);
}

/** Throws `invalid_schedule` for fields that say something only together with others, or contradict each other. */
export function checkTogether(timing: NamedTiming): void {
  const ways = [timing.cron, timing.everySec, timing.at].filter((way) => way !== null).length;
  if (ways > 1) throw wrong("A schedule fires by cron, by every or at one instant. Keep one of the three.");
  if (timing.anchorAt !== null && timing.everySec === null) {
    throw wrong("An anchor says where every begins to count. Add every, or take the anchor away.");
  }
  if (ways === 0) checkByHand(timing);
  else checkBounds(timing);
}

function checkByHand({ startsAt, endsAt, maxRuns, spreadSec }: Timing): void {
  if (startsAt === null && endsAt === null && maxRuns === null && spreadSec === 0) return;
  throw wrong(
    "A schedule that runs by hand only has no start, end, spread or most runs. Add cron, every or at, or take them away.",
  );
}

function checkBounds(timing: NamedTiming): void {
  const { startsAt, endsAt } = timing;
  if (startsAt !== null && endsAt !== null && endsAt < startsAt) {
    throw wrong("The end of the schedule is before its start. Turn them round.");
  }
  if (startsAt === null && endsAt === null) return;
  if (!Number.isNaN(readyTiming(timing).fires.after(-Infinity))) return;
  throw wrong("The schedule never fires between its start and its end. Move one of them, or its times.");
}
