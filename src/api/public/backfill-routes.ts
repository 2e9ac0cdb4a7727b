import { z } from "@hono/zod-openapi";
import {
  askedBackfillShape,
  backfillBody,
  backfillListQuery,
  backfillQuery,
  backfillShape,
} from "./backfill-shapes.js";
import { answer, onceHeader, problem, scheduleParams } from "./routes.js";
import { operation } from "./operation.js";
import { backfillIdParam, pageOf } from "./shapes.js";

const tags = ["Backfills"];
const backfillParams = z.object({ id: backfillIdParam });

export const createBackfillRoute = operation({
  operationId: "createBackfill",
  access: "schedules.operate",
  method: "post",
  path: "/schedules/{name}/backfills",
  tags,
  summary: "Ask for runs of past fires",
  request: {
    params: scheduleParams,
    headers: onceHeader,
    body: { content: { "application/json": { schema: backfillBody } }, required: true },
  },
  responses: {
    200: answer(askedBackfillShape, "What a backfill would do: it was a dry run."),
    201: answer(askedBackfillShape, "The backfill, and what it does. Its runs are made a few at a time."),
    default: problem,
  },
});

export const listBackfillsRoute = operation({
  operationId: "listBackfills",
  access: "schedules.read",
  method: "get",
  path: "/backfills",
  tags,
  summary: "Backfills, the newest first",
  request: { query: backfillListQuery },
  responses: { 200: answer(pageOf(backfillShape), "A page of backfills."), default: problem },
});

export const getBackfillRoute = operation({
  operationId: "getBackfill",
  access: "schedules.read",
  method: "get",
  path: "/backfills/{id}",
  tags,
  summary: "One backfill, and how far it has come",
  request: { params: backfillParams, query: backfillQuery },
  responses: { 200: answer(backfillShape, "The backfill."), default: problem },
});

export const cancelBackfillRoute = operation({
  operationId: "cancelBackfill",
  access: "schedules.operate",
  method: "post",
  path: "/backfills/{id}/cancel",
  tags,
  summary: "End a backfill and its runs",
  request: { params: backfillParams },
  responses: {
    200: answer(backfillShape, "The backfill; a running run ends when its runner has ended it."),
    default: problem,
  },
});
