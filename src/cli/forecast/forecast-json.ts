import type { Forecast } from "../../core/forecast/forecast.js";
import type { ForecastPeak } from "../../core/forecast/peak.js";
import type { ForecastInputs } from "./inputs.js";

/** A forecast for programs, with instants in UTC; null for what has no end. */
export function forecastJson(forecast: Forecast, leftOut: ForecastInputs["leftOut"]) {
  const { fromMs, toMs, timeZone, busiest, clockChanges, blackouts, peak, ...rest } = forecast;
  return {
    from: iso(fromMs),
    to: iso(toMs),
    timezone: timeZone,
    ...rest,
    busiest: busiest.map(({ time, runs, days, atMs, schedules }) => {
      return { time, runs, days, at: iso(atMs), schedules };
    }),
    clockChanges: clockChanges.map(({ timeZone, kind, atMs, schedules }) => {
      return { timezone: timeZone, kind, at: iso(atMs), schedules };
    }),
    blackouts: blackouts.map(({ startMs, endMs, reason, fires, schedules }) => {
      return { from: iso(startMs), until: iso(endMs), reason, fires, schedules };
    }),
    peak: peak && { usual: peakJson(peak.usual), slow: peakJson(peak.slow) },
    leftOut,
  };
}

function peakJson({ runs, atMs }: ForecastPeak) {
  return { runs, at: iso(atMs) };
}

function iso(ms: number): string | null {
  return Number.isFinite(ms) ? new Date(ms).toISOString() : null;
}
