import { type BackfillPreview, previewBackfill } from "../core/backfill/preview.js";
import { type Backfill, backfillCan } from "../core/backfill/backfill.js";
import { checkBackfill, firesToBackfill, type WantedBackfill } from "../core/backfill/check-backfill.js";
import { BelfryError } from "../core/errors.js";
import type { Schedule } from "../core/schedule.js";
import { readyTiming } from "../core/fires/timing.js";
import { countActiveRuns, listCoveringRuns, listFireRecords } from "../store/backfill-runs.js";
import { finishBackfill, getBackfill, insertBackfill, stopBackfill } from "../store/backfills.js";
import { databaseNow } from "../store/clock.js";
import type { Queryable } from "../store/database.js";
import { holdPruning } from "../store/prune.js";
import { cancelRunsOfBackfill } from "../store/runs.js";
import { getSchedule, moveOwedFrom } from "../store/schedules.js";
import { inTransaction } from "../store/transaction.js";
import { accountForMissed } from "./account.js";
import { type Deps, instantOf } from "./deps.js";
import { active, lockActive } from "./pause.js";

type BackfillDeps = Pick<Deps, "pool" | "clock">;

/** What a backfill of a schedule would do. Throws `schedule_not_found`, `schedule_retired` or `invalid_backfill`. */
export async function tryBackfill(
  deps: BackfillDeps,
  name: string,
  wanted: WantedBackfill,
): Promise<BackfillPreview> {
  return tryWithin(deps, deps.pool, name, wanted);
}

async function tryWithin(
  deps: Pick<Deps, "clock">,
  db: Queryable,
  name: string,
  wanted: WantedBackfill,
): Promise<BackfillPreview> {
  const schedule = active(await getSchedule(db, name));
  checkBackfill(schedule, wanted, await nowOf(deps, db));
  return preview(db, schedule, wanted);
}

/** A backfill that was asked for, and what it does. */
export type AskedBackfill = BackfillPreview & { backfill: Backfill };

/** Asks for a backfill, whose runs are made by the ticks that follow. Throws as `tryBackfill` does. */
export async function createBackfill(
  deps: BackfillDeps,
  name: string,
  wanted: WantedBackfill,
): Promise<AskedBackfill> {
  return inTransaction(deps.pool, (session) => createBackfillWithin(deps, session, name, wanted));
}

/** The same in a transaction that has begun. */
export async function createBackfillWithin(
  deps: Pick<Deps, "clock">,
  session: Queryable,
  name: string,
  wanted: WantedBackfill,
): Promise<AskedBackfill> {
  const previewed = await tryWithin(deps, session, name, wanted);
  await holdPruning(session); // from now on the rows of its range stay
  const schedule = await lockActive(session, name);
  await accountForPause(deps, session, schedule, wanted.to);
  const fires = previewed.counts.toRun;
  const backfill = await insertBackfill(
    session,
    { ...wanted, scheduleId: schedule.id, fires },
    instantOf(deps),
  );
  return { ...previewed, backfill };
}

async function preview(
  db: Queryable,
  schedule: Schedule,
  { from, to }: WantedBackfill,
): Promise<BackfillPreview> {
  const timing = readyTiming(schedule);
  const [fromMs, toMs] = [from.getTime(), to.getTime()];
  const fires = firesToBackfill(timing.live, fromMs, toMs);
  const records = await listFireRecords(db, schedule.id, fires);
  const covering = await listCoveringRuns(db, schedule.id, { from, to });
  return previewBackfill({ timing, fromMs, toMs, fires, records, covering });
}

/** What a paused schedule has missed until now gets its row now: at the end of the pause it would lie over the backfill's. */
async function accountForPause(
  deps: Pick<Deps, "clock">,
  session: Queryable,
  schedule: Schedule,
  to: Date,
): Promise<void> {
  const { pausedAt, owedFrom } = schedule;
  if (pausedAt === null || owedFrom === null || owedFrom > to) return;
  const now = await nowOf(deps, session);
  await accountForMissed(session, [{ schedule, reason: "paused" }], { now, at: instantOf(deps) });
  const nextMs = readyTiming(schedule).fires.after(now.getTime());
  await moveOwedFrom(session, schedule.id, Number.isNaN(nextMs) ? null : new Date(nextMs));
}

/**
 * Ends a backfill: no more of its runs are made, those that wait are cancelled, and those under way are asked to end.
 * Throws `backfill_not_found` or `backfill_ended`.
 */
export async function cancelBackfill(deps: BackfillDeps, id: string): Promise<Backfill> {
  return inTransaction(deps.pool, (session) => cancelBackfillWithin(deps, session, id));
}

/** The same in a transaction that has begun. */
export async function cancelBackfillWithin(
  deps: Pick<Deps, "clock">,
  session: Queryable,
  id: string,
): Promise<Backfill> {
  const at = instantOf(deps);
  const stopped = await stopBackfill(session, id, at);
  const backfill = await getBackfill(session, id);
  if (!stopped) throw new BelfryError("backfill_ended", backfillCan.cancel(backfill) ?? "It has ended.");
  // Only now, when no server can be at work on it any more, are all its runs there to be seen.
  await cancelRunsOfBackfill(session, id, at);
  if ((await countActiveRuns(session, backfill)).own === 0) await finishBackfill(session, id, at);
  return getBackfill(session, id);
}

async function nowOf(deps: Pick<Deps, "clock">, db: Queryable): Promise<Date> {
  return instantOf(deps) ?? databaseNow(db);
}
