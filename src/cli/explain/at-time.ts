import type { ExplanationJson } from "../../api/public/explain-shapes.js";
import type { FireVerdict } from "../../core/explain/verdict.js";
import { instantIn, readInstant } from "../../core/clock/zoned-instant.js";
import type { Client } from "../client.js";
import { linesOf, section } from "./times.js";
import { type Colors, colorsFor, type Io } from "../io.js";
import { printJson } from "../print-json.js";
import { printable } from "../printable.js";
import { zonedTime } from "../zoned-time.js";

/** Prints whether a schedule fired at a time on its own clock, and if not, why. */
export async function explainAt(
  client: Client,
  { name, at, json }: { name: string; at: string; json?: boolean | undefined },
  io: Io,
): Promise<void> {
  const { timezone } = await client.getSchedule(name);
  const explanation = await client.explain(name, spanOf(at, timezone));
  if (json) printJson(io, explanation);
  else io.stdout.write(page(explanation, io));
}

/**
 * A day is the whole day, a time without seconds the whole minute, and with them the whole second. A time that comes
 * twice is all from the first time to the last.
 */
function spanOf(text: string, timeZone: string): { from: Date; to: Date } {
  const [from, to] = [instantIn(text, timeZone, "start"), instantIn(text, timeZone, "end")];
  if (readInstant(text).kind === "day") return { from, to };
  const lengthMs = /:\d\d:\d\d/.test(text) ? 1000 : 60_000;
  return { from, to: new Date(to.getTime() + lengthMs - 1) };
}

const verdictColor: Record<FireVerdict, "green" | "cyan" | "red" | "yellow" | "gray"> = {
  ran: "green",
  running: "cyan",
  waiting: "cyan",
  future: "cyan",
  covered: "green",
  failed: "red",
  schedule_error: "red",
  unknown: "red",
  cancelled: "yellow",
  paused: "yellow",
  pending_tick: "yellow",
  changed_since: "yellow",
  skipped: "gray",
  blackout: "gray",
  off: "gray",
  retired: "gray",
  ended: "gray",
  not_yet_created: "gray",
};

function page(explanation: ExplanationJson, io: Io): string {
  const colors = colorsFor(io);
  const { fires, notes, scheduleName } = explanation;
  const head =
    fires.length === 0
      ? `${printable(scheduleName)} has no fire at that time.\n`
      : firesText(explanation, io, colors);
  const about = linesOf([...notes, ...neighbours(explanation, io)].map(printable));
  return head + section(fires.length === 0 ? "Why" : "Notes", about, colors);
}

function firesText({ fires, more, scheduleName, timezone }: ExplanationJson, io: Io, colors: Colors): string {
  const clock = zonedTime(timezone);
  const each = fires.map(({ fireAt, verdict, words }) => {
    const what = colors[verdictColor[verdict] ?? "reset"](verdict.replaceAll("_", " "));
    return `${printable(scheduleName)}, ${clock(new Date(fireAt), io.now())}: ${what}\n  ${printable(words)}\n`;
  });
  return each.join("") + (more ? "There are more fires in that time: name a shorter one.\n" : "");
}

function neighbours({ fires, before, after, timezone }: ExplanationJson, io: Io): string[] {
  if (fires.length > 0) return [];
  const clock = zonedTime(timezone);
  const at = (instant: string) => clock(new Date(instant), io.now());
  return [
    before === null ? "There is no fire before." : `The fire right before: ${at(before)}.`,
    after === null ? "There is no fire after." : `The fire right after: ${at(after)}.`,
  ];
}
