import { BelfryError } from "../../core/errors.js";
import { runCan } from "../../core/run-state.js";
import { type Deps, instantOf } from "../../scheduler/deps.js";
import { listRunEvents } from "../../store/run-events.js";
import { getRun, insertManualRun, listRuns, requestCancel } from "../../store/runs.js";
import { getSchedule } from "../../store/schedules.js";
import type { RunChanges } from "../run-changes.js";
import type { PublicApi } from "./caller.js";
import { change, changeOnce } from "./change.js";
import { readLogPage } from "./logs.js";
import { streamLogs } from "./log-stream.js";
import { shareLooks } from "./output-looks.js";
import * as routes from "./run-routes.js";
import { runLocation } from "./schedules-api.js";
import type { RunJson } from "./shapes.js";
import { runDetailJson, runJson } from "./to-json.js";

type RunApiDeps = Pick<Deps, "pool" | "clock" | "log"> & { changes: RunChanges };

/** Adds what can be asked of runs, and done to them. */
export function addRunRoutes(app: PublicApi, deps: RunApiDeps): void {
  addReading(app, deps);
  addLogs(app, deps);
  addOperating(app, deps);
}

function addReading(app: PublicApi, { pool }: RunApiDeps): void {
  app.openapi(routes.listRunsRoute, async (c) => {
    const {
      cursor = null,
      limit,
      schedule: name,
      status = null,
      backfill = null,
      from,
      to,
    } = c.req.valid("query");
    const schedule = name === undefined ? null : await getSchedule(pool, name);
    const found = await listRuns(
      pool,
      { cursor, limit: limit + 1 },
      {
        scheduleId: schedule?.id ?? null,
        statuses: status,
        backfillId: backfill,
        from: instantIn(from),
        to: instantIn(to),
      },
    );
    const runs = found.slice(0, limit);
    const nextCursor = found.length > limit ? runs.at(-1)!.id : null;
    return c.json({ items: runs.map(runJson), nextCursor }, 200);
  });

  app.openapi(routes.getRunRoute, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(runDetailJson(await getRun(pool, id), await listRunEvents(pool, id)), 200);
  });
}

function instantIn(text: string | undefined): Date | null {
  return text === undefined ? null : new Date(text);
}

function addLogs(app: PublicApi, deps: RunApiDeps): void {
  app.openapi(routes.getLogsRoute, async (c) => {
    return c.json(await readLogPage(deps, c.req.valid("param").id, c.req.valid("query")), 200);
  });

  const look = shareLooks(deps);
  app.openapi(routes.streamLogsRoute, (c) => {
    return streamLogs(c, { ...deps, look }, c.req.valid("param").id, c.req.header("last-event-id"));
  });
}

function addOperating(app: PublicApi, deps: RunApiDeps): void {
  app.openapi(routes.cancelRoute, async (c) => {
    const { id } = c.req.valid("param");
    const run = await change(deps, c, async (session) => {
      const before = await getRun(session, id);
      const refusal = runCan.cancel(before);
      if (refusal !== null) throw new BelfryError("run_ended", refusal);
      await requestCancel(session, id, instantOf(deps));
      const after = await getRun(session, id);
      const states = { before: { status: before.status }, after: { status: after.status } };
      return {
        acts: [{ action: "run.cancel_requested", targetKind: "run", target: id, ...states }],
        answer: after,
      };
    });
    return c.json(runJson(run), 200);
  });

  app.openapi(routes.rerunRoute, async (c) => {
    const { id } = c.req.valid("param");
    const { body, headers } = await changeOnce<RunJson>(deps, c, async (session) => {
      const old = await getRun(session, id);
      const refusal = runCan.rerun(old);
      if (refusal !== null) throw new BelfryError("run_not_ended", refusal);
      const { parameters, scheduleId } = old;
      const run = await insertManualRun(session, scheduleId, instantOf(deps), { parameters, rerunOf: id });
      return {
        acts: [{ action: "run.rerun", targetKind: "run", target: id, after: { runId: run.id } }],
        answer: { body: runJson(run), headers: runLocation(run.id) },
      };
    });
    return c.json(body, 201, headers);
  });
}
