import type { ScheduleJson } from "../../api/public/shapes.js";
import { type BlackoutStretch, blackoutsOf } from "../../core/blackout/blackouts.js";
import { cronsOf } from "../../core/cron/cron.js";
import type { DstRule } from "../../core/clock/dst-rule.js";
import { formatDuration } from "../../core/duration.js";
import { mostCaughtUp } from "../../core/fires/owed-fires.js";
import { spreadBy } from "../../core/fires/spread-fires.js";
import { type BlackoutPolicy, type CatchUpPolicy, firesByItself, spreadOf } from "../../core/fires/timing.js";
import { zoneOf } from "../../core/clock/zone.js";
import { inEnglish } from "../../explain/english.js";
import { blackoutsText } from "../plan/field-text.js";
import { runPolicyFacts } from "./run-policy-words.js";
import { spanText, timingText } from "../schedule/timing-text.js";
import { zonedTime } from "../zoned-time.js";

type Fact = [string, string | null];
type InstantText = (instant: Date) => string;

/** All the policies of a schedule, as names and plain sentences. Throws if its times cannot be read. */
export function policyFacts(schedule: ScheduleJson, now: Date): Fact[] {
  const clock = zonedTime(schedule.timezone);
  const at = (instant: Date) => clock(instant, now);
  return [
    ...waysToFire(schedule, at),
    ["zone", schedule.timezone],
    ...(firesByItself(schedule) ? firePolicies(schedule, now, at) : []),
    ...runPolicyFacts(schedule),
  ];
}

function firePolicies(schedule: ScheduleJson, now: Date, at: InstantText): Fact[] {
  return [
    ["bounds", boundsWords(schedule, at)],
    ["spread", spreadWords(schedule)],
    ["blackouts", blackoutWords(schedule)],
    ["next blackout", nextBlackout(schedule, now, at)],
    ["clock changes", schedule.cron === null ? null : dstWords(schedule.dst)],
    ["missed fires", catchUpWords(schedule)],
  ];
}

function waysToFire(schedule: ScheduleJson, at: InstantText): Fact[] {
  const { cron, everySec, anchorAt, startsAt, name } = schedule;
  if (cron !== null) {
    return [
      ["expression", timingText(schedule)],
      ["means", `${inEnglish(cron, name)}.`],
      ["stands for", standsFor(cron, name)],
    ];
  }
  if (schedule.at !== null) return [["means", `Once, on ${at(new Date(schedule.at))}.`]];
  if (everySec === null) return [["means", "By hand only."]];
  const anchor = at(new Date(anchorAt ?? startsAt ?? 0));
  return [["means", `Every ${spanText(everySec)} of elapsed time, counted from ${anchor}.`]];
}

/** The expressions with nicknames spelled out and each `H` replaced; null if there was none. */
function standsFor(cron: string, name: string): string | null {
  const specs = cronsOf(cron, name);
  const isPlain = specs.every(({ expression, resolved }) => expression.trim() === resolved.trim());
  return isPlain ? null : specs.map(({ resolved }) => resolved).join(" | ");
}

function boundsWords({ startsAt, endsAt, maxRuns, runsMade }: ScheduleJson, at: InstantText): string | null {
  const words = [
    startsAt === null ? null : `Not before ${at(new Date(startsAt))}.`,
    endsAt === null ? null : `Not after ${at(new Date(endsAt))}.`,
    maxRuns === null ? null : `At most ${countOf(maxRuns)}; made so far: ${runsMade}.`,
  ].filter((sentence) => sentence !== null);
  return words.length === 0 ? null : words.join(" ");
}

function countOf(runs: number): string {
  return `${runs} run${runs === 1 ? "" : "s"}`;
}

function spreadWords(schedule: ScheduleJson): string | null {
  if (schedule.spreadSec === 0) return null;
  const byMs = spreadBy(spreadOf(schedule), Infinity);
  const part = `a part of ${spanText(schedule.spreadSec)} that follows from the name`;
  return `Each fire is moved by ${formatDuration(byMs)}, ${part}; by less where the next fire is nearer.`;
}

const mostShown = 10;

const inBlackout: Record<BlackoutPolicy, string> = {
  skip: "A fire in one of these does not run",
  defer: "The fires in one of these are one fire, at its end",
};

function blackoutWords({ blackouts, blackoutPolicy }: ScheduleJson): string | null {
  if (blackouts.length === 0) return null;
  return `${inBlackout[blackoutPolicy]}: ${blackoutsText(blackouts, mostShown)}.`;
}

function nextBlackout({ blackouts, timezone }: ScheduleJson, now: Date, at: InstantText): string | null {
  if (blackouts.length === 0) return null;
  const stretch = blackoutsOf(blackouts, zoneOf(timezone)).from(now.getTime());
  return stretch === null ? "None comes." : stretchWords(stretch, now, at);
}

function stretchWords({ startMs, endMs, reason }: BlackoutStretch, now: Date, at: InstantText): string {
  const start = startMs <= now.getTime() ? "Now" : `From ${at(new Date(startMs))}`;
  return `${start} ${endMs === Infinity ? "and for ever" : `until ${at(new Date(endMs))}`} (${reason}).`;
}

const gapWords: Record<DstRule["gap"], string> = {
  "next-valid": "A time that the clocks leave out fires at the first instant after the gap",
  skip: "A time that the clocks leave out is skipped",
};

const foldWords: Record<DstRule["fold"], string> = {
  first: "one that comes twice, the first time",
  last: "one that comes twice, the second time",
  both: "one that comes twice, both times",
};

function dstWords({ gap, fold }: DstRule): string {
  return `${gapWords[gap]}; ${foldWords[fold]}.`;
}

const caughtUp: Record<CatchUpPolicy, string> = {
  latest: "The newest runs, and stands for all of them",
  none: "None runs that is later than a minute",
  all: `All run, oldest first; at most the newest ${mostCaughtUp}`,
};

function catchUpWords({ catchUp, catchUpWindowSec }: ScheduleJson): string {
  if (catchUpWindowSec === null) return `${caughtUp[catchUp]}.`;
  const window = formatDuration(catchUpWindowSec * 1000);
  if (catchUp === "none") return `The newest runs if it is no later than ${window}; none of the others does.`;
  return `${caughtUp[catchUp]}, of those that are no later than ${window}.`;
}
