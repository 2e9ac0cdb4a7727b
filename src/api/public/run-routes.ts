import { z } from "@hono/zod-openapi";
import { operation } from "./operation.js";
import { answer, onceHeader, problem } from "./routes.js";
import {
  logPageShape,
  logQuery,
  pageOf,
  runDetailShape,
  runIdParam,
  runListQuery,
  runShape,
} from "./shapes.js";

const tags = ["Runs"];
const params = z.object({ id: runIdParam });

export const listRunsRoute = operation({
  operationId: "listRuns",
  access: "runs.read",
  method: "get",
  path: "/runs",
  tags,
  summary: "Runs, the newest first",
  request: { query: runListQuery },
  responses: { 200: answer(pageOf(runShape), "A page of runs."), default: problem },
});

export const getRunRoute = operation({
  operationId: "getRun",
  access: "runs.read",
  method: "get",
  path: "/runs/{id}",
  tags,
  summary: "One run, its attempts and its events",
  request: { params },
  responses: { 200: answer(runDetailShape, "The run."), default: problem },
});

export const getLogsRoute = operation({
  operationId: "getRunLogs",
  access: "runs.read",
  method: "get",
  path: "/runs/{id}/logs",
  tags,
  summary: "A run's output",
  request: { params, query: logQuery },
  responses: { 200: answer(logPageShape, "Output, in the order in which it came."), default: problem },
});

export const streamLogsRoute = operation({
  operationId: "streamRunLogs",
  access: "runs.read",
  method: "get",
  path: "/runs/{id}/logs/stream",
  tags,
  summary: "A run's output as it comes, until the run has ended (server-sent events)",
  request: {
    params,
    headers: z.object({
      "last-event-id": z
        .string()
        .max(100)
        .optional()
        .describe("The id of the last event one has: attempt:seq."),
    }),
  },
  responses: {
    200: {
      description:
        "Events `output`, each with an entry of the log as JSON, and at last one `end` with the run. A stream that ends without it is to be asked for again.",
      content: { "text/event-stream": { schema: z.string() } },
    },
    default: problem,
  },
});

export const cancelRoute = operation({
  operationId: "cancelRun",
  access: "runs.operate",
  method: "post",
  path: "/runs/{id}/cancel",
  tags,
  summary: "Ask for a run's end",
  request: { params },
  responses: {
    200: answer(runShape, "The run; a running one ends when its runner has ended it."),
    default: problem,
  },
});

export const rerunRoute = operation({
  operationId: "rerunRun",
  access: "runs.operate",
  method: "post",
  path: "/runs/{id}/rerun",
  tags,
  summary:
    "Do a run that has ended once more: a new run, with the same parameters and the same fire time for its job",
  request: { params, headers: onceHeader },
  responses: { 201: answer(runShape, "The new run; it starts when its turn comes."), default: problem },
});
