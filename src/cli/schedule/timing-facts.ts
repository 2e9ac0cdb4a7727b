import type { ScheduleJson } from "../../api/public/shapes.js";
import type { DstRule } from "../../core/clock/dst-rule.js";
import { timingDefaults } from "../../core/fires/timing.js";
import { blackoutsText, dstText } from "../plan/field-text.js";
import { expressionsText, spanText, timingText } from "./timing-text.js";
import { zonedTime } from "../zoned-time.js";

/** When a schedule fires, as names and values: what was left to the defaults is null. Instants are on its own clock. */
export function timingFacts(schedule: ScheduleJson, now: Date): [string, string | null][] {
  const clock = zonedTime(schedule.timezone);
  const at = (instant: string | null) => instant && clock(new Date(instant), now);
  return [
    wayToFire(schedule, at),
    ["zone", schedule.timezone],
    ["starts", at(schedule.startsAt)],
    ["ends", at(schedule.endsAt)],
    ["runs", schedule.maxRuns === null ? null : `${schedule.runsMade} made of at most ${schedule.maxRuns}`],
    ["spread", schedule.spreadSec === 0 ? null : spanText(schedule.spreadSec)],
    ["clock changes", isUsual(schedule.dst) ? null : dstText(schedule.dst)],
    [
      "blackouts",
      schedule.blackouts.length === 0
        ? null
        : `${schedule.blackoutPolicy}: ${blackoutsText(schedule.blackouts)}`,
    ],
    ["catch-up", catchUpText(schedule)],
  ];
}

function wayToFire(
  schedule: ScheduleJson,
  at: (instant: string | null) => string | null,
): [string, string | null] {
  if (schedule.cron !== null) return ["cron", expressionsText(schedule.cron)];
  if (schedule.at !== null) return ["at", at(schedule.at)];
  if (schedule.everySec === null) return ["cron", "none: it runs by hand only"];
  const anchor = at(schedule.anchorAt ?? schedule.startsAt);
  return ["fires", `${timingText(schedule)}${anchor === null ? "" : `, counted from ${anchor}`}`];
}

function isUsual({ gap, fold }: DstRule): boolean {
  return gap === timingDefaults.dst.gap && fold === timingDefaults.dst.fold;
}

function catchUpText({ catchUp, catchUpWindowSec }: ScheduleJson): string | null {
  if (catchUpWindowSec !== null) return `${catchUp}, within ${spanText(catchUpWindowSec)}`;
  return catchUp === timingDefaults.catchUp ? null : catchUp;
}
