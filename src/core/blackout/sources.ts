import { type Blackout, parseBlackout, type ParsedBlackout } from "./blackout.js";
import { WeeklyWindows, YearlyWindows } from "./cycles.js";
import { type BlackoutWindow, type BlackoutWindows, WindowList, WindowsInZone } from "./windows.js";
import type { Zone } from "../clock/zone.js";

/** A blackout and its place in the list. */
interface Placed {
  readonly entry: number;
  readonly is: ParsedBlackout;
}

/** All windows of a list in milliseconds: those of each week, of each year, and those that come once. */
export function sourcesOf(list: readonly Blackout[], zone: Zone): BlackoutWindows[] {
  const placed = list.map(({ when }, entry) => ({ entry, is: parseBlackout(when) }));
  const onClock = [weeklyOf(placed), yearlyOf(placed), onceOf(placed, "clock")].filter(
    (each) => each !== null,
  );
  const inInstants = onceOf(placed, "instants");
  const inZone = onClock.map((windows) => new WindowsInZone(windows, zone));
  return inInstants === null ? inZone : [...inZone, inInstants];
}

function weeklyOf(placed: readonly Placed[]): BlackoutWindows | null {
  const windows = placed.flatMap(({ entry, is }) =>
    is.kind === "weekly" ? is.windows.map(({ start, end }) => ({ start, end, entry })) : [],
  );
  return windows.length === 0 ? null : new WeeklyWindows(windows);
}

function yearlyOf(placed: readonly Placed[]): BlackoutWindows | null {
  const days = placed.flatMap(({ entry, is }) => (is.kind === "yearly" ? [{ days: is, entry }] : []));
  return days.length === 0 ? null : new YearlyWindows(days);
}

function onceOf(placed: readonly Placed[], kind: "clock" | "instants"): BlackoutWindows | null {
  const windows = placed.flatMap(({ entry, is }): BlackoutWindow[] =>
    is.kind === kind ? [{ start: is.start, end: is.end, entry }] : [],
  );
  return windows.length === 0 ? null : new WindowList(windows);
}
