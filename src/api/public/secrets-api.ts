import { BelfryError, messageOf } from "../../core/errors.js";
import { type Deps, instantOf } from "../../scheduler/deps.js";
import { rotateDataKey } from "../../secrets/rotation.js";
import type { SecretDesk } from "../../secrets/secret-desk.js";
import { forgetSecret, setSecret } from "../../secrets/secret-store.js";
import type { SecretSource } from "../../secrets/secret-source.js";
import { listNamedSecrets, listSecrets, type SecretFacts } from "../../store/secrets.js";
import { callerOf, type PublicApi } from "./caller.js";
import * as routes from "./secrets-routes.js";
import type { SecretCheckJson, SecretJson } from "./secrets-shapes.js";

export interface SecretRoutesDeps extends Pick<Deps, "pool" | "clock"> {
  /** Absent: this server keeps no secrets. */
  secrets?: SecretDesk | undefined;
}

/** Adds what may be done with secrets: everything but to read their values. */
export function addSecretRoutes(app: PublicApi, deps: SecretRoutesDeps): void {
  app.openapi(routes.listSecretsRoute, async (c) => {
    const { cursor, limit } = c.req.valid("query");
    const found = await listSecrets(deps.pool, { cursor: cursor ?? null, limit: limit + 1 });
    const items = found.slice(0, limit).map(secretJson);
    return c.json({ items, nextCursor: found.length > limit ? items.at(-1)!.name : null }, 200);
  });

  app.openapi(routes.setSecretRoute, async (c) => {
    const { name } = c.req.valid("param");
    const change = { name, by: callerOf(c), at: instantOf(deps) };
    const { version } = await setSecret(deskOf(deps).store, c.req.valid("json").value, change);
    return c.json({ name, version }, 200);
  });

  app.openapi(routes.removeSecretRoute, async (c) => {
    const { name } = c.req.valid("param");
    const change = { name, by: callerOf(c), at: instantOf(deps) };
    const version = await forgetSecret(deps, change, c.req.valid("query").force === "true");
    return c.json({ name, version }, 200);
  });

  app.openapi(routes.checkSecretsRoute, async (c) => {
    const named = await listNamedSecrets(deps.pool);
    const { source } = deskOf(deps);
    return c.json({ items: await Promise.all(named.map((each) => look(source, each))) }, 200);
  });

  app.openapi(routes.rotateDataKeyRoute, async (c) => {
    const asked = { by: callerOf(c), at: instantOf(deps) };
    return c.json({ values: await rotateDataKey(deskOf(deps).store, asked) }, 200);
  });

  app.openapi(routes.rotateMasterKeyRoute, async (c) => {
    const asked = { by: callerOf(c), at: instantOf(deps) };
    return c.json(await deskOf(deps).changeMasterKey(asked), 200);
  });
}

function deskOf({ secrets }: SecretRoutesDeps): SecretDesk {
  if (secrets !== undefined) return secrets;
  throw new BelfryError("secret_unavailable", "This server keeps no secrets. Ask one that does.");
}

function secretJson({ createdAt, updatedAt, ...facts }: SecretFacts): SecretJson {
  return { ...facts, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
}

/** Asks whoever would be asked by a run; the value is thrown away. */
async function look(
  source: SecretSource,
  { key, schedules }: { key: string; schedules: string[] },
): Promise<SecretCheckJson["items"][number]> {
  try {
    const found = await source.find(key);
    return { key, schedules, from: found?.from ?? null, problem: null };
  } catch (error) {
    if (!(error instanceof BelfryError)) throw error;
    return { key, schedules, from: null, problem: messageOf(error) };
  }
}
