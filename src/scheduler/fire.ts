import PQueue from "p-queue";
import type { PlannedFire } from "../core/fires/plan-fires.js";
import type { Verdicts } from "../core/policies/breaker.js";
import { readVerdicts } from "../store/breakers.js";
import type { At } from "../store/clock.js";
import type { Queryable } from "../store/database.js";
import { type DueSchedule, lockDueSchedules } from "../store/due-schedules.js";
import { countRunsMade, type FireRow, type WasWritten, writeFires } from "../store/fires.js";
import { replaceOlder } from "../store/replace.js";
import { inTransaction } from "../store/transaction.js";
import { type Deps, instantOf } from "./deps.js";
import { stderrLog } from "./log.js";
import { brokenThought, think, type Thought } from "./think.js";

/** What one pass over the due schedules did. */
export interface FireStats {
  /** Run rows that may be dispatched at once, or when those that they replace have ended. */
  ready: number;
  skipped: number;
  queued: number;
  errored: number;
}

const batchSize = 1000;
/** So many batches are at work at once: while the database writes one, another is read and thought about. */
const batchesAtOnce = 2;

type FireDeps = Pick<Deps, "pool" | "log" | "clock">;

/** Fires every schedule that is due: one run row per fire, and the schedule advanced, in one transaction a batch. */
export async function fireDueSchedules(deps: FireDeps): Promise<FireStats> {
  const stats: FireStats = { ready: 0, skipped: 0, queued: 0, errored: 0 };
  const batches = new PQueue({ concurrency: batchesAtOnce });
  const errors: unknown[] = [];
  const batch: Batch = { at: instantOf(deps), until: null, limit: batchSize, ids: null, onFull };
  function onFull(now: Date): void {
    // What falls due while this pass goes on is for the next one: a pass always ends.
    batch.until ??= now;
    fireOneMore();
  }
  function fireOneMore(): void {
    void batches
      .add(() => fireBatch(deps, stats, batch))
      .catch((error: unknown) => {
        errors.push(error);
        batches.clear();
      });
  }
  fireOneMore();
  await batches.onIdle();
  if (errors.length > 0) throw errors[0];
  return stats;
}

interface Batch {
  at: At;
  /** What falls due later is left out. */
  until: Date | null;
  limit: number;
  ids: readonly string[] | null;
  /** Called as soon as as many are read as there may be: there may be more. */
  onFull?(now: Date): void;
}

async function fireBatch(deps: FireDeps, stats: FireStats, batch: Batch): Promise<void> {
  let due: DueSchedule[] = [];
  try {
    const { thoughts, wasWritten } = await inTransaction(deps.pool, async (session) => {
      due = await lockDueSchedules(session, batch);
      if (due.length === batch.limit) batch.onFull?.(new Date(due[0]!.nowMs));
      const verdicts = await verdictsOf(session, due);
      const thoughts = due.map((schedule) => think(schedule, verdicts.get(schedule.id)));
      return { thoughts, wasWritten: await write(session, thoughts, batch.at) };
    });
    for (const thought of thoughts) tell(deps, stats, thought, wasWritten);
  } catch (error) {
    if (due.length === 0 || !isDataError(error)) throw error;
    await fireOneByOne(deps, stats, batch.at, due, error);
  }
}

/** A row that the database refuses must not hold up the rest of its batch. */
async function fireOneByOne(
  deps: FireDeps,
  stats: FireStats,
  at: At,
  due: readonly DueSchedule[],
  cause: unknown,
): Promise<void> {
  const [only] = due;
  if (due.length === 1 && only !== undefined)
    return restBroken(deps, stats, { at, broken: brokenThought(only, cause) });
  for (const { id } of due) await fireBatch(deps, stats, { at, until: null, limit: 1, ids: [id] });
}

/** The lock has gone with the work that failed: what has been edited, paused or fired since is left alone. */
async function restBroken(
  deps: FireDeps,
  stats: FireStats,
  { at, broken }: { at: At; broken: Thought },
): Promise<void> {
  const { id, owedMs } = broken.schedule;
  const isWritten = await inTransaction(deps.pool, async (session) => {
    const [still] = await lockDueSchedules(session, { at, until: null, limit: 1, ids: [id] });
    if (still?.owedMs !== owedMs) return false;
    await write(session, [broken], at);
    return true;
  });
  if (isWritten) tell(deps, stats, broken, () => false);
}

async function verdictsOf(session: Queryable, due: readonly DueSchedule[]): Promise<Map<string, Verdicts>> {
  const ids = due.filter(({ pauseAfter }) => pauseAfter !== null).map(({ id }) => id);
  return ids.length === 0 ? new Map() : readVerdicts(session, ids);
}

async function write(session: Queryable, thoughts: readonly Thought[], at: At): Promise<WasWritten> {
  if (thoughts.length === 0) return () => false;
  const advances = thoughts.map(({ schedule, nextMs, owedFromMs, error }) => {
    return { scheduleId: schedule.id, nextMs, owedFromMs, error };
  });
  const rows = thoughts.flatMap(({ schedule, fires }) => fires.map((fire) => rowOf(schedule, fire)));
  const wasWritten = await writeFires(session, advances, rows, at);
  await replaceRuns(session, thoughts, at);
  await countLimited(session, thoughts, wasWritten);
  return wasWritten;
}

function rowOf({ id, priority, startDeadlineSec }: DueSchedule, fire: PlannedFire): FireRow {
  const { fireMs, fireReason, coversFromMs, coversCount, skipReason } = fire;
  return {
    scheduleId: id,
    fireMs,
    fireReason,
    coversFromMs,
    coversCount,
    skipReason,
    priority,
    startDeadlineSec,
  };
}

async function replaceRuns(session: Queryable, thoughts: readonly Thought[], at: At): Promise<void> {
  const ids = thoughts
    .filter(({ fires }) => fires.some(({ decision }) => decision === "replace"))
    .map(({ schedule }) => schedule.id);
  if (ids.length > 0) await replaceOlder(session, ids, at);
}

/** The schedules that may make a limited number of runs are told of those that they made now. */
async function countLimited(
  session: Queryable,
  thoughts: readonly Thought[],
  wasWritten: WasWritten,
): Promise<void> {
  const limited = thoughts.filter(
    ({ schedule, error }) => schedule.timing.maxRuns !== null && error === null,
  );
  if (limited.length === 0) return;
  const made = limited.map(({ schedule: { id }, fires }) => ({
    scheduleId: id,
    count: fires.filter(
      ({ skipReason, fireMs }) => skipReason === null && wasWritten({ scheduleId: id, fireMs }),
    ).length,
  }));
  await countRunsMade(session, made);
}

function tell(deps: Pick<Deps, "log">, stats: FireStats, thought: Thought, wasWritten: WasWritten): void {
  const { schedule, fires, error } = thought;
  const log = deps.log ?? stderrLog;
  if (error !== null) {
    stats.errored += 1;
    log.error({ schedule: schedule.timing.name, error }, "schedule.errored");
    return;
  }
  // Ten thousand fires at midnight are as many objects that nobody reads.
  const hearsDebug = log.isLevelEnabled?.("debug") ?? true;
  for (const fire of fires) {
    if (!wasWritten({ scheduleId: schedule.id, fireMs: fire.fireMs })) continue;
    stats[statOf[fire.decision]] += 1;
    if (hearsDebug) log.debug({ ...factsOf(schedule, fire), decision: fire.decision }, "schedule.fired");
    if (fire.skipReason !== null) {
      log.info({ ...factsOf(schedule, fire), reason: fire.skipReason }, "run.skipped");
    }
  }
}

const statOf = { dispatch: "ready", replace: "ready", queue: "queued", skip: "skipped" } as const;

/** Which fire it is, and which ones it stands for if there are several. */
function factsOf(schedule: DueSchedule, { fireMs, coversFromMs, coversCount }: PlannedFire): object {
  const facts = { schedule: schedule.timing.name, fireTime: new Date(fireMs) };
  return coversCount === 1 ? facts : { ...facts, coversCount, coversFrom: new Date(coversFromMs) };
}

/** SQLSTATE classes 22 and 23: the values are at fault, not the database. */
export function isDataError(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return typeof code === "string" && /^2[23]/.test(code);
}
