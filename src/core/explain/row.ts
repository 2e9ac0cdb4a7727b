import { blackoutWords, type ExplainContext, instantWords, spanWords } from "./context.js";
import { skipWords } from "./skip-words.js";
import type { FireVerdict } from "./verdict.js";
import type { Run, RunStatus, SkipReason } from "../run.js";

/** The row of a fire, or one that stands for it. */
export type FireRow = Run & { fireTime: Date };

const verdicts: Record<RunStatus, FireVerdict> = {
  pending: "waiting",
  dispatched: "waiting",
  running: "running",
  succeeded: "ran",
  failed: "failed",
  cancelled: "cancelled",
  skipped: "skipped",
};

/** What a row of its own says of a fire. */
export function verdictOfRow(row: FireRow): FireVerdict {
  return row.skipReason === "blackout" ? "blackout" : verdicts[row.status];
}

/** Whether a row is that of a run, not of fires that did not run. */
export function isRun({ skipReason }: FireRow): boolean {
  return skipReason === null || skipReason === "exit_code";
}

/** What became of a fire that has a row of its own. */
export function wordsOfRow(row: FireRow, context: ExplainContext): string {
  const sentences = [fates[row.status](row, context)];
  if (row.coversCount > 1) sentences.push(`${standsFor(row, context)}.`);
  if (row.fireReason === "backfill") sentences.push("It was asked for by a backfill.");
  return sentences.join(" ");
}

/** What became of a fire for which a later row stands. */
export function wordsOfCover(row: FireRow, fireMs: number, context: ExplainContext): string {
  const own = instantWords(row.fireTime.getTime(), context.zone);
  if (!isRun(row)) {
    const why = whySkipped({ ...row, fireTime: new Date(fireMs) }, context);
    return `It did not run: ${why}. One row, of ${own}, ${tellsOf(row, context)}.`;
  }
  const why = row.fireReason === "catch_up" ? ", because no server fired them in time" : "";
  const all = `all the ${row.coversCount} fires ${rangeOf(row, context)}`;
  return `Run ${row.id} of ${own} stands for it, as for ${all}${why}. ${fates[row.status](row, context)}`;
}

const fates: Record<RunStatus, (row: FireRow, context: ExplainContext) => string> = {
  pending: ({ id, attempt, retryAt }, { zone }) =>
    retryAt === null
      ? `Run ${id} waits for a free place, or for the run before it.`
      : `Run ${id} waits for its next attempt until ${instantWords(retryAt.getTime(), zone)}: attempt ${attempt} failed.`,
  dispatched: ({ id }) => `A runner is on its way to start run ${id}.`,
  running: ({ id, startedAt }, { zone }) =>
    `Run ${id} is at work since ${instantWords(startedAt!.getTime(), zone)}.`,
  succeeded: (row) => `Run ${row.id} succeeded. ${timesOf(row)}`,
  failed: (row) => `Run ${row.id} failed: ${failureOf(row)}. ${timesOf(row)}`,
  cancelled: (row) => `Run ${row.id} was cancelled. ${timesOf(row)}`,
  skipped: (row, context) => (isRun(row) ? nothingToDo(row) : `It did not run: ${whySkipped(row, context)}.`),
};

function nothingToDo(row: FireRow): string {
  const code = `exit code ${row.exitCode}, which means that there was nothing to do`;
  return `Run ${row.id} ended with ${code}. ${timesOf(row)}`;
}

function failureOf({ errorKind, errorMessage, exitCode, exitSignal }: Run): string {
  const what = [errorKind, errorKind === "exit_code" ? exitCode : null, exitSignal];
  const words = what.filter((word) => word !== null).join(" ");
  return `${words}${inBrackets(errorMessage)}`;
}

function timesOf({ fireTime, startedAt, finishedAt, attempt }: FireRow): string {
  if (startedAt === null) return "It was never started.";
  const late = spanWords(fireTime.getTime(), Math.max(startedAt.getTime(), fireTime.getTime()));
  const took = finishedAt === null ? "" : ` and took ${spanWords(startedAt.getTime(), finishedAt.getTime())}`;
  const tries = attempt > 1 ? ` (attempt ${attempt})` : "";
  return `It started ${late} after its time${tries}${took}.`;
}

/** The reasons of which the row says more. */
const ownWords: Partial<Record<SkipReason, (row: FireRow, context: ExplainContext) => string>> = {
  late: (row) => `it was noticed ${noticedAfter(row)} after its time, too late to be caught up`,
  blackout: (row, context) => `it was ${blackoutWords(context, row.fireTime.getTime()) ?? "in a blackout"}`,
  schedule_error: (_, { schedule }) => `the schedule could not be read${inBrackets(schedule.lastError)}`,
};

/** Why a skipped row says that its fires did not run. A reason that only a newer version knows is told as it stands. */
function whySkipped(row: FireRow, context: ExplainContext): string {
  const { skipReason } = row;
  if (skipReason === null || !Object.hasOwn(skipWords, skipReason)) return String(skipReason);
  return ownWords[skipReason]?.(row, context) ?? skipWords[skipReason];
}

function inBrackets(sentence: string | null): string {
  return sentence === null ? "" : ` (${sentence.replace(/\.$/, "")})`;
}

/** How long after the newest fire that it tells of a row was written. */
function noticedAfter({ createdAt, fireTime }: FireRow): string {
  return spanWords(fireTime.getTime(), createdAt.getTime());
}

function standsFor(row: FireRow, context: ExplainContext): string {
  return isRun(row)
    ? `It stands for ${row.coversCount} fires, ${rangeOf(row, context)}`
    : `Its row ${tellsOf(row, context)}`;
}

function tellsOf(row: FireRow, context: ExplainContext): string {
  return `tells of ${row.coversCount} fires, ${rangeOf(row, context)}`;
}

function rangeOf({ coversFrom, fireTime }: FireRow, { zone }: ExplainContext): string {
  const from = instantWords((coversFrom ?? fireTime).getTime(), zone);
  return `from ${from} to ${instantWords(fireTime.getTime(), zone)}`;
}
