import { BelfryError } from "../core/errors.js";
import type { Schedule, ScheduleDefinition } from "../core/schedule.js";
import type { At } from "./clock.js";
import type { Queryable } from "./database.js";
import { type ScheduleRow, toSchedule } from "./rows.js";

/** A definition together with who owns it and when it fires next. */
export interface ArmedDefinition {
  definition: ScheduleDefinition;
  source: string | null;
  nextFireAt: Date | null;
}

const definitionColumns = `name, description, cron, timezone, overlap_policy, timeout_sec, command, cwd, env,
  installation_id, source, enabled, next_fire_at`;

function definitionValues({ definition: d, source, nextFireAt }: ArmedDefinition): unknown[] {
  return [
    d.name,
    d.description,
    d.cron,
    d.timezone,
    d.overlap,
    d.timeoutSec,
    JSON.stringify(d.run),
    d.cwd,
    JSON.stringify(d.env),
    d.installationId,
    source,
    d.enabled,
    nextFireAt,
  ];
}

/** Inserts a schedule. Throws `schedule_exists` if its name is taken. */
export async function insertSchedule(db: Queryable, armed: ArmedDefinition): Promise<Schedule> {
  const { rows } = await db.query<ScheduleRow>(
    `with created as (
       insert into schedules (${definitionColumns})
       values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9::jsonb, $10, $11, $12, $13)
       on conflict (name) do nothing
       returning *
     )
     select *, pg_notify('belfry', 'schedule') from created`,
    definitionValues(armed),
  );
  const row = rows[0];
  if (row === undefined) {
    const name = armed.definition.name;
    throw new BelfryError(
      "schedule_exists",
      `There is a schedule named "${name}" already. Choose another name.`,
    );
  }
  return toSchedule(row);
}

/** Overwrites a definition, and brings a retired schedule back. With `rearm` its next fire is set too. */
export async function updateDefinition(
  db: Queryable,
  id: string,
  armed: ArmedDefinition,
  { rearm, at }: { rearm: boolean; at: At },
): Promise<void> {
  await db.query(
    `with changed as (
       update schedules
          set name = $1, description = $2, cron = $3, timezone = $4, overlap_policy = $5, timeout_sec = $6,
              command = $7::jsonb, cwd = $8, env = $9::jsonb, installation_id = $10, source = $11, enabled = $12,
              next_fire_at = case when $15 then $13 else next_fire_at end,
              last_error = case when $15 then null else last_error end,
              last_error_at = case when $15 then null else last_error_at end,
              retired_at = null,
              updated_at = coalesce($16::timestamptz, now())
        where id = $14
       returning id
     )
     select pg_notify('belfry', 'schedule') from changed`,
    [...definitionValues(armed), id, rearm, at],
  );
}

/** Retires schedules: they fire no more, and what still waited to run is skipped. */
export async function retireSchedules(db: Queryable, ids: readonly string[], at: At): Promise<void> {
  await db.query(
    `with retired as (
       update schedules
          set retired_at = coalesce($2::timestamptz, now()), next_fire_at = null,
              updated_at = coalesce($2::timestamptz, now())
        where id = any($1::bigint[]) and retired_at is null
       returning id
     )
     update runs
        set status = 'skipped', skip_reason = 'retired', finished_at = coalesce($2::timestamptz, now())
      where schedule_id in (select id from retired) and status = 'pending'`,
    [ids, at],
  );
}

/** All schedules, locked against a second apply at the same time. */
export async function lockAllSchedules(session: Queryable): Promise<Schedule[]> {
  await session.query("select pg_advisory_xact_lock(hashtext('belfry.apply'))");
  const { rows } = await session.query<ScheduleRow>("select * from schedules order by id");
  return rows.map(toSchedule);
}

export async function findSchedule(db: Queryable, name: string): Promise<Schedule | null> {
  const { rows } = await db.query<ScheduleRow>("select * from schedules where name = $1", [name]);
  return rows[0] === undefined ? null : toSchedule(rows[0]);
}

/** The schedule of that name; throws `schedule_not_found`. */
export async function getSchedule(db: Queryable, name: string): Promise<Schedule> {
  const schedule = await findSchedule(db, name);
  if (schedule !== null) return schedule;
  throw new BelfryError("schedule_not_found", `There is no schedule named "${name}".`);
}

/** A page of schedules in the order of their names, after the name `cursor`. */
export async function listSchedules(
  db: Queryable,
  { cursor, limit, retired }: { cursor: string | null; limit: number; retired: boolean },
): Promise<Schedule[]> {
  const { rows } = await db.query<ScheduleRow>(
    `select *
       from schedules
      where ($1::text is null or name > $1) and ($3 or retired_at is null)
      order by name
      limit $2`,
    [cursor, limit, retired],
  );
  return rows.map(toSchedule);
}

/** Pauses a schedule; one that is paused keeps its first pause. It is told as a plain fact, whoever asked. */
export async function pauseSchedule(
  db: Queryable,
  id: string,
  reason: string | null,
  at: At,
): Promise<Schedule> {
  const { rows } = await db.query<ScheduleRow>(
    `update schedules
        set paused_at = coalesce(paused_at, $3::timestamptz, now()),
            pause_reason = case when paused_at is null then $2 else coalesce($2, pause_reason) end,
            next_fire_at = null,
            updated_at = coalesce($3::timestamptz, now())
      where id = $1
     returning *`,
    [id, reason, at],
  );
  return toSchedule(rows[0]!);
}

/** Ends a pause: the schedule fires next at `nextFireAt`. */
export async function resumeSchedule(
  db: Queryable,
  id: string,
  nextFireAt: Date | null,
  at: At,
): Promise<Schedule> {
  const { rows } = await db.query<ScheduleRow>(
    `with resumed as (
       update schedules
          set paused_at = null, pause_reason = null, next_fire_at = $2, last_error = null, last_error_at = null,
              updated_at = coalesce($3::timestamptz, now())
        where id = $1
       returning *
     )
     select *, pg_notify('belfry', 'schedule') from resumed`,
    [id, nextFireAt, at],
  );
  return toSchedule(rows[0]!);
}

/** The schedules that would fire if their next fire could be worked out. */
export async function listBrokenSchedules(db: Queryable): Promise<Schedule[]> {
  const { rows } = await db.query<ScheduleRow>(
    `select *
       from schedules
      where last_error is not null and enabled and paused_at is null and retired_at is null
      order by id`,
  );
  return rows.map(toSchedule);
}
