import { callerOf, type PublicApi } from "./caller.js";
import { changeOnce } from "./change.js";
import { checkSchedule } from "../../core/check-schedule.js";
import { definitionChanges } from "../../core/definition-changes.js";
import { type DefinitionJson, definitionOf } from "../../core/definition-json.js";
import { BelfryError } from "../../core/errors.js";
import { nextRunAt } from "../../core/fires/next-run.js";
import type { Schedule, ScheduleDefinition } from "../../core/schedule.js";
import { foreignNames, type ManifestPlan, type PlannedUpdate, planManifest } from "../../manifest/plan.js";
import { type Deps, instantOf } from "../../scheduler/deps.js";
import { databaseNow } from "../../store/clock.js";
import { listAllSchedules } from "../../store/schedules.js";
import { planBody, type PlanJson, type PlannedUpdateJson, planShape } from "./plan-shapes.js";
import { answer, jsonBody, onceHeader, problem } from "./routes.js";
import { applyBody, type AppliedJson, appliedShape } from "./schedule-shapes.js";
import { applyWithin } from "../../manifest/apply.js";
import { operation } from "./operation.js";
import { scheduleJson } from "./to-json.js";

const tags = ["Schedules"];

const planRoute = operation({
  operationId: "planManifest",
  access: "schedules.read",
  method: "post",
  path: "/plan",
  tags,
  summary: "What an apply of a manifest would change; nothing is written",
  request: { body: jsonBody(planBody) },
  responses: { 200: answer(planShape, "What would be changed."), default: problem },
});

const applyRoute = operation({
  operationId: "applyManifest",
  access: "schedules.write",
  method: "post",
  path: "/apply",
  tags,
  summary: "Make the schedules of an owner what a manifest says, all of it or nothing",
  request: { headers: onceHeader, body: jsonBody(applyBody) },
  responses: { 200: answer(appliedShape, "What was changed."), default: problem },
});

/** Adds the question what an apply of a manifest would change, and the apply. */
export function addPlanRoutes(app: PublicApi, deps: Pick<Deps, "pool" | "clock">): void {
  addPlan(app, deps);
  addApply(app, deps);
}

function addApply(app: PublicApi, deps: Pick<Deps, "pool" | "clock">): void {
  app.openapi(applyRoute, async (c) => {
    const { schedules, source } = c.req.valid("json");
    const wanted = readAll(schedules);
    const { body, headers } = await changeOnce<AppliedJson>(deps, c, async (session) => {
      const applied = await applyWithin(deps, session, wanted, { by: callerOf(c), source });
      const act = {
        action: "manifest.applied",
        targetKind: "manifest",
        target: source,
        after: applied,
      } as const;
      return { acts: [act], answer: { body: { source, ...applied }, headers: {} } };
    });
    return c.json(body, 200, headers);
  });
}

function addPlan(app: PublicApi, deps: Pick<Deps, "pool" | "clock">): void {
  app.openapi(planRoute, async (c) => {
    const { schedules, source } = c.req.valid("json");
    const wanted = readAll(schedules);
    const current = await listAllSchedules(deps.pool);
    const foreign = new Set(foreignNames(current, wanted, source));
    const own = wanted.filter(({ name }) => !foreign.has(name));
    const now = instantOf(deps) ?? (await databaseNow(deps.pool));
    return c.json(planJson(planManifest(current, own, source), [...foreign], now), 200);
  });
}

function readAll(schedules: readonly DefinitionJson[]): ScheduleDefinition[] {
  const wanted = schedules.map(readDefinition);
  refuseTwins(wanted);
  return wanted;
}

function readDefinition(json: DefinitionJson): ScheduleDefinition {
  try {
    return checkSchedule(definitionOf(json));
  } catch (error) {
    if (!(error instanceof BelfryError)) throw error;
    throw new BelfryError(error.code, `In the schedule ${JSON.stringify(json.name)}: ${error.message}`);
  }
}

function refuseTwins(wanted: readonly ScheduleDefinition[]): void {
  const seen = new Set<string>();
  for (const { name } of wanted) {
    if (seen.has(name)) throw new BelfryError("invalid_request", `The schedule "${name}" is named twice.`);
    seen.add(name);
  }
}

function planJson(plan: ManifestPlan, foreign: string[], now: Date): PlanJson {
  return {
    now: now.toISOString(),
    created: plan.create.map(({ name }) => name),
    updated: plan.update.map(updateJson),
    retired: plan.retire.map(retiredJson),
    unchanged: plan.unchanged.length,
    foreign,
  };
}

function updateJson({ schedule, definition, rearm }: PlannedUpdate): PlannedUpdateJson {
  const facts = { lastRun: undefined, breaker: undefined };
  const { lastRun: _, breaker: __, ...current } = scheduleJson(schedule, facts);
  return { current, rearm, ...definitionChanges(schedule, definition) };
}

function retiredJson(schedule: Schedule): PlanJson["retired"][number] {
  return { name: schedule.name, nextRunAt: nextRunAt(schedule)?.toISOString() ?? null };
}
