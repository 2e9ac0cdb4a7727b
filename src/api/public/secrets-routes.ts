import { operation } from "./operation.js";
import { answer, problem } from "./routes.js";
import * as shapes from "./secrets-shapes.js";
import { pageOf } from "./shapes.js";

export const listSecretsRoute = operation({
  operationId: "listSecrets",
  access: "secrets.read",
  method: "get",
  path: "/secrets",
  summary: "Secrets in the order of their names, without their values",
  request: { query: shapes.secretListQuery },
  responses: { 200: answer(pageOf(shapes.secretShape), "A page of secrets."), default: problem },
});

export const setSecretRoute = operation({
  operationId: "setSecret",
  access: "secrets.write",
  method: "put",
  path: "/secrets/{name}",
  summary: "Keep a new version of a secret",
  request: {
    params: shapes.secretParams,
    body: { content: { "application/json": { schema: shapes.secretBody } }, required: true },
  },
  responses: { 200: answer(shapes.secretVersionShape, "The version that it has now."), default: problem },
});

export const removeSecretRoute = operation({
  operationId: "removeSecret",
  access: "secrets.write",
  method: "delete",
  path: "/secrets/{name}",
  summary: "Forget a secret",
  request: { params: shapes.secretParams, query: shapes.secretRemovalQuery },
  responses: { 200: answer(shapes.secretVersionShape, "The version that it had."), default: problem },
});

export const checkSecretsRoute = operation({
  operationId: "checkSecrets",
  access: "secrets.read",
  method: "get",
  path: "/secret-check",
  summary: "Whether the secrets that schedules refer to can be had",
  responses: { 200: answer(shapes.secretCheckShape, "Each of them."), default: problem },
});

export const rotateDataKeyRoute = operation({
  operationId: "rotateDataKey",
  access: "secrets.write",
  method: "post",
  path: "/secret-keys/rotate-data-key",
  summary: "Encrypt all secrets under a new data key",
  responses: { 200: answer(shapes.dataKeyRotationShape, "What was done."), default: problem },
});

export const rotateMasterKeyRoute = operation({
  operationId: "rotateMasterKey",
  access: "secrets.write",
  method: "post",
  path: "/secret-keys/rotate-master",
  summary: "Change the master key, or wrap the data keys by the one that the server was given",
  responses: { 200: answer(shapes.masterKeyRotationShape, "What was done."), default: problem },
});
