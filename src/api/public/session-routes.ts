import { operation } from "./operation.js";
import { answer, problem } from "./routes.js";
import {
  changedShape,
  endedShape,
  passkeyListShape,
  passkeyParams,
  passwordBody,
  sessionListShape,
  sessionParams,
  whoShape,
} from "./session-shapes.js";

export const getSessionRoute = operation({
  operationId: "getSession",
  access: "known",
  method: "get",
  path: "/session",
  summary: "Who one is, and what one may do",
  responses: { 200: answer(whoShape, "Whoever asks."), default: problem },
});

export const endSessionRoute = operation({
  operationId: "endSession",
  access: "user",
  method: "delete",
  path: "/session",
  summary: "Sign out",
  responses: { 200: answer(endedShape, "The session is over."), default: problem },
});

export const listSessionsRoute = operation({
  operationId: "listSessions",
  access: "user",
  method: "get",
  path: "/sessions",
  summary: "One's own sessions, the newest first",
  responses: { 200: answer(sessionListShape, "All that have not ended."), default: problem },
});

export const endOneSessionRoute = operation({
  operationId: "endOneSession",
  access: "user",
  method: "delete",
  path: "/sessions/{id}",
  summary: "End one of one's own sessions",
  request: { params: sessionParams },
  responses: { 200: answer(endedShape, "The session is over."), default: problem },
});

export const endAllSessionsRoute = operation({
  operationId: "endAllSessions",
  access: "user",
  method: "delete",
  path: "/sessions",
  summary: "Sign out everywhere",
  responses: { 200: answer(endedShape, "The sessions are over, this one too."), default: problem },
});

export const changePasswordRoute = operation({
  operationId: "changePassword",
  access: "user",
  method: "put",
  path: "/account/password",
  summary: "Set one's own password; other sessions end",
  request: { body: { content: { "application/json": { schema: passwordBody } }, required: true } },
  responses: { 200: answer(changedShape, "The new password holds."), default: problem },
});

export const listPasskeysRoute = operation({
  operationId: "listPasskeys",
  access: "user",
  method: "get",
  path: "/account/passkeys",
  summary: "One's own passkeys",
  responses: { 200: answer(passkeyListShape, "The oldest first."), default: problem },
});

export const removePasskeyRoute = operation({
  operationId: "removePasskey",
  access: "user",
  method: "delete",
  path: "/account/passkeys/{id}",
  summary: "Remove one of one's own passkeys",
  request: { params: passkeyParams },
  responses: { 200: answer(changedShape, "It opens nothing any more."), default: problem },
});
