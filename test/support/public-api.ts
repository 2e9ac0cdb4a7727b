import { EventEmitter, once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { Hono, type Context } from "hono";
import type { z } from "zod";
import { type ExplanationJson, explainQuery, explanationShape } from "../../src/api/public/explain-shapes.js";
import { type DurationsJson, durationsShape } from "../../src/api/public/forecast-shapes.js";
import { planBody, type PlanJson, planShape } from "../../src/api/public/plan-shapes.js";
import { scheduleListQuery } from "../../src/api/public/schedule-shapes.js";
import {
  logPageShape,
  logQuery,
  pageOf,
  pauseBody,
  problemShape,
  runDetailShape,
  runListQuery,
  runShape,
  scheduleShape,
  type LogEntryJson,
  type RunDetailJson,
  type ScheduleJson,
} from "../../src/api/public/shapes.js";
import type { DefinitionJson } from "../../src/core/definition-json.js";
import { type ErrorCode, errorTable } from "../../src/core/errors.js";
import { isFinal } from "../../src/core/run-state.js";
import { aRun, notStarted } from "./api-samples.js";

export const apiToken = "the-token-of-the-stub";

export interface World {
  schedules: ScheduleJson[];
  /** The oldest first. */
  runs: RunDetailJson[];
  logs: Record<string, LogEntryJson[]>;
  /** What is told of the fires of any schedule and time. */
  explanation: Pick<ExplanationJson, "fires"> & Partial<ExplanationJson>;
  /** What is planned, whatever the manifest; and the schedules of the manifest that it was last asked for. */
  plan: Partial<PlanJson>;
  planned: DefinitionJson[];
  durations: DurationsJson["items"];
  /** Called with each run that is triggered. */
  onTrigger?: (run: RunDetailJson, api: PublicApi) => void;
}

export interface PublicApi {
  url: string;
  port: number;
  world: World;
  /** `GET /api/v1/runs?limit=20` and so on, as they came in. */
  asked: string[];
  /** Lets go of those who wait for more output, after a change to the world. */
  changed(): void;
  /** Stops as a crash would: no goodbye to those who wait. */
  stop(): Promise<void>;
}

/** A server with the public API's paths and shapes and a world in memory, so that a client can be tested on its own. */
export async function startPublicApi(given: Partial<World> = {}, port = 0): Promise<PublicApi> {
  const world: World = {
    schedules: [],
    runs: [],
    logs: {},
    explanation: { fires: [] },
    plan: {},
    planned: [],
    durations: [],
    ...given,
  };
  const changes = new EventEmitter().setMaxListeners(0);
  const asked: string[] = [];
  const app = new Hono();
  const server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port }) as Server;
  if (!server.listening) await once(server, "listening");
  const bound = (server.address() as AddressInfo).port;
  const api: PublicApi = {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    world,
    asked,
    changed: () => void changes.emit("change"),
    stop: () => stop(server),
  };
  guard(app, asked);
  scheduleRoutes(app, world, api);
  runRoutes(app, world, changes);
  return api;
}

async function stop(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}

function guard(app: Hono, asked: string[]): void {
  app.use(async (context, next) => {
    const { pathname, search } = new URL(context.req.url);
    asked.push(`${context.req.method} ${pathname}${search}`);
    if (context.req.header("authorization") === `Bearer ${apiToken}`) return next();
    return problem("unauthorized", "The request carries no token that is known.");
  });
  app.notFound((context) => problem("route_not_found", `There is no ${context.req.path}.`));
  app.onError((error) => problem("invalid_request", error.message));
}

function scheduleRoutes(app: Hono, world: World, api: PublicApi): void {
  const find = (context: Context) => world.schedules.find(({ name }) => name === context.req.param("name"));
  app.get("/api/v1/schedules", (context) => {
    const { all, cursor, limit } = scheduleListQuery.parse(context.req.query());
    const shown = world.schedules.filter(({ retiredAt }) => all === "true" || retiredAt === null);
    return page(scheduleShape, shown, Number(cursor ?? 0), limit);
  });
  app.get("/api/v1/schedules/:name", (context) => scheduleAnswer(find(context)));
  app.get("/api/v1/durations", () => Response.json(durationsShape.parse({ items: world.durations })));
  app.post("/api/v1/plan", async (context) => {
    world.planned = planBody.parse(await context.req.json()).schedules;
    const empty = { created: [], updated: [], retired: [], unchanged: 0, foreign: [] };
    return Response.json(planShape.parse({ ...empty, now: new Date().toISOString(), ...world.plan }));
  });
  app.get("/api/v1/schedules/:name/explain", (context) => {
    const { from, to } = explainQuery.parse(context.req.query());
    const schedule = find(context);
    return schedule === undefined ? noSchedule() : explanationAnswer(schedule, { from, to }, world);
  });
  app.post("/api/v1/schedules/:name/trigger", (context) => {
    const schedule = find(context);
    if (schedule === undefined) return noSchedule();
    if (schedule.retiredAt !== null) return problem("schedule_retired", `"${schedule.name}" is retired.`);
    const run = triggered(schedule, world);
    const response = Response.json(runShape.parse(run), { status: 201 });
    world.onTrigger?.(run, api);
    return response;
  });
  app.post("/api/v1/schedules/:name/pause", async (context) => {
    const { reason } = pauseBody.parse(await context.req.json());
    const schedule = find(context);
    if (schedule)
      Object.assign(schedule, { pausedAt: new Date().toISOString(), pauseReason: reason ?? null });
    return scheduleAnswer(schedule);
  });
  app.post("/api/v1/schedules/:name/resume", (context) => {
    const schedule = find(context);
    if (schedule) Object.assign(schedule, { pausedAt: null, pauseReason: null });
    return scheduleAnswer(schedule);
  });
}

function scheduleAnswer(schedule: ScheduleJson | undefined): Response {
  return schedule === undefined ? noSchedule() : Response.json(scheduleShape.parse(schedule));
}

function explanationAnswer(
  { name, timezone }: ScheduleJson,
  span: Pick<ExplanationJson, "from" | "to">,
  { explanation }: World,
): Response {
  const empty = { more: false, notes: [], before: null, after: null, now: new Date().toISOString() };
  const answer = { ...empty, scheduleName: name, timezone, ...span, ...explanation };
  return Response.json(explanationShape.parse(answer));
}

function triggered({ name }: ScheduleJson, world: World): RunDetailJson {
  const id = String(world.runs.length + 1);
  const fields = { id, scheduleName: name, status: "pending", fireTime: null, fireReason: "manual" } as const;
  const run = aRun({ ...notStarted, ...fields });
  world.runs.push(run);
  return run;
}

function runRoutes(app: Hono, world: World, changes: EventEmitter): void {
  const find = (context: Context) => world.runs.find(({ id }) => id === context.req.param("id"));
  app.get("/api/v1/runs", (context) => {
    const { cursor, limit, schedule, status } = runListQuery.parse(context.req.query());
    const shown = world.runs.filter(
      (run) => (schedule ?? run.scheduleName) === run.scheduleName && (status?.includes(run.status) ?? true),
    );
    return page(runShape, shown.toReversed(), Number(cursor ?? 0), limit);
  });
  app.get("/api/v1/runs/:id", (context) => {
    const run = find(context);
    return run === undefined ? noRun() : Response.json(runDetailShape.parse(run));
  });
  app.get("/api/v1/runs/:id/logs", async (context) => {
    const { cursor, limit, waitMs } = logQuery.parse(context.req.query());
    const run = find(context);
    if (run === undefined) return noRun();
    const after = cursor === undefined ? 0 : Number(cursor.split(":")[1]);
    const nothingNew = () => (world.logs[run.id] ?? []).length <= after && !isFinal(run.status);
    if (waitMs > 0 && nothingNew()) await once(changes, "change", { signal: AbortSignal.timeout(waitMs) });
    return logPage(run, world.logs[run.id] ?? [], after, limit);
  });
  app.post("/api/v1/runs/:id/cancel", (context) => {
    const run = find(context);
    if (run === undefined) return noRun();
    if (isFinal(run.status)) return problem("run_ended", `The run has already ended: it is ${run.status}.`);
    run.cancelRequestedAt = new Date().toISOString();
    return Response.json(runShape.parse(run));
  });
}

function logPage(run: RunDetailJson, entries: LogEntryJson[], after: number, limit: number): Response {
  const items = entries.slice(after, after + limit);
  const end = after + items.length;
  const complete = isFinal(run.status) && end === entries.length;
  return Response.json(logPageShape.parse({ items, nextCursor: `${run.attempt}:${end}`, complete }));
}

function page(shape: z.ZodType, all: unknown[], offset: number, limit: number): Response {
  const end = offset + limit;
  const nextCursor = end < all.length ? String(end) : null;
  return Response.json(pageOf(shape).parse({ items: all.slice(offset, end), nextCursor }));
}

function noSchedule(): Response {
  return problem("schedule_not_found", "There is no schedule of that name.");
}

function noRun(): Response {
  return problem("run_not_found", "There is no run of that id.");
}

function problem(code: ErrorCode, detail: string): Response {
  const { status, means } = errorTable[code];
  const body = problemShape.parse({ type: "about:blank", title: means, status, code, detail });
  return Response.json(body, { status, headers: { "content-type": "application/problem+json" } });
}
