import type { Command } from "commander";
import { instantIn } from "../core/clock/zoned-instant.js";
import { parseDuration } from "../core/duration.js";
import { type Io, localZone } from "./io.js";

export interface TimeRangeOptions {
  since?: string | undefined;
  until?: string | undefined;
}

/** Adds what narrows a list to a time. */
export function addTimeRange(command: Command): Command {
  command.option(
    "--since <time>",
    'from then on: 2026-11-01, or "2026-11-01 18:00", on the clock of TZ; or how long ago: 2h',
  );
  return command.option("--until <time>", "up to the end of then");
}

/** The range in UTC, as the API takes it. Throws `invalid_request` for what is neither a time nor a duration. */
export function timeRangeOf({ since, until }: TimeRangeOptions, io: Io): { from?: string; to?: string } {
  return {
    ...(since !== undefined && { from: instantOf(since, "start", io).toISOString() }),
    ...(until !== undefined && { to: instantOf(until, "end", io).toISOString() }),
  };
}

function instantOf(text: string, edge: "start" | "end", io: Io): Date {
  if (/^\d+(ms|s|m|h|d)$/.test(text)) return new Date(io.now().getTime() - parseDuration(text));
  return instantIn(text, localZone(io), edge);
}
