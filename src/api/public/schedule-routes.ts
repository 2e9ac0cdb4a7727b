import { z } from "@hono/zod-openapi";
import { operation } from "./operation.js";
import {
  answer,
  ifMatchHeader,
  jsonBody,
  onceHeader,
  problem,
  scheduleParams as params,
  taggedAnswer,
} from "./routes.js";
import {
  comingFiresShape,
  createScheduleBody,
  editScheduleBody,
  nextQuery,
  previewBody,
  scheduleListQuery,
} from "./schedule-shapes.js";
import { pageOf, pauseBody, runShape, scheduleShape, triggerBody } from "./shapes.js";

const tags = ["Schedules"];

export const listSchedulesRoute = operation({
  operationId: "listSchedules",
  access: "schedules.read",
  method: "get",
  path: "/schedules",
  tags,
  summary: "Schedules in the order of their names",
  request: { query: scheduleListQuery },
  responses: { 200: answer(pageOf(scheduleShape), "A page of schedules."), default: problem },
});

export const createScheduleRoute = operation({
  operationId: "createSchedule",
  access: "schedules.write",
  method: "post",
  path: "/schedules",
  tags,
  summary: "Create a schedule; one that was deleted comes back with its history",
  request: { headers: onceHeader, body: jsonBody(createScheduleBody) },
  responses: { 201: taggedAnswer(scheduleShape, "The schedule; it fires from now on."), default: problem },
});

export const getScheduleRoute = operation({
  operationId: "getSchedule",
  access: "schedules.read",
  method: "get",
  path: "/schedules/{name}",
  tags,
  summary: "One schedule",
  request: {
    params,
    headers: z.object({
      "if-none-match": z.string().max(1000).optional().describe("The ETag of an answer one has."),
    }),
  },
  responses: {
    200: taggedAnswer(scheduleShape, "The schedule."),
    304: { description: "It is as the client has it." },
    default: problem,
  },
});

export const editScheduleRoute = operation({
  operationId: "editSchedule",
  access: "schedules.write",
  method: "patch",
  path: "/schedules/{name}",
  tags,
  summary: "Change fields of a schedule that no manifest owns; what is left out stays",
  request: { params, headers: ifMatchHeader, body: jsonBody(editScheduleBody) },
  responses: { 200: taggedAnswer(scheduleShape, "The schedule; no edit replays."), default: problem },
});

export const deleteScheduleRoute = operation({
  operationId: "deleteSchedule",
  access: "schedules.write",
  method: "delete",
  path: "/schedules/{name}",
  tags,
  summary: "Retire a schedule that no manifest owns: it fires no more, and its history stays",
  request: { params, headers: ifMatchHeader },
  responses: { 204: { description: "It is retired, now or since long." }, default: problem },
});

export const triggerRoute = operation({
  operationId: "triggerSchedule",
  access: "schedules.operate",
  method: "post",
  path: "/schedules/{name}/trigger",
  tags,
  summary: "Ask for a run by hand",
  request: { params, headers: onceHeader, body: jsonBody(triggerBody, false) },
  responses: { 201: answer(runShape, "The run; it starts when its turn comes."), default: problem },
});

export const pauseRoute = operation({
  operationId: "pauseSchedule",
  access: "schedules.operate",
  method: "post",
  path: "/schedules/{name}/pause",
  tags,
  summary: "Keep a schedule from firing",
  request: { params, headers: ifMatchHeader, body: jsonBody(pauseBody, false) },
  responses: { 200: taggedAnswer(scheduleShape, "The schedule."), default: problem },
});

export const resumeRoute = operation({
  operationId: "resumeSchedule",
  access: "schedules.operate",
  method: "post",
  path: "/schedules/{name}/resume",
  tags,
  summary: "Let a schedule fire again, from now on",
  request: { params, headers: ifMatchHeader },
  responses: { 200: taggedAnswer(scheduleShape, "The schedule."), default: problem },
});

export const nextFiresRoute = operation({
  operationId: "listNextFires",
  access: "schedules.read",
  method: "get",
  path: "/schedules/{name}/next",
  tags,
  summary: "The next fires of a schedule, as if it were not paused or off",
  request: { params, query: nextQuery },
  responses: { 200: answer(comingFiresShape, "Its fires, the next one first."), default: problem },
});

export const previewRoute = operation({
  operationId: "previewFires",
  access: "schedules.read",
  method: "post",
  path: "/preview",
  tags,
  summary: "The next fires of a definition that is not saved",
  request: { body: jsonBody(previewBody) },
  responses: { 200: answer(comingFiresShape, "Its fires, the next one first."), default: problem },
});
