import type { FireReason, SkipReason } from "../core/run.js";
import { arrayText, sparseArrayText } from "./array-text.js";
import type { At } from "./clock.js";
import type { Queryable } from "./database.js";

/** Where a tick leaves a schedule. Instants in milliseconds. */
export interface Advance {
  scheduleId: string;
  nextMs: number | null;
  owedFromMs: number | null;
  /** Why the schedule cannot fire any more. */
  error: string | null;
}

/** A row for one fire, or for several that it stands for. Instants in milliseconds. */
export interface FireRow {
  scheduleId: string;
  fireMs: number;
  fireReason: FireReason;
  /** The oldest of the fires it stands for; the fire itself if there is but one. */
  coversFromMs: number;
  coversCount: number;
  /** Null: the run may start, or waits for its turn. */
  skipReason: SkipReason | null;
  priority: number;
  /** One that may start is given up if it has not been tried after so long. */
  startDeadlineSec: number | null;
}

/** Says whether the row of a fire was written: one that had its row already is left as it is. */
export type WasWritten = (fire: Pick<FireRow, "scheduleId" | "fireMs">) => boolean;

/**
 * Advances the schedules and inserts the rows of their fires, in one statement. The schedules must be locked by
 * `lockDueSchedules` in the same transaction.
 */
export async function writeFires(
  session: Queryable,
  advances: readonly Advance[],
  fires: readonly FireRow[],
  at: At,
): Promise<WasWritten> {
  // The sub-selects hide the length of the arrays: for some hundred fires of 100,000 schedules the planner would read all
  // schedules, which takes longer than the rest of the work.
  const { rows } = await session.query<WrittenRow>(
    `with advance as (
       select *
         from unnest((select $11::bigint[]), (select $12::float8[]), (select $13::float8[]), (select $14::text[]))
           as a (schedule_id, next_ms, owed_from_ms, error)
     ), advanced as (
       update schedules s
          set next_fire_at = to_timestamp(a.next_ms / 1000),
              owed_from = to_timestamp(a.owed_from_ms / 1000),
              last_error = a.error,
              last_error_at = case when a.error is not null then coalesce($1::timestamptz, now()) end
         from advance a
        where s.id = a.schedule_id
     ), ${insertedFires}`,
    [...fireRowValues(fires, at), ...advanceValues(advances)],
  );
  return wasWritten(rows, fires.length);
}

/** Inserts rows of fires, and advances nothing; see `writeFires`. */
export async function insertFires(session: Queryable, fires: readonly FireRow[], at: At): Promise<void> {
  if (fires.length > 0) await session.query(`with ${insertedFires}`, fireRowValues(fires, at));
}

interface WrittenRow {
  written: number;
  schedule_id: string | null;
  fire_ms: number;
}

// Which rows were written is told only if some were not.
const insertedFires = `inserted as (
       insert into runs (schedule_id, fire_time, fire_reason, covers_from, covers_count, status, skip_reason, priority,
                         created_at, start_by, finished_at)
       select f.schedule_id, to_timestamp(f.fire_ms / 1000), coalesce(f.fire_reason, 'schedule'),
              to_timestamp(f.covers_from_ms / 1000), coalesce(f.covers_count, 1),
              case when f.skip_reason is null then 'pending' else 'skipped' end,
              f.skip_reason, coalesce(f.priority, 0),
              coalesce($1::timestamptz, clock_timestamp()),
              coalesce($1::timestamptz, clock_timestamp()) + f.start_deadline_sec * interval '1 second',
              case when f.skip_reason is not null then coalesce($1::timestamptz, clock_timestamp()) end
         from unnest((select $3::bigint[]), (select $4::float8[]), (select $5::text[]), (select $6::float8[]),
                     (select $7::int[]), (select $8::text[]), (select $9::int[]), (select $10::int[]))
           as f (schedule_id, fire_ms, fire_reason, covers_from_ms, covers_count, skip_reason, priority, start_deadline_sec)
       on conflict (schedule_id, fire_time) do nothing
       returning schedule_id, fire_time
     )
     select n.written, i.schedule_id, date_part('epoch', i.fire_time) * 1000 as fire_ms
       from (select count(*)::int as written from inserted) n
       left join inserted i on n.written < $2::int`;

function fireRowValues(fires: readonly FireRow[], at: At): unknown[] {
  const isRun = (fire: FireRow) => fire.skipReason === null;
  return [
    at,
    fires.length,
    arrayText(fires.map((fire) => fire.scheduleId)),
    arrayText(fires.map((fire) => fire.fireMs)),
    sparseArrayText(fires, (fire) => fire.fireReason, "schedule"),
    sparseArrayText(fires, (fire) => (fire.coversCount > 1 ? fire.coversFromMs : null)),
    sparseArrayText(fires, (fire) => fire.coversCount, 1),
    sparseArrayText(fires, (fire) => fire.skipReason),
    sparseArrayText(fires, (fire) => fire.priority, 0),
    sparseArrayText(fires, (fire) => (isRun(fire) ? fire.startDeadlineSec : null)),
  ];
}

function advanceValues(advances: readonly Advance[]): unknown[] {
  const isBroken = advances.some(({ error }) => error !== null);
  return [
    arrayText(advances.map((advance) => advance.scheduleId)),
    arrayText(advances.map((advance) => advance.nextMs)),
    sparseArrayText(advances, (advance) => advance.owedFromMs),
    // What people read is left to the client library, which knows how to quote it.
    isBroken ? advances.map(({ error }) => error) : null,
  ];
}

function wasWritten(rows: readonly WrittenRow[], wanted: number): WasWritten {
  if (rows[0]!.written === wanted) return () => true;
  const keys = new Set(rows.map((row) => `${row.schedule_id} ${Math.round(row.fire_ms)}`));
  return ({ scheduleId, fireMs }) => keys.has(`${scheduleId} ${fireMs}`);
}

/** Counts runs towards the limits of their schedules; one that has made all of its runs fires no more. */
export async function countRunsMade(
  session: Queryable,
  made: readonly { scheduleId: string; count: number }[],
): Promise<void> {
  await session.query(
    `update schedules s
        set runs_made = s.runs_made + m.count,
            next_fire_at = case when s.runs_made + m.count < s.max_runs then s.next_fire_at end,
            owed_from = case when s.runs_made + m.count < s.max_runs then s.owed_from end
       from unnest($1::bigint[], $2::int[]) as m (schedule_id, count)
      where s.id = m.schedule_id and s.max_runs is not null`,
    [made.map(({ scheduleId }) => scheduleId), made.map(({ count }) => count)],
  );
}
