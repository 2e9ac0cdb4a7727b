import { messageOf } from "../core/errors.js";
import { catchUpOf } from "../core/fires/owed-fires.js";
import { planFires, type PlannedFire } from "../core/fires/plan-fires.js";
import { readyTiming } from "../core/fires/timing.js";
import type { At } from "../store/clock.js";
import type { Queryable } from "../store/database.js";
import { countRunsMade, type DueSchedule, fireKey, lockDueSchedules, writeFires } from "../store/fires.js";
import { inTransaction } from "../store/transaction.js";
import { fireRowOf } from "./account.js";
import { type Deps, instantOf } from "./deps.js";
import { stderrLog } from "./log.js";

/** What one pass over the due schedules did. */
export interface FireStats {
  /** Run rows that may be dispatched at once. */
  ready: number;
  skipped: number;
  queued: number;
  errored: number;
}

const batchSize = 1000;

/** Fires every schedule that is due: one run row per fire, and the schedule advanced, in one transaction a batch. */
export async function fireDueSchedules(deps: Pick<Deps, "pool" | "log" | "clock">): Promise<FireStats> {
  const stats: FireStats = { ready: 0, skipped: 0, queued: 0, errored: 0 };
  let at = instantOf(deps);
  for (;;) {
    const batch = await fireBatch(deps, stats, { at, limit: batchSize, ids: null });
    if (batch.length < batchSize) return stats;
    // What falls due while this pass goes on is for the next one: a pass always ends.
    at ??= batch[0]!.now;
  }
}

type Batch = { at: At; limit: number; ids: readonly string[] | null };

async function fireBatch(
  deps: Pick<Deps, "pool" | "log">,
  stats: FireStats,
  batch: Batch,
): Promise<DueSchedule[]> {
  let due: DueSchedule[] = [];
  try {
    const { thoughts, written } = await inTransaction(deps.pool, async (session) => {
      due = await lockDueSchedules(session, batch);
      const thoughts = due.map(think);
      return { thoughts, written: await write(session, thoughts, batch.at) };
    });
    for (const thought of thoughts) tell(deps, stats, thought, written);
  } catch (error) {
    if (due.length === 0 || !isDataError(error)) throw error;
    await fireOneByOne(deps, stats, batch.at, due, error);
  }
  return due;
}

/** A row that the database refuses must not hold up the rest of its batch. */
async function fireOneByOne(
  deps: Pick<Deps, "pool" | "log">,
  stats: FireStats,
  at: At,
  due: readonly DueSchedule[],
  cause: unknown,
): Promise<void> {
  const [only] = due;
  if (due.length === 1 && only !== undefined)
    return restBroken(deps, stats, { at, broken: brokenThought(only, cause) });
  for (const schedule of due) await fireBatch(deps, stats, { at, limit: 1, ids: [schedule.id] });
}

/** The lock has gone with the work that failed: what has been edited, paused or fired since is left alone. */
async function restBroken(
  deps: Pick<Deps, "pool" | "log">,
  stats: FireStats,
  { at, broken }: { at: At; broken: Thought },
): Promise<void> {
  const { id, owedFrom } = broken.schedule;
  const isWritten = await inTransaction(deps.pool, async (session) => {
    const [still] = await lockDueSchedules(session, { at, limit: 1, ids: [id] });
    if (still?.owedFrom.getTime() !== owedFrom.getTime()) return false;
    await write(session, [broken], at);
    return true;
  });
  if (isWritten) tell(deps, stats, broken, new Set());
}

/** What is to become of a due schedule. */
interface Thought {
  schedule: DueSchedule;
  fires: PlannedFire[];
  nextMs: number | null;
  owedFromMs: number | null;
  /** Why it could not be read. */
  error: string | null;
}

function think(schedule: DueSchedule): Thought {
  try {
    const { timing, runsMade, overlapPolicy, activeCount } = schedule;
    const plan = planFires({
      timing: readyTiming(timing),
      fromMs: schedule.owedFrom.getTime(),
      nowMs: schedule.now.getTime(),
      catchUp: catchUpOf(timing),
      overlap: overlapPolicy,
      activeCount,
      runsLeft: timing.maxRuns === null ? null : timing.maxRuns - runsMade,
    });
    return { schedule, ...plan, error: null };
  } catch (error) {
    return brokenThought(schedule, error);
  }
}

/** The fire is not lost: its row says that the schedule could not be read. It rests until it is edited or resumed. */
function brokenThought(schedule: DueSchedule, error: unknown): Thought {
  const fireMs = schedule.owedFrom.getTime();
  const fire: PlannedFire = {
    fireMs,
    coversFromMs: fireMs,
    coversCount: 1,
    fireReason: "schedule",
    decision: "skip",
    skipReason: "schedule_error",
  };
  return { schedule, fires: [fire], nextMs: null, owedFromMs: null, error: messageOf(error) };
}

async function write(session: Queryable, thoughts: readonly Thought[], at: At): Promise<Set<string>> {
  if (thoughts.length === 0) return new Set();
  const advances = thoughts.map(({ schedule, nextMs, owedFromMs, error }) => ({
    scheduleId: schedule.id,
    nextFireAt: dateOf(nextMs),
    owedFrom: dateOf(owedFromMs),
    error,
  }));
  const rows = thoughts.flatMap(({ schedule, fires }) => fires.map((fire) => fireRowOf(schedule.id, fire)));
  const written = await writeFires(session, advances, rows, at);
  await countLimited(session, thoughts, written);
  return written;
}

/** The schedules that may make a limited number of runs are told of those that they made now. */
async function countLimited(
  session: Queryable,
  thoughts: readonly Thought[],
  written: ReadonlySet<string>,
): Promise<void> {
  const limited = thoughts.filter(
    ({ schedule, error }) => schedule.timing.maxRuns !== null && error === null,
  );
  if (limited.length === 0) return;
  const made = limited.map(({ schedule, fires }) => ({
    scheduleId: schedule.id,
    count: fires.filter((fire) => fire.skipReason === null && written.has(keyOf(schedule, fire))).length,
  }));
  await countRunsMade(session, made);
}

function tell(
  deps: Pick<Deps, "log">,
  stats: FireStats,
  thought: Thought,
  written: ReadonlySet<string>,
): void {
  const { schedule, fires, error } = thought;
  const log = deps.log ?? stderrLog;
  if (error !== null) {
    stats.errored += 1;
    log.error({ schedule: schedule.timing.name, error }, "schedule.errored");
    return;
  }
  for (const fire of fires) {
    if (!written.has(keyOf(schedule, fire))) continue;
    stats[statOf[fire.decision]] += 1;
    log.debug({ ...factsOf(schedule, fire), decision: fire.decision }, "schedule.fired");
    if (fire.skipReason !== null) {
      log.info({ ...factsOf(schedule, fire), reason: fire.skipReason }, "run.skipped");
    }
  }
}

const statOf = { dispatch: "ready", queue: "queued", skip: "skipped" } as const;

/** Which fire it is, and which ones it stands for if there are several. */
function factsOf(schedule: DueSchedule, { fireMs, coversFromMs, coversCount }: PlannedFire): object {
  const facts = { schedule: schedule.timing.name, fireTime: new Date(fireMs) };
  return coversCount === 1 ? facts : { ...facts, coversCount, coversFrom: new Date(coversFromMs) };
}

function keyOf(schedule: DueSchedule, { fireMs }: PlannedFire): string {
  return fireKey({ scheduleId: schedule.id, fireTime: new Date(fireMs) });
}

function dateOf(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}

/** SQLSTATE classes 22 and 23: the values are at fault, not the database. */
export function isDataError(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return typeof code === "string" && /^2[23]/.test(code);
}
