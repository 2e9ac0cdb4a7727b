import { createRoute, type RouteConfig } from "@hono/zod-openapi";
import { type Access, admit } from "./caller.js";

export interface OperationConfig extends Omit<RouteConfig, "security" | "middleware"> {
  /** Its name for programs: a verb and what it is done to. */
  operationId: string;
  access: Access;
}

/**
 * An operation of the public API: its path, what it takes, what it answers, and who may call it, which is checked before all
 * else and stands in the OpenAPI document as `x-belfry-access`.
 */
export function operation<const Config extends OperationConfig>(config: Config) {
  const { access, ...route } = config;
  return createRoute({
    tags: [topicOf(config.path)],
    ...route,
    "x-belfry-access": access,
    security: access === "anyone" ? [] : [{ token: [] }, { session: [] }],
    middleware: admit(access),
    // A spread loses what the handler's types are made of.
  } as unknown as Config & { middleware: ReturnType<typeof admit> });
}

/** Topics of paths that do not begin with their topic's name. */
const topicsOfPaths: Readonly<Record<string, string>> = {
  sessions: "Session",
  account: "Session",
  links: "Users",
  "secret-check": "Secrets",
  "secret-keys": "Secrets",
};

/** Where an operation stands in the document if it does not say: by what its path begins with. */
function topicOf(path: string): string {
  const first = path.split("/")[1] ?? "";
  return topicsOfPaths[first] ?? first.charAt(0).toUpperCase() + first.slice(1);
}
