import { comingFires, timesOfSchedule } from "../../core/fires/coming-fires.js";
import type { NamedTiming } from "../../core/fires/timing.js";
import { type Deps, instantOf } from "../../scheduler/deps.js";
import { databaseNow } from "../../store/clock.js";
import { getSchedule } from "../../store/schedules.js";
import type { PublicApi } from "./caller.js";
import { newDefinition } from "./given-definition.js";
import { nextFiresRoute, previewRoute } from "./schedule-routes.js";
import type { ComingFiresJson } from "./schedule-shapes.js";

interface Question {
  count: number;
  after?: string | undefined;
}

/** Adds the question when a schedule fires next, be it saved or not. */
export function addPreviewRoutes(app: PublicApi, deps: Pick<Deps, "pool" | "clock">): void {
  const now = async () => instantOf(deps) ?? (await databaseNow(deps.pool));

  app.openapi(nextFiresRoute, async (c) => {
    const schedule = await getSchedule(deps.pool, c.req.valid("param").name);
    return c.json(comingJson(schedule, c.req.valid("query"), await now()), 200);
  });

  app.openapi(previewRoute, async (c) => {
    const { count, after, ...given } = c.req.valid("json");
    return c.json(comingJson(newDefinition(given), { count, after }, await now()), 200);
  });
}

function comingJson(
  timing: NamedTiming & { runsMade?: number },
  { count, after }: Question,
  now: Date,
): ComingFiresJson {
  const from = after === undefined ? now : new Date(after);
  const fires = comingFires(timesOfSchedule(timing), from, count);
  return {
    now: now.toISOString(),
    timezone: timing.timezone,
    items: fires.map(({ at, note }) => ({ fireTime: at.toISOString(), note })),
    runsLeft: timing.maxRuns === null ? null : Math.max(0, timing.maxRuns - (timing.runsMade ?? 0)),
  };
}
