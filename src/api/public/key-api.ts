import { z } from "@hono/zod-openapi";
import type { AccessDeps } from "../../access/deps.js";
import { createKey, revoke } from "../../access/keys.js";
import { type ApiKey, listKeys } from "../../store/api-keys.js";
import { callerOf, type PublicApi } from "./caller.js";
import { keyBody, keyIdParam, type KeyJson, keyListQuery, keyShape, newKeyShape } from "./key-shapes.js";
import { operation } from "./operation.js";
import { answer, problem } from "./routes.js";
import { pageOf } from "./shapes.js";

const listKeysRoute = operation({
  operationId: "listKeys",
  access: "keys.read",
  method: "get",
  path: "/keys",
  summary: "API keys, the newest first",
  request: { query: keyListQuery },
  responses: { 200: answer(pageOf(keyShape), "A page of keys, without their text."), default: problem },
});

const createKeyRoute = operation({
  operationId: "createKey",
  access: "keys.write",
  method: "post",
  path: "/keys",
  summary: "Make an API key",
  request: { body: { content: { "application/json": { schema: keyBody } }, required: true } },
  responses: { 201: answer(newKeyShape, "The key, and its text this once."), default: problem },
});

const revokeKeyRoute = operation({
  operationId: "revokeKey",
  access: "keys.write",
  method: "delete",
  path: "/keys/{id}",
  summary: "Take an API key's power away for ever",
  request: { params: z.object({ id: keyIdParam }) },
  responses: { 200: answer(keyShape, "The key; one that was revoked is left as it was."), default: problem },
});

/** Adds all that can be asked of API keys. */
export function addKeyRoutes(app: PublicApi, deps: Pick<AccessDeps, "pool" | "clock">): void {
  app.openapi(listKeysRoute, async (c) => {
    const { cursor, limit, revoked } = c.req.valid("query");
    const query = { cursor: cursor ?? null, limit: limit + 1, revoked: revoked === "true" };
    const found = await listKeys(deps.pool, query);
    const keys = found.slice(0, limit);
    return c.json(
      { items: keys.map(keyJson), nextCursor: found.length > limit ? keys.at(-1)!.id : null },
      200,
    );
  });

  app.openapi(createKeyRoute, async (c) => {
    const { name, scopes, expiresAt } = c.req.valid("json");
    const made = await createKey(deps, callerOf(c), { name, scopes, expiresAt: expiresAt ?? null });
    return c.json({ key: keyJson(made.key), text: made.text }, 201);
  });

  app.openapi(revokeKeyRoute, async (c) => {
    return c.json(keyJson(await revoke(deps, callerOf(c), c.req.valid("param").id)), 200);
  });
}

function keyJson(key: ApiKey): KeyJson {
  return {
    id: key.id,
    name: key.name,
    prefix: key.prefix,
    scopes: key.scopes,
    madeBy: key.madeBy,
    createdAt: key.createdAt.toISOString(),
    expiresAt: key.expiresAt?.toISOString() ?? null,
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
    revokedAt: key.revokedAt?.toISOString() ?? null,
  };
}
