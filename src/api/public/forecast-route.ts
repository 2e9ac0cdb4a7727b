import type { PublicApi } from "./caller.js";
import type { Queryable } from "../../store/database.js";
import { listDurations } from "../../store/durations.js";
import { durationsShape } from "./forecast-shapes.js";
import { operation } from "./operation.js";
import { answer, problem } from "./routes.js";

const durationsRoute = operation({
  operationId: "listDurations",
  access: "runs.read",
  method: "get",
  path: "/durations",
  tags: ["Schedules"],
  summary: "How long the last runs of each schedule took",
  responses: { 200: answer(durationsShape, "The schedules of which a run has ended."), default: problem },
});

/** Adds what a forecast needs to know besides the schedules. */
export function addDurationsRoute(app: PublicApi, { pool }: { pool: Queryable }): void {
  app.openapi(durationsRoute, async (c) => c.json({ items: await listDurations(pool) }, 200));
}
