import type { BlackoutTally } from "./blackouts.js";
import type { ForecastSpan } from "./fires.js";
import { type NamedTiming, readyTiming } from "../fires/timing.js";

/** An hour, or the part of one that is in a span, and the fires in it that no blackout skips. */
export interface HourCount extends ForecastSpan {
  readonly fires: number;
}

const hourMs = 3_600_000;

/** Counts the fires of a span by the hour, without walking them; those that blackouts skip are told to the tally. */
export function* countByHour(
  timing: NamedTiming,
  { fromMs, toMs }: ForecastSpan,
  tally: BlackoutTally,
): Generator<HourCount> {
  tellSkipped(timing, { fromMs, toMs }, tally);
  const { live } = readyTiming(timing);
  for (let at = fromMs; at < toMs;) {
    const end = Math.min((Math.floor(at / hourMs) + 1) * hourMs, toMs);
    yield { fromMs: at, toMs: end, fires: live.count(at - 1, end - 1) };
    at = end;
  }
}

function tellSkipped(timing: NamedTiming, { fromMs, toMs }: ForecastSpan, tally: BlackoutTally): void {
  const { fires, skipping } = readyTiming(timing);
  let stretch = skipping?.from(fromMs) ?? null;
  while (stretch !== null && stretch.startMs < toMs) {
    const skipped = fires.count(Math.max(stretch.startMs, fromMs) - 1, Math.min(stretch.endMs, toMs) - 1);
    if (skipped > 0) tally.add(timing.name, stretch, skipped);
    stretch = stretch.endMs === Infinity ? null : skipping!.from(stretch.endMs);
  }
}
