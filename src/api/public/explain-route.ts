import type { PublicApi } from "./caller.js";
import { type Explanation, explainFires, mostExplained } from "../../core/explain/explain-fire.js";
import type { Schedule } from "../../core/schedule.js";
import { type Deps, instantOf } from "../../scheduler/deps.js";
import { databaseNow } from "../../store/clock.js";
import { listFireRows } from "../../store/fire-rows.js";
import { getSchedule } from "../../store/schedules.js";
import { explainQuery, type ExplanationJson, explanationShape } from "./explain-shapes.js";
import { operation } from "./operation.js";
import { answer, problem, scheduleParams } from "./routes.js";

const explainRoute = operation({
  operationId: "explainFires",
  access: "schedules.read",
  method: "get",
  path: "/schedules/{name}/explain",
  tags: ["Schedules"],
  summary: "What became of the fires of a stretch of time, and why",
  request: { params: scheduleParams, query: explainQuery },
  responses: { 200: answer(explanationShape, "Each fire, with the reason."), default: problem },
});

/** A row that stands for a fire comes soon after it: of the catching up of one outage there are no more than these. */
const rowsLookedAt = mostExplained + 150;

/** Adds the question why a schedule did, or did not, run at a time. */
export function addExplainRoute(app: PublicApi, deps: Pick<Deps, "pool" | "clock">): void {
  const { pool } = deps;
  app.openapi(explainRoute, async (c) => {
    const query = c.req.valid("query");
    const [from, to] = [new Date(query.from), new Date(query.to)];
    const schedule = await getSchedule(pool, c.req.valid("param").name);
    const rows = await listFireRows(pool, schedule.id, { from, limit: rowsLookedAt });
    const now = instantOf(deps) ?? (await databaseNow(pool));
    const explanation = explainFires({ schedule, rows, now, from, to });
    return c.json(explanationJson(schedule, explanation, { from, to, now }), 200);
  });
}

function explanationJson(
  { name, timezone }: Schedule,
  { fires, more, notes, before, after }: Explanation,
  { from, to, now }: { from: Date; to: Date; now: Date },
): ExplanationJson {
  return {
    scheduleName: name,
    timezone,
    from: from.toISOString(),
    to: to.toISOString(),
    now: now.toISOString(),
    fires: fires.map((fire) => ({ ...fire, fireAt: fire.fireAt.toISOString() })),
    more,
    notes: [...notes],
    before: before?.toISOString() ?? null,
    after: after?.toISOString() ?? null,
  };
}
