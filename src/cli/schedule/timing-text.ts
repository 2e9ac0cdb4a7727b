import type { TimingJson } from "../../core/fires/timing-json.js";
import { dateWords, timeWords } from "../../core/clock/wall-clock-words.js";
import { zoneOf } from "../../core/clock/zone.js";

/** When a schedule fires, as it is written: `0 9 * * * | 0 17 * * SAT`, `every 90m`, `at 24 Dec 2026 18:00`, `by hand`. */
export function timingText({
  cron,
  everySec,
  at,
  timezone,
}: Pick<TimingJson, "cron" | "everySec" | "at" | "timezone">): string {
  if (cron !== null) return expressionsText(cron);
  if (everySec !== null) return `every ${spanText(everySec)}`;
  return at === null ? "by hand" : `at ${dateAndTime(new Date(at), timezone)}`;
}

/** Several expressions, one a line, on one line. */
export function expressionsText(cron: string): string {
  const lines = cron.split("\n").map((line) => line.trim());
  return lines.filter((line) => line !== "").join(" | ");
}

const units = [
  ["d", 86_400],
  ["h", 3600],
  ["m", 60],
] as const;

/** Seconds as a manifest has them: `90m`, `1d`, `45s`. */
export function spanText(seconds: number): string {
  const [unit, size] = units.find(([, size]) => seconds >= size && seconds % size === 0) ?? ["s", 1];
  return `${seconds / size}${unit}`;
}

/** An instant on a zone's clock, such as `24 Dec 2026 18:00`; an unknown zone is taken for UTC. */
function dateAndTime(instant: Date, timeZone: string): string {
  const seconds = Math.floor(instant.getTime() / 1000);
  const local = seconds + offsetSecAt(seconds, timeZone);
  return `${dateWords(local).slice(4)} ${timeWords(local)}`;
}

function offsetSecAt(seconds: number, timeZone: string): number {
  try {
    return zoneOf(timeZone).offsetSecAt(seconds);
  } catch {
    return 0;
  }
}
