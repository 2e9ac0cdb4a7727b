import { stepBackfill, type BackfillFire } from "../core/backfill/fires.js";
import { remainderOf } from "../core/backfill/remainder.js";
import type { Backfill } from "../core/backfill/backfill.js";
import { firesBetween } from "../core/backfill/check-backfill.js";
import { BelfryError, messageOf } from "../core/errors.js";
import type { Schedule } from "../core/schedule.js";
import { type ReadyTiming, readyTiming } from "../core/fires/timing.js";
import {
  countActiveRuns,
  insertBackfillRuns,
  listFireRecords,
  listSkippedRanges,
  takeUpSkipped,
} from "../store/backfill-runs.js";
import {
  finishBackfill,
  listBackfillsToFeed,
  lockBackfill,
  moveBackfill,
  stopBackfill,
} from "../store/backfills.js";
import type { At } from "../store/clock.js";
import type { Queryable } from "../store/database.js";
import { insertFires } from "../store/fires.js";
import { lockSchedules } from "../store/schedules.js";
import { inTransaction } from "../store/transaction.js";
import { skippedRow } from "./account.js";
import { type Deps, instantOf } from "./deps.js";
import { isDataError } from "./fire.js";
import { type Log, stderrLog } from "./log.js";

type FeedDeps = Pick<Deps, "pool" | "clock" | "log">;

/** So many fires are looked at in one transaction. */
const stepSize = 500;
/** So many of those are made of one backfill before regular fires have their turn again. */
const stepsAtOnce = 4;

/**
 * Makes the next runs of every backfill that has room for them, and ends those that are done. A backfill's error is logged
 * and harms no other; an error of the database rejects. Answers whether there is more to do at once.
 */
export async function feedBackfills(deps: FeedDeps): Promise<boolean> {
  let isMore = false;
  for (const id of await listBackfillsToFeed(deps.pool)) {
    try {
      isMore = (await feedSome(deps, id)) || isMore;
    } catch (error) {
      if (!(error instanceof BelfryError) && !isDataError(error)) throw error;
      (deps.log ?? stderrLog).error({ backfillId: id, error: messageOf(error) }, "backfill.errored");
    }
  }
  return isMore;
}

async function feedSome(deps: FeedDeps, id: string): Promise<boolean> {
  for (let step = 0; step < stepsAtOnce; step += 1) {
    if (!(await feedOnce(deps, id))) return false;
  }
  return true;
}

/** Answers whether there is more to do at once. */
function feedOnce(deps: FeedDeps, id: string): Promise<boolean> {
  const at = instantOf(deps);
  const log = deps.log ?? stderrLog;
  return inTransaction(deps.pool, async (session) => {
    const backfill = await lockBackfill(session, id);
    if (backfill === null) return false;
    const [schedule] = await lockSchedules(session, [backfill.scheduleId]);
    const active = await countActiveRuns(session, backfill);
    if (backfill.nextFrom === null) {
      return active.own === 0 && end(session, backfill, { at, log });
    }
    if (schedule!.retiredAt !== null) return stopBackfill(session, id, at);
    return takeStep(session, { backfill, schedule: schedule!, nextFrom: backfill.nextFrom, active, at, log });
  });
}

async function end(
  session: Queryable,
  { id, scheduleName: schedule }: Backfill,
  { at, log }: { at: At; log: Log },
): Promise<false> {
  await finishBackfill(session, id, at);
  log.info({ schedule, backfillId: id }, "backfill.finished");
  return false;
}

interface Feeding {
  backfill: Backfill;
  schedule: Schedule;
  nextFrom: Date;
  active: { own: number; inTheWay: number };
  at: At;
  log: Log;
}

async function takeStep(session: Queryable, feeding: Feeding): Promise<boolean> {
  const { backfill, schedule, nextFrom, active, at, log } = feeding;
  const timing = readyTiming(schedule);
  const fromMs = nextFrom.getTime();
  const fires = firesBetween(timing.live, {
    fromMs,
    toMs: settledUntil(backfill, schedule),
    atMost: stepSize,
  });
  const records = await listFireRecords(session, schedule.id, fires);
  const step = stepBackfill(
    timing.live,
    { fires, records },
    { room: backfill.parallel - active.own, overlap: backfill.overlap, activeCount: active.inTheWay },
  );
  await write(session, timing, { backfill, fires: step.fires, at });
  for (const fire of step.fires) tell(log, backfill, fire);
  const comesAfter = step.settledMs ?? fromMs - 1;
  const isLast = !(timing.live.after(comesAfter) <= backfill.to.getTime());
  if (isLast || step.settledMs !== null) {
    await moveBackfill(session, backfill.id, isLast ? null : new Date(comesAfter + 1));
  }
  return isLast || (step.settledMs !== null && step.room > 0);
}

/** What the schedule itself has still to account for is left to it: the row that it writes stands for several fires. */
function settledUntil({ to }: Backfill, { enabled, owedFrom, nextFireAt }: Schedule): number {
  const owed = enabled ? (owedFrom ?? nextFireAt) : null;
  return owed === null ? to.getTime() : Math.min(to.getTime(), owed.getTime() - 1);
}

async function write(
  session: Queryable,
  timing: ReadyTiming,
  { backfill, fires, at }: { backfill: Backfill; fires: readonly BackfillFire[]; at: At },
): Promise<void> {
  const fresh = fires.filter(({ takesUp }) => takesUp === null);
  const takenUp = fires.filter(({ takesUp }) => takesUp !== null);
  if (fresh.length > 0) await insertBackfillRuns(session, backfill, fresh, at);
  if (takenUp.length === 0) return;
  await keepTheRest(
    session,
    timing,
    backfill.scheduleId,
    takenUp.map(({ takesUp }) => takesUp!),
  );
  await takeUpSkipped(session, backfill, takenUp, at);
}

/** A row that is taken up may stand for other fires, which stay skipped: they get a row that says so in its place. */
async function keepTheRest(
  session: Queryable,
  timing: ReadyTiming,
  scheduleId: string,
  runIds: readonly string[],
): Promise<void> {
  for (const range of await listSkippedRanges(session, runIds)) {
    const rest = remainderOf(timing, range, range.ownMs);
    if (rest === null) continue;
    const { fireReason, skipReason, skippedAt } = range;
    await insertFires(session, [skippedRow(scheduleId, { ...rest, fireReason }, skipReason)], skippedAt);
  }
}

function tell(
  log: Log,
  { id, scheduleName: schedule }: Backfill,
  { fireMs, skipReason }: BackfillFire,
): void {
  const facts = { schedule, backfillId: id, fireTime: new Date(fireMs) };
  log.debug(facts, "schedule.backfilled");
  if (skipReason !== null) log.info({ ...facts, reason: skipReason }, "run.skipped");
}
