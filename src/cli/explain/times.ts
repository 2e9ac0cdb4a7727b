import { clockChanges, effectOn } from "../../core/clock/clock-changes.js";
import { wordsFor } from "../../core/clock/clock-change-words.js";
import { type Lint, lintCron } from "../../core/lint/lint-cron.js";
import { type ComingFire, comingFires, type Times } from "../../core/fires/coming-fires.js";
import { fireTable } from "./coming-fires.js";
import type { Colors } from "../io.js";

/** What is told of times, whether they are a schedule's or an expression's. */
export interface ExplainedTimes {
  fires: ComingFire[];
  /** The clock changes ahead that touch them. */
  clockChanges: { at: Date; words: string }[];
  lint: Lint[];
}

const aheadMs = 400 * 86_400_000;

/** The next fires, what the clock changes of the next 400 days do to them, and what may not be meant so. */
export function explainTimes(
  times: Times,
  { now, count, spreadSec = 0 }: { now: Date; count: number; spreadSec?: number },
): ExplainedTimes {
  const { specs, zone, dst } = times;
  const nowMs = now.getTime();
  const changes = clockChanges(zone, nowMs, nowMs + aheadMs);
  const effects = changes.flatMap((change) => effectOn(specs, zone, dst, change) ?? []);
  return {
    fires: comingFires(times, now, count),
    clockChanges: effects.map((effect) => ({ at: new Date(effect.change.atMs), words: wordsFor(effect) })),
    // What clock changes do is told above, in full.
    lint: lintCron(specs, zone.name, { nowMs, dst, spreadSec }).filter(({ code }) => code !== "clock_change"),
  };
}

/** The same for people, below headings. */
export function timesPage(
  { fires, clockChanges, lint }: ExplainedTimes,
  {
    timeZone,
    now,
    colors,
    title = "Next fires",
  }: { timeZone: string; now: Date; colors: Colors; title?: string },
): string {
  return [
    section(title, fires.length === 0 ? "It never fires again.\n" : fireTable(fires, timeZone, now), colors),
    section("Clock changes of the next 400 days", linesOf(clockChanges.map(({ words }) => words)), colors),
    section(
      "Worth a look",
      linesOf(lint.map(({ code, message }) => `${message} ${colors.dim(`(${code})`)}`)),
      colors,
    ),
  ].join("");
}

/** Lines below a heading; nothing if there are none. */
export function section(title: string, lines: string, colors: Colors): string {
  return lines === "" ? "" : `\n${colors.bold(title)}\n${lines.replaceAll(/^(?=.)/gm, "  ")}`;
}

/** Texts, one a line. */
export function linesOf(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join("");
}
