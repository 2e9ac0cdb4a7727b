import type { Context } from "hono";
import type { AuditedAct } from "../../core/audited-act.js";
import type { Schedule } from "../../core/schedule.js";
import { createWithin, deleteWithin, editWithin, lockOwn } from "../../manifest/edit-schedule.js";
import { type Deps, instantOf } from "../../scheduler/deps.js";
import { active, type Changed, lockActive, pauseLocked, resumeLocked } from "../../scheduler/pause.js";
import type { Queryable } from "../../store/database.js";
import { insertManualRun } from "../../store/runs.js";
import { getSchedule, listSchedules } from "../../store/schedules.js";
import { callerOf, type PublicApi, type PublicEnv } from "./caller.js";
import { type Answered, type Change, change, changeOnce } from "./change.js";
import { checkIfMatch, etagOf, isKnown } from "./etag.js";
import { editedDefinition, newDefinition } from "./given-definition.js";
import { oneScheduleJson, schedulesJson } from "./read-schedules.js";
import * as routes from "./schedule-routes.js";
import type { RunJson, ScheduleJson, TriggerBody } from "./shapes.js";
import { runJson } from "./to-json.js";

type ScheduleApiDeps = Pick<Deps, "pool" | "clock">;

/** Adds what can be asked of schedules, and done to them. */
export function addScheduleRoutes(app: PublicApi, deps: ScheduleApiDeps): void {
  addReading(app, deps);
  addWriting(app, deps);
  addOperating(app, deps);
}

function addReading(app: PublicApi, deps: ScheduleApiDeps): void {
  const { pool } = deps;

  app.openapi(routes.listSchedulesRoute, async (c) => {
    const { cursor = null, limit, all, ...given } = c.req.valid("query");
    const { search = null, state = null, source = null, lastStatus = null } = given;
    const filter = { retired: all === "true", search, state, source, lastStatus };
    const found = await listSchedules(pool, { cursor, limit: limit + 1 }, filter);
    const schedules = found.slice(0, limit);
    const items = await schedulesJson(pool, schedules, instantOf(deps));
    return c.json({ items, nextCursor: found.length > limit ? schedules.at(-1)!.name : null }, 200);
  });

  app.openapi(routes.getScheduleRoute, async (c) => {
    const schedule = await getSchedule(pool, c.req.valid("param").name);
    const { body, headers } = await shown(deps, pool, schedule);
    if (isKnown(c.req.header("if-none-match"), headers.etag)) return c.body(null, 304, headers);
    return c.json(body, 200, headers);
  });
}

function addWriting(app: PublicApi, deps: ScheduleApiDeps): void {
  app.openapi(routes.createScheduleRoute, async (c) => {
    const definition = newDefinition(c.req.valid("json"));
    const { body, headers } = await changeOnce(deps, c, async (session) => {
      const created = await createWithin(deps, session, definition, callerOf(c));
      const answer = await shown(deps, session, created);
      const location = `/api/v1/schedules/${encodeURIComponent(created.name)}`;
      return { acts: [], answer: { ...answer, headers: { ...answer.headers, location } } };
    });
    return c.json(body, 201, headers);
  });

  app.openapi(routes.editScheduleRoute, async (c) => {
    const given = c.req.valid("json");
    const { body, headers } = await change(deps, c, async (session) => {
      const schedule = active(await lockOwn(session, c.req.valid("param").name));
      checkUnchanged(c, schedule);
      const definition = editedDefinition(schedule, given);
      const edited = await editWithin(deps, session, { schedule, definition, by: callerOf(c) });
      return { acts: [], answer: await shown(deps, session, edited) };
    });
    return c.json(body, 200, headers);
  });

  app.openapi(routes.deleteScheduleRoute, async (c) => {
    await change(deps, c, async (session) => {
      const schedule = await lockOwn(session, c.req.valid("param").name);
      if (schedule.retiredAt === null) {
        checkUnchanged(c, schedule);
        await deleteWithin(deps, session, { schedule, by: callerOf(c) });
      }
      return { acts: [], answer: undefined };
    });
    return c.body(null, 204);
  });
}

function addOperating(app: PublicApi, deps: ScheduleApiDeps): void {
  app.openapi(routes.triggerRoute, async (c) => {
    // Without a body there is nothing that was read.
    const { parameters = {} } = c.req.valid("json") as Partial<TriggerBody>;
    const { name } = c.req.valid("param");
    const { body, headers } = await changeOnce<RunJson>(deps, c, async (session) => {
      const schedule = await getSchedule(session, name);
      const run = await insertManualRun(session, schedule.id, instantOf(deps), { parameters });
      // The names only: values may be private.
      const after = { runId: run.id, parameters: Object.keys(parameters) };
      const act = { action: "schedule.triggered", targetKind: "schedule", target: name, after } as const;
      return { acts: [act], answer: { body: runJson(run), headers: runLocation(run.id) } };
    });
    return c.json(body, 201, headers);
  });

  app.openapi(routes.pauseRoute, async (c) => {
    const { reason = null } = c.req.valid("json");
    const { body, headers } = await change(deps, c, async (session) => {
      const schedule = await lockUnchanged(c, session, c.req.valid("param").name);
      return switched(deps, session, "paused", await pauseLocked(deps, session, schedule, reason));
    });
    return c.json(body, 200, headers);
  });

  app.openapi(routes.resumeRoute, async (c) => {
    const { body, headers } = await change(deps, c, async (session) => {
      const schedule = await lockUnchanged(c, session, c.req.valid("param").name);
      return switched(deps, session, "resumed", await resumeLocked(deps, session, schedule));
    });
    return c.json(body, 200, headers);
  });
}

/** Where a new run is to be found. */
export function runLocation(id: string): { location: string } {
  return { location: `/api/v1/runs/${id}` };
}

async function shown(
  deps: Pick<Deps, "clock">,
  db: Queryable,
  schedule: Schedule,
): Promise<Answered<ScheduleJson> & { headers: { etag: string } }> {
  const body = await oneScheduleJson(db, schedule, instantOf(deps));
  return { body, headers: { etag: etagOf(schedule.revision, body) } };
}

function checkUnchanged(c: Context<PublicEnv>, { name, revision }: Schedule): void {
  checkIfMatch(c.req.header("if-match"), revision, `Schedule "${name}"`);
}

async function lockUnchanged(c: Context<PublicEnv>, session: Queryable, name: string): Promise<Schedule> {
  const schedule = await lockActive(session, name);
  checkUnchanged(c, schedule);
  return schedule;
}

async function switched(
  deps: Pick<Deps, "clock">,
  session: Queryable,
  done: "paused" | "resumed",
  { before, after }: Changed,
): Promise<Change<Answered<ScheduleJson>>> {
  const act: AuditedAct = {
    action: `schedule.${done}`,
    targetKind: "schedule",
    target: after.name,
    before: pauseOf(before),
    after: pauseOf(after),
  };
  const isAnother = before.revision !== after.revision;
  return { acts: isAnother ? [act] : [], answer: await shown(deps, session, after) };
}

function pauseOf({ pausedAt, pauseReason }: Schedule): object {
  return { pausedAt: pausedAt?.toISOString() ?? null, pauseReason };
}
