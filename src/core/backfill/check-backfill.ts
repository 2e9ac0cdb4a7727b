import { backfillOverlaps, mostBackfilled, mostParallel } from "./backfill.js";
import type { OverlapPolicy } from "../decide.js";
import { BelfryError } from "../errors.js";
import type { FireTimes } from "../fires/fire-times.js";
import { firesByItself, type NamedTiming } from "../fires/timing.js";

/** What is asked of a backfill. */
export interface WantedBackfill {
  from: Date;
  /** Included, like `from`. */
  to: Date;
  overlap: OverlapPolicy;
  /** How many of its runs may be under way or waiting at once. */
  parallel: number;
}

/** Throws `invalid_backfill` unless the schedule has fires and the range is one of the past. */
export function checkBackfill(
  timing: NamedTiming,
  { from, to, overlap, parallel }: WantedBackfill,
  now: Date,
): void {
  if (!firesByItself(timing)) {
    throw wrong(`"${timing.name}" runs by hand only, so it has no fires to run. Trigger it instead.`);
  }
  if (from > to) throw wrong(`${iso(from)} is after ${iso(to)}. Turn the beginning and the end round.`);
  if (to > now) {
    throw wrong(
      `The backfill ends at ${iso(to)}, and now it is ${iso(now)}. Only past fires can be run: name an earlier end.`,
    );
  }
  if (!(backfillOverlaps as readonly OverlapPolicy[]).includes(overlap)) {
    throw wrong(
      `A backfill goes with its schedule's other runs by ${backfillOverlaps.join(", ")}, not by ${overlap}.`,
    );
  }
  if (parallel === 1 || (overlap === "concurrent" && parallel <= mostParallel)) return;
  throw wrong(
    `A backfill with the overlap policy ${overlap} has at most ${overlap === "concurrent" ? mostParallel : 1} ` +
      `of its runs under way at once, not ${parallel}.`,
  );
}

/** The fires between two instants, both included. Throws `invalid_backfill` if they are too many for a backfill. */
export function firesToBackfill(live: FireTimes, fromMs: number, toMs: number): number[] {
  const fires = firesBetween(live, { fromMs, toMs, atMost: mostBackfilled + 1 });
  if (fires.length <= mostBackfilled) return fires;
  const count = live.count(fromMs - 1, toMs).toLocaleString("en");
  throw wrong(
    `There are ${count} fires between ${iso(new Date(fromMs))} and ${iso(new Date(toMs))}, and a backfill takes ` +
      `at most ${mostBackfilled.toLocaleString("en")}. Narrow the range, and ask for several backfills, one by one.`,
  );
}

/** The first fires between two instants, both included. */
export function firesBetween(
  times: FireTimes,
  { fromMs, toMs, atMost }: { fromMs: number; toMs: number; atMost: number },
): number[] {
  const fires: number[] = [];
  let fireMs = times.after(fromMs - 1);
  while (fireMs <= toMs && fires.length < atMost) {
    fires.push(fireMs);
    fireMs = times.after(fireMs);
  }
  return fires;
}

function iso(instant: Date): string {
  return instant.toISOString();
}

function wrong(message: string): BelfryError {
  return new BelfryError("invalid_backfill", message);
}
