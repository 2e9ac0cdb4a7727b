import { cronOf } from "../core/cron.js";
import { decide } from "../core/decide.js";
import { messageOf } from "../core/errors.js";
import { owedFires } from "../core/owed-fires.js";
import { zoneOf } from "../core/zone.js";
import type { At } from "../store/clock.js";
import { type DueSchedule, type Fire, lockDueSchedules, writeFires } from "../store/fires.js";
import { inTransaction } from "../store/transaction.js";
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
    const { fires, written } = await inTransaction(deps.pool, async (session) => {
      due = await lockDueSchedules(session, batch);
      const thoughts = due.map(think);
      if (thoughts.length === 0) return { fires: thoughts, written: new Set<string>() };
      return {
        fires: thoughts,
        written: await writeFires(
          session,
          thoughts.map((t) => t.fire),
          batch.at,
        ),
      };
    });
    for (const fired of fires) tell(deps, stats, fired, written);
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
  if (due.length === 1 && only !== undefined) {
    const broken = brokenFire(only, cause);
    await inTransaction(deps.pool, (session) => writeFires(session, [broken], at));
    tell(deps, stats, { schedule: only, fire: broken, decision: "error" }, new Set());
    return;
  }
  for (const schedule of due) await fireBatch(deps, stats, { at, limit: 1, ids: [schedule.id] });
}

interface Fired {
  schedule: DueSchedule;
  fire: Fire;
  decision: "dispatch" | "skip" | "queue" | "error";
}

function think(schedule: DueSchedule): Fired {
  try {
    const owed = owedFires(
      cronOf(schedule.cron ?? ""),
      zoneOf(schedule.timezone),
      schedule.nextFireAt.getTime(),
      schedule.now.getTime(),
    );
    const decision = decide(schedule.overlapPolicy, schedule.activeCount);
    const fire: Fire = {
      scheduleId: schedule.id,
      fireTime: new Date(owed.fireMs),
      nextFireAt: owed.nextMs === null ? null : new Date(owed.nextMs),
      coversFrom: owed.coversCount > 1 ? new Date(owed.coversFromMs) : null,
      coversCount: owed.coversCount,
      skipReason: decision === "skip" ? "overlap" : null,
      error: null,
    };
    return { schedule, fire, decision };
  } catch (error) {
    return { schedule, fire: brokenFire(schedule, error), decision: "error" };
  }
}

/** The fire is not lost: its row says that the schedule could not be read. It rests until it is edited or resumed. */
function brokenFire(schedule: DueSchedule, error: unknown): Fire {
  return {
    scheduleId: schedule.id,
    fireTime: schedule.nextFireAt,
    nextFireAt: null,
    coversFrom: null,
    coversCount: 1,
    skipReason: "schedule_error",
    error: messageOf(error),
  };
}

function tell(deps: Pick<Deps, "log">, stats: FireStats, fired: Fired, written: ReadonlySet<string>): void {
  const { schedule, fire, decision } = fired;
  const log = deps.log ?? stderrLog;
  if (decision === "error") {
    stats.errored += 1;
    log.error({ schedule: schedule.name, error: fire.error }, "schedule.errored");
    return;
  }
  if (!written.has(schedule.id)) return;
  if (decision === "dispatch") stats.ready += 1;
  else if (decision === "queue") stats.queued += 1;
  else stats.skipped += 1;
  const details = { schedule: schedule.name, fireTime: fire.fireTime, covers: fire.coversCount };
  log.debug({ ...details, decision }, "schedule.fired");
  if (decision === "skip") log.info({ ...details, reason: fire.skipReason }, "run.skipped");
}

/** SQLSTATE classes 22 and 23: the values are at fault, not the database. */
function isDataError(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return typeof code === "string" && /^2[23]/.test(code);
}
