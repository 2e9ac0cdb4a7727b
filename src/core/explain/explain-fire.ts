import { wordsFor } from "../clock/clock-change-words.js";
import { explainContext, type ExplainContext } from "./context.js";
import { explainFuture, explainMissing, type Finding } from "./missing.js";
import { type FireRow, isRun, verdictOfRow, wordsOfCover, wordsOfRow } from "./row.js";
import { effectsWithin, neighbours, reasonsForNone, type Span } from "./span.js";
import type { FireVerdict } from "./verdict.js";
import type { Run } from "../run.js";
import type { Schedule } from "../schedule.js";

export interface FireExplanation {
  readonly fireAt: Date;
  readonly verdict: FireVerdict;
  /** A few English sentences, with instants on the schedule's clock. */
  readonly words: string;
  /** The row that tells of it: its own, or the one that stands for it. */
  readonly runId: string | null;
}

export interface Explanation {
  /** In their order; the first `mostExplained`. */
  readonly fires: readonly FireExplanation[];
  readonly more: boolean;
  /** Sentences about the time that was asked for: clock changes, and why there is no fire in it. */
  readonly notes: readonly string[];
  /** The fires right before and after that time, if there is none in it. */
  readonly before: Date | null;
  readonly after: Date | null;
}

export interface ExplainQuestion {
  schedule: Schedule;
  /**
   * The rows whose fire time is not before `from`, in the order of their fire times: at least the first `mostExplained`,
   * and those after `to` that stand for earlier fires.
   */
  rows: readonly Run[];
  now: Date;
  /** The instants that are asked for, both included. */
  from: Date;
  to: Date;
}

export const mostExplained = 50;

/**
 * What became of the fires of a schedule in a stretch of time, or will become of them. The rows are the truth; where there
 * is none, what the schedule says of itself is, with a word of doubt if it was changed since.
 */
export function explainFires({ schedule, rows, now, from, to }: ExplainQuestion): Explanation {
  const context = explainContext(schedule, now);
  const span = { fromMs: from.getTime(), toMs: to.getTime() };
  const written = rows.filter(isOfFire);
  const times = timesWithin(written, span, context);
  const fires = times.slice(0, mostExplained).map((fireMs) => explainOne(fireMs, written, context));
  const notes = effectsWithin(context, span).map(wordsFor);
  const found = { fires, more: times.length > fires.length };
  if (fires.length > 0) return { ...found, notes, before: null, after: null };
  return { ...found, notes: [...notes, ...reasonsForNone(span, context)], ...around(span, context) };
}

function isOfFire(row: Run): row is FireRow {
  return row.fireTime !== null;
}

/** The fires that the schedule names now, and those that have a row. One more than are explained. */
function timesWithin(rows: readonly FireRow[], { fromMs, toMs }: Span, { timing }: ExplainContext): number[] {
  const times = new Set<number>();
  if (timing !== null) {
    let fireMs = timing.fires.after(fromMs - 1);
    for (; fireMs <= toMs && times.size <= mostExplained; fireMs = timing.fires.after(fireMs))
      times.add(fireMs);
  }
  for (const { fireTime } of rows) {
    if (fireTime.getTime() >= fromMs && fireTime.getTime() <= toMs) times.add(fireTime.getTime());
  }
  return [...times].toSorted((a, b) => a - b).slice(0, mostExplained + 1);
}

function explainOne(fireMs: number, rows: readonly FireRow[], context: ExplainContext): FireExplanation {
  const own = rows.find(({ fireTime }) => fireTime.getTime() === fireMs);
  const row = own ?? coverOf(fireMs, rows, context);
  const finding = row === undefined ? findingOf(fireMs, context) : rowFinding(row, fireMs, context);
  return { fireAt: new Date(fireMs), ...finding, runId: row?.id ?? null };
}

function rowFinding(row: FireRow, fireMs: number, context: ExplainContext): Finding {
  if (row.fireTime.getTime() === fireMs) {
    return { verdict: verdictOfRow(row), words: wordsOfRow(row, context) };
  }
  const verdict = isRun(row) ? "covered" : verdictOfRow(row);
  return { verdict, words: wordsOfCover(row, fireMs, context) };
}

function findingOf(fireMs: number, context: ExplainContext): Finding {
  return fireMs > context.nowMs ? explainFuture(fireMs, context) : explainMissing(fireMs, context);
}

/** The later row that stands for a fire. Rows of fires in blackouts and of others may reach over each other. */
function coverOf(fireMs: number, rows: readonly FireRow[], { timing }: ExplainContext): FireRow | undefined {
  const covering = rows.filter(
    ({ coversFrom, fireTime }) =>
      coversFrom !== null && coversFrom.getTime() <= fireMs && fireMs < fireTime.getTime(),
  );
  const blackedOut = (timing?.skipping?.at(fireMs) ?? null) !== null;
  return covering.find(({ skipReason }) => (skipReason === "blackout") === blackedOut) ?? covering[0];
}

function around(span: Span, { timing }: ExplainContext): Pick<Explanation, "before" | "after"> {
  if (timing === null) return { before: null, after: null };
  const { beforeMs, afterMs } = neighbours(timing.fires, span);
  return { before: dateOf(beforeMs), after: dateOf(afterMs) };
}

function dateOf(ms: number): Date | null {
  return Number.isNaN(ms) ? null : new Date(ms);
}
