import { BelfryError } from "../core/errors.js";
import type { RunStatus } from "../core/run.js";
import type { Schedule, ScheduleDefinition, ScheduleState } from "../core/schedule.js";
import type { At } from "./clock.js";
import type { Queryable } from "./database.js";
import { definitionRow, type ScheduleRow, toSchedule } from "./rows.js";

/** When a schedule is looked at next, and the oldest fire that is not accounted for, if it is an earlier one. */
export interface Arming {
  nextFireAt: Date | null;
  owedFrom: Date | null;
}

// The columns of a definition and their types, as `definitionRow` writes them.
const definitionTypes = {
  name: "text",
  description: "text",
  cron: "text",
  timezone: "text",
  every_sec: "integer",
  anchor_at: "timestamptz",
  at: "timestamptz",
  starts_at: "timestamptz",
  ends_at: "timestamptz",
  max_runs: "integer",
  spread_sec: "integer",
  dst_gap: "text",
  dst_fold: "text",
  blackouts: "jsonb",
  blackout_policy: "text",
  catch_up: "text",
  catch_up_window_sec: "integer",
  retry: "jsonb",
  exit_codes: "jsonb",
  grace_sec: "integer",
  queue_depth: "integer",
  max_concurrent: "integer",
  concurrency_group: "text",
  group_limit: "integer",
  priority: "smallint",
  start_deadline_sec: "integer",
  pause_after: "integer",
  cool_down_sec: "integer",
  keep_sec: "integer",
  keep_runs: "integer",
  overlap_policy: "text",
  timeout_sec: "integer",
  command: "jsonb",
  cwd: "text",
  env: "jsonb",
  secret_keys: "text[]",
  installation_id: "bigint",
  enabled: "boolean",
} as const satisfies Record<keyof ReturnType<typeof definitionRow>, string>;

const definitionColumns = Object.keys(definitionTypes).join(", ");
const recordColumns = Object.entries(definitionTypes)
  .map(([name, type]) => `${name} ${type}`)
  .join(", ");

/** Inserts schedules, all or none. Throws `schedule_exists`, naming those whose name is taken. */
export async function insertSchedules(
  db: Queryable,
  source: string | null,
  armed: readonly { definition: ScheduleDefinition; arming: Arming }[],
): Promise<Schedule[]> {
  const records = armed.map(({ definition, arming }) => ({
    ...definitionRow(definition),
    ...armingRow(arming),
  }));
  const { rows } = await db.query<ScheduleRow & { told: unknown }>(
    `with created as (
       insert into schedules (${definitionColumns}, source, next_fire_at, owed_from)
       select ${definitionColumns}, $2, next_fire_at, owed_from
         from jsonb_to_recordset($1::jsonb)
           as d (${recordColumns}, next_fire_at timestamptz, owed_from timestamptz)
        where not exists (
          select from jsonb_to_recordset($1::jsonb) as taken (name text) join schedules using (name))
       on conflict (name) do nothing
       returning *
     )
     select *, pg_notify('belfry', 'schedule') as told from created order by id`,
    [JSON.stringify(records), source],
  );
  if (rows.length < armed.length) throw await takenNames(db, armed, rows);
  return rows.map(toSchedule);
}

async function takenNames(
  db: Queryable,
  armed: readonly { definition: ScheduleDefinition }[],
  created: readonly { name: string }[],
): Promise<BelfryError> {
  const names = armed.map(({ definition }) => definition.name);
  const { rows } = await db.query<{ name: string }>(
    "select name from schedules where name = any($1) and name <> all($2)",
    [names, created.map(({ name }) => name)],
  );
  const taken = rows.map(({ name }) => `"${name}"`).join(", ");
  const what =
    rows.length === 1 ? `There is a schedule named ${taken} already` : `These names are taken: ${taken}`;
  return new BelfryError("schedule_exists", `${what}. Choose another name.`);
}

/** What an edit writes: the definition, and with `arming` also when it is looked at next. */
export interface DefinitionEdit {
  id: string;
  definition: ScheduleDefinition;
  /** Null: the next fire stays. */
  arming: Arming | null;
}

/** Overwrites definitions, forgets past failures, and brings retired schedules back. */
export async function updateDefinitions(
  db: Queryable,
  source: string | null,
  edits: readonly DefinitionEdit[],
  at: At,
): Promise<void> {
  const records = edits.map(({ id, definition, arming }) => ({
    ...definitionRow(definition),
    id,
    rearm: arming !== null,
    ...armingRow(arming ?? { nextFireAt: null, owedFrom: null }),
  }));
  await db.query(
    `with changed as (
       update schedules s
          set ${Object.keys(definitionTypes)
            .map((column) => `${column} = d.${column}`)
            .join(", ")},
              source = $2,
              next_fire_at = case when d.rearm then d.next_fire_at else s.next_fire_at end,
              owed_from = case when d.rearm then d.owed_from else s.owed_from end,
              runs_made = case when d.max_runs is null then 0 else s.runs_made end,
              breaker_reset_at = coalesce($3::timestamptz, now()),
              last_error = case when d.rearm then null else s.last_error end,
              last_error_at = case when d.rearm then null else s.last_error_at end,
              retired_at = null,
              revision = s.revision + 1,
              updated_at = coalesce($3::timestamptz, now())
         from jsonb_to_recordset($1::jsonb)
           as d (id bigint, rearm boolean, next_fire_at timestamptz, owed_from timestamptz, ${recordColumns})
        where s.id = d.id
       returning s.id
     )
     select pg_notify('belfry', 'schedule') from changed limit 1`,
    [JSON.stringify(records), source, at],
  );
}

function armingRow({ nextFireAt, owedFrom }: Arming) {
  return { next_fire_at: nextFireAt, owed_from: owedFrom };
}

/** The schedules as they stand now, locked until the transaction ends: no tick fires them meanwhile. */
export async function lockSchedules(session: Queryable, ids: readonly string[]): Promise<Schedule[]> {
  const { rows } = await session.query<ScheduleRow>(
    "select * from schedules where id = any($1::bigint[]) order by id for no key update",
    [ids],
  );
  return rows.map(toSchedule);
}

/** Retires schedules: they fire no more; what still waited to run is skipped, or cancelled if it had been tried already. */
export async function retireSchedules(db: Queryable, ids: readonly string[], at: At): Promise<void> {
  await db.query(
    `with retired as (
       update schedules
          set retired_at = coalesce($2::timestamptz, now()), next_fire_at = null, owed_from = null,
              revision = revision + 1, updated_at = coalesce($2::timestamptz, now())
        where id = any($1::bigint[]) and retired_at is null
       returning id
     ), waiting as (
       -- In order, as all who write several runs lock them: else two could wait for each other.
       select id
         from runs
        where schedule_id in (select id from retired) and status = 'pending'
        order by id
          for no key update
     ), ended as (
       update runs
          set status = case when attempt = 0 then 'skipped' else 'cancelled' end,
              skip_reason = case when attempt = 0 then 'retired' end,
              error_message = case when attempt > 0
                then 'Its schedule was retired while it waited for its next attempt.' end,
              finished_at = coalesce($2::timestamptz, now())
        where id in (select id from waiting) and status = 'pending'
       returning id, attempt, status
     ), told as (
       insert into run_events (run_id, attempt, name, at)
       select id, attempt, 'run.' || status, coalesce($2::timestamptz, now()) from ended
     )
     select pg_notify('belfry', 'run ' || id), pg_notify('belfry', 'feed') from ended`,
    [ids, at],
  );
}

/** Keeps a second apply out until the transaction ends. */
export async function lockApplies(session: Queryable): Promise<void> {
  await session.query("select pg_advisory_xact_lock(hashtext('belfry.apply'))");
}

/** All schedules, retired ones too. */
export async function listAllSchedules(db: Queryable): Promise<Schedule[]> {
  const { rows } = await db.query<ScheduleRow>("select * from schedules order by id");
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

/** Which schedules a list is of; null: any. */
export interface ScheduleFilter {
  /** Retired ones too; with `state` that decides. */
  retired: boolean;
  /** A text that the name or the description has somewhere, whatever the case of its letters. */
  search: string | null;
  state: ScheduleState | null;
  /** The owner of the definition; an empty text: none has it. */
  source: string | null;
  /** How the newest run stands. */
  lastStatus: RunStatus | null;
}

/** A page of schedules in the order of their names, after the name `cursor`. */
export async function listSchedules(
  db: Queryable,
  page: { cursor: string | null; limit: number },
  { retired, search, state, source, lastStatus }: ScheduleFilter,
): Promise<Schedule[]> {
  // The names of states are those of core; `scheduleState` of the command line says the same of one that it has.
  const { rows } = await db.query<ScheduleRow>(
    `select s.*
       from schedules s
      where ($1::text is null or s.name > $1)
        and ($3 or $5::text is not null or s.retired_at is null)
        and ($4::text is null or position(lower($4) in lower(s.name)) > 0
             or position(lower($4) in lower(s.description)) > 0)
        and ($5::text is null or $5 =
             case when s.retired_at is not null then 'retired'
                  when not s.enabled then 'off'
                  when s.paused_at is not null then 'paused'
                  when s.last_error is not null then 'error'
                  when s.next_fire_at is null and coalesce(s.cron, s.every_sec::text, s.at::text) is not null then 'ended'
                  else 'on' end)
        and ($6::text is null or coalesce(s.source, '') = $6)
        and ($7::text is null or $7 = (
             select r.status from runs r where r.schedule_id = s.id order by r.id desc limit 1))
      order by s.name
      limit $2`,
    [page.cursor, page.limit, retired, search, state, source, lastStatus],
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
            owed_from = coalesce(owed_from, next_fire_at),
            next_fire_at = null,
            revision = revision + 1,
            updated_at = coalesce($3::timestamptz, now())
      where id = $1
     returning *`,
    [id, reason, at],
  );
  return toSchedule(rows[0]!);
}

/** Notes from which fire on a paused schedule is still to account for what it misses. It must be locked. */
export async function moveOwedFrom(session: Queryable, id: string, owedFrom: Date | null): Promise<void> {
  await session.query("update schedules set owed_from = $2 where id = $1", [id, owedFrom]);
}

/** Ends a pause, and forgets past failures: the schedule fires next at `nextFireAt`. */
export async function resumeSchedule(
  db: Queryable,
  id: string,
  nextFireAt: Date | null,
  at: At,
): Promise<Schedule> {
  const { rows } = await db.query<ScheduleRow>(
    `with resumed as (
       update schedules
          set paused_at = null, pause_reason = null, next_fire_at = $2, owed_from = null,
              last_error = null, last_error_at = null, breaker_reset_at = coalesce($3::timestamptz, now()),
              revision = revision + 1, updated_at = coalesce($3::timestamptz, now())
        where id = $1
       returning *
     )
     select *, pg_notify('belfry', 'schedule') from resumed`,
    [id, nextFireAt, at],
  );
  return toSchedule(rows[0]!);
}

/** Forgets the failures of a schedule's runs: its circuit breaker is closed. */
export async function resetBreaker(db: Queryable, id: string, at: At): Promise<Schedule> {
  const { rows } = await db.query<ScheduleRow>(
    `update schedules
        set breaker_reset_at = coalesce($2::timestamptz, now()), revision = revision + 1
      where id = $1
     returning *`,
    [id, at],
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
