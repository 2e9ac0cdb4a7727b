import type { ComingFire } from "../../core/fires/coming-fires.js";
import { relativeTime } from "../relative-time.js";
import { renderTable } from "../table.js";
import { zonedTime } from "../zoned-time.js";

/** Fires on the clock of a zone, in UTC, and how far off. */
export function fireTable(fires: readonly ComingFire[], timeZone: string, now: Date): string {
  const local = zonedTime(timeZone);
  return renderTable(
    fires.map(({ at, note }) => [
      local(at, now),
      timeZone,
      inUtc(at),
      relativeTime(at, now),
      ...(note === null ? [] : [note]),
    ]),
  );
}

function inUtc(instant: Date): string {
  return instant.toISOString().replace(".000Z", "Z");
}
