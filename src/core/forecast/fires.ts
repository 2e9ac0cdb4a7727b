import { cronsOf } from "../cron/cron.js";
import { spreadBy } from "../fires/spread-fires.js";
import { type NamedTiming, readyTiming, spreadOf, type Timing } from "../fires/timing.js";

/** From one instant on and before another, in milliseconds. */
export interface ForecastSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A schedule with more fires than this in a span is counted by the hour. */
const mostListed = 1_500_000;

/** No spread is longer. */
const longestSpreadMs = 86_400_000;

/**
 * The fires that a timing names, before its spread and its blackouts: those of a span and of the day before it, and one more
 * that gives the last ones their room. Timings of equal `namedKey` have the same.
 */
export type NamedFires = Float64Array;

/** What the named fires of a timing depend on. Throws `invalid_cron`. */
export function namedKey(timing: NamedTiming): string {
  const { cron, name, timezone, dst, everySec, anchorAt, at, startsAt, endsAt } = timing;
  const specs = cron === null ? [] : cronsOf(cron, name).map(({ resolved }) => resolved);
  return JSON.stringify([specs, timezone, dst.gap, dst.fold, everySec, anchorAt, at, startsAt, endsAt]);
}

/** Lists the named fires; null: there are too many. */
export function listNamed(timing: NamedTiming, { fromMs, toMs }: ForecastSpan): NamedFires | null {
  const { fires } = readyTiming(plain(timing));
  const afterMs = fromMs - longestSpreadMs - 1;
  if (fires.count(afterMs, toMs) > mostListed) return null;
  const named: number[] = [];
  let fireMs = fires.after(afterMs);
  for (; fireMs < toMs; fireMs = fires.after(fireMs)) named.push(fireMs);
  if (!Number.isNaN(fireMs)) named.push(fireMs);
  return Float64Array.from(named);
}

function plain<Plain extends Timing>(timing: Plain): Plain {
  return { ...timing, spreadSec: 0, blackouts: [] };
}

/** The fires of a span as they come, also those that a blackout will skip; `named` are those of the timing. */
export function firesWithin(timing: NamedTiming, named: NamedFires, span: ForecastSpan): Float64Array {
  if (timing.blackouts.length > 0 && timing.blackoutPolicy === "defer") return walked(timing, span);
  const moved = timing.spreadSec === 0 ? named : spreadAll(timing, named);
  return moved.subarray(firstFrom(moved, span.fromMs), firstFrom(moved, span.toMs));
}

/** What waits for the end of a blackout is asked for one by one. */
function walked(timing: NamedTiming, { fromMs, toMs }: ForecastSpan): Float64Array {
  const { fires } = readyTiming(timing);
  const found: number[] = [];
  for (let fireMs = fires.after(fromMs - 1); fireMs < toMs; fireMs = fires.after(fireMs)) found.push(fireMs);
  return Float64Array.from(found);
}

/** The same as `SpreadFires`, for a whole list: each fire moves less far than the next one is. */
function spreadAll(timing: NamedTiming, named: NamedFires): Float64Array {
  const spread = spreadOf(timing);
  const endMs = timing.endsAt?.getTime() ?? Infinity;
  return named.map((namedMs, index) => {
    const nextMs = index + 1 < named.length ? named[index + 1]! : endMs;
    return namedMs + spreadBy(spread, nextMs - namedMs);
  });
}

/** Where in an ascending list the first instant stands that is not before `ms`. */
export function firstFrom(fires: Float64Array, ms: number): number {
  let low = 0;
  let high = fires.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (fires[middle]! < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}
