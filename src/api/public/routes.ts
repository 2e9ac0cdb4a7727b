import { z } from "@hono/zod-openapi";
import { operation } from "./operation.js";
import {
  logPageShape,
  logQuery,
  pageOf,
  pauseBody,
  problemShape,
  runDetailShape,
  runIdParam,
  runListQuery,
  runShape,
  scheduleListQuery,
  scheduleShape,
} from "./shapes.js";

// Each route once: its path, what it takes and what it answers. `app.ts` gives each its deed.

export const problem = {
  description: "What was wrong, and what would be right.",
  content: { "application/problem+json": { schema: problemShape } },
};

/** A route's answer that is as it should be. */
export function answer<Shape extends z.ZodType>(schema: Shape, description: string) {
  return { description, content: { "application/json": { schema } } };
}

export const scheduleParams = z.object({ name: z.string().max(200) });
const runParams = z.object({ id: runIdParam });

export const listSchedulesRoute = operation({
  operationId: "listSchedules",
  access: "schedules.read",
  method: "get",
  path: "/schedules",
  summary: "Schedules in the order of their names",
  request: { query: scheduleListQuery },
  responses: { 200: answer(pageOf(scheduleShape), "A page of schedules."), default: problem },
});

export const getScheduleRoute = operation({
  operationId: "getSchedule",
  access: "schedules.read",
  method: "get",
  path: "/schedules/{name}",
  summary: "One schedule",
  request: { params: scheduleParams },
  responses: { 200: answer(scheduleShape, "The schedule."), default: problem },
});

export const triggerRoute = operation({
  operationId: "triggerSchedule",
  access: "schedules.operate",
  method: "post",
  path: "/schedules/{name}/trigger",
  summary: "Ask for a run by hand",
  request: { params: scheduleParams },
  responses: { 201: answer(runShape, "The run; it starts when its turn comes."), default: problem },
});

export const pauseRoute = operation({
  operationId: "pauseSchedule",
  access: "schedules.operate",
  method: "post",
  path: "/schedules/{name}/pause",
  summary: "Keep a schedule from firing",
  request: {
    params: scheduleParams,
    body: { content: { "application/json": { schema: pauseBody } }, required: false },
  },
  responses: { 200: answer(scheduleShape, "The schedule."), default: problem },
});

export const resumeRoute = operation({
  operationId: "resumeSchedule",
  access: "schedules.operate",
  method: "post",
  path: "/schedules/{name}/resume",
  summary: "Let a schedule fire again, from now on",
  request: { params: scheduleParams },
  responses: { 200: answer(scheduleShape, "The schedule."), default: problem },
});

export const listRunsRoute = operation({
  operationId: "listRuns",
  access: "runs.read",
  method: "get",
  path: "/runs",
  summary: "Runs, the newest first",
  request: { query: runListQuery },
  responses: { 200: answer(pageOf(runShape), "A page of runs."), default: problem },
});

export const getRunRoute = operation({
  operationId: "getRun",
  access: "runs.read",
  method: "get",
  path: "/runs/{id}",
  summary: "One run and its events",
  request: { params: runParams },
  responses: { 200: answer(runDetailShape, "The run."), default: problem },
});

export const getLogsRoute = operation({
  operationId: "getRunLogs",
  access: "runs.read",
  method: "get",
  path: "/runs/{id}/logs",
  summary: "A run's output",
  request: { params: runParams, query: logQuery },
  responses: { 200: answer(logPageShape, "Output, in the order in which it came."), default: problem },
});

export const cancelRoute = operation({
  operationId: "cancelRun",
  access: "runs.operate",
  method: "post",
  path: "/runs/{id}/cancel",
  summary: "Ask for a run's end",
  request: { params: runParams },
  responses: {
    200: answer(runShape, "The run; a running one ends when its runner has ended it."),
    default: problem,
  },
});
