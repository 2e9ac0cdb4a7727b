import type { BlackoutStretch } from "../blackout/blackouts.js";
import { firstFrom, type ForecastSpan } from "./fires.js";
import { type NamedTiming, readyTiming } from "../fires/timing.js";

/** A stretch of time in which fires do not run, and those whom that concerns. In milliseconds. */
export interface ForecastBlackout {
  readonly startMs: number;
  readonly endMs: number;
  readonly reason: string;
  /** How many fires do not run. */
  fires: number;
  readonly schedules: string[];
}

/** The stretches that skip fires, of any number of schedules: equal ones are one. */
export class BlackoutTally {
  readonly #byKey = new Map<string, ForecastBlackout>();

  add(name: string, { startMs, endMs, reason }: BlackoutStretch, fires: number): void {
    const key = `${startMs} ${endMs} ${reason}`;
    const known = this.#byKey.get(key) ?? { startMs, endMs, reason, fires: 0, schedules: [] };
    known.fires += fires;
    known.schedules.push(name);
    this.#byKey.set(key, known);
  }

  inOrder(): ForecastBlackout[] {
    for (const { schedules } of this.#byKey.values()) schedules.sort();
    return [...this.#byKey.values()].toSorted((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
  }
}

/** The fires that no blackout skips; the others are told to the tally. */
export function liveOf(
  timing: NamedTiming,
  fires: Float64Array,
  { fromMs, toMs }: ForecastSpan,
  tally: BlackoutTally,
): Float64Array {
  const { skipping } = readyTiming(timing);
  if (skipping === null) return fires;
  const live: Float64Array[] = [];
  let at = 0;
  let stretch = skipping.from(fromMs);
  while (stretch !== null && stretch.startMs < toMs) {
    const [begin, end] = [firstFrom(fires, stretch.startMs), firstFrom(fires, stretch.endMs)];
    if (end > begin) tally.add(timing.name, stretch, end - begin);
    live.push(fires.subarray(at, begin));
    at = end;
    stretch = stretch.endMs === Infinity ? null : skipping.from(stretch.endMs);
  }
  return joined([...live, fires.subarray(at)]);
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
