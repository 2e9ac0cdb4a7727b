import type { RequestListener } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import type { Deps } from "../../scheduler/deps.js";
import { openRunChanges } from "../run-changes.js";
import { createInternalApi, type RunnerLimits, runnerLimits } from "./app.js";

/** The HTTP API that runners report to, for a program that embeds Belfry. */
export interface RunnerApi {
  /** Answers what is asked below `/internal/v1`; for `createServer` of `node:http`. */
  listener: RequestListener;
  /** The same for servers that speak in `Request` and `Response`. */
  fetch(request: Request): Promise<Response>;
  /** Answers what is held, and stops listening to the database. */
  close(): Promise<void>;
}

/** Opens the API that runners report to; it must be reachable at `Deps.runnerApiUrl`, or at `Deps.apiBaseUrl`. */
export async function openRunnerApi(
  deps: Pick<Deps, "pool" | "signer" | "clock" | "log">,
  limits: Partial<RunnerLimits> = {},
): Promise<RunnerApi> {
  const changes = await openRunChanges(deps.pool);
  const app = new Hono().route(
    "/internal/v1",
    createInternalApi({ ...deps, ...runnerLimits, ...limits, changes }),
  );
  const answer = getRequestListener(app.fetch);
  return {
    listener: (request, response) => void answer(request, response),
    fetch: async (request) => app.fetch(request),
    close: () => changes.close(),
  };
}
