import { type InternalApiDeps, createInternalApi } from "../../src/api/internal/app.js";
import type { PublicApi } from "../../src/api/public/caller.js";
import { createPublicApi } from "../../src/api/public/app.js";
import { openRunChanges, type RunChanges } from "../../src/api/run-changes.js";
import type { SecretDesk } from "../../src/secrets/secret-desk.js";
import { tick } from "../../src/scheduler/tick.js";
import type { Pool } from "../../src/store/database.js";
import { createDueSchedule, createTestDeps, type TestDeps } from "./deps.js";

export const apiToken = "a-token-for-tests";

export interface Answer {
  status: number;
  type: string | null;
  body: any;
}

export interface TestApi {
  deps: TestDeps;
  /** The public API itself. */
  api: PublicApi;
  changes: RunChanges;
  /** Asks the public API, with the right token unless another is named. */
  ask(
    method: string,
    path: string,
    options?: { body?: unknown; token?: string | null; text?: string },
  ): Promise<Answer>;
  /** Asks as the runner that holds this token. */
  report(token: string, runId: string, call: string, body: unknown): Promise<Answer>;
  /** Fires a schedule, and answers its run's id and token. */
  dispatchRun(name?: string): Promise<{ runId: string; token: string }>;
}

/** Both APIs on a real database, called as values. */
export async function openTestApi(pool: Pool, extra: Partial<InternalApiDeps> = {}): Promise<TestApi> {
  const deps = createTestDeps(pool);
  const changes = await openRunChanges(pool);
  const publicApi = createPublicApi({
    ...deps,
    changes,
    apiToken,
    secrets: extra.secrets as SecretDesk | undefined,
  });
  const internal = createInternalApi({
    ...deps,
    changes,
    leaseMs: 30_000,
    soleServer: false,
    heartbeatMs: 5000,
    logLimitBytes: 1_000_000,
    ...extra,
  });

  return {
    deps,
    api: publicApi,
    changes,
    async ask(method, path, { body, token = apiToken, text } = {}) {
      const content = text ?? (body === undefined ? undefined : JSON.stringify(body));
      const headers: Record<string, string> =
        content === undefined ? {} : { "content-type": "application/json" };
      if (token !== null) headers["authorization"] = `Bearer ${token}`;
      return answerOf(
        await publicApi.request(path, { method, headers, ...(content !== undefined && { body: content }) }),
      );
    },
    async report(token, runId, call, body) {
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      const content = typeof body === "string" ? body : JSON.stringify(body);
      return answerOf(
        await internal.request(`/runs/${runId}/${call}`, { method: "POST", headers, body: content }),
      );
    },
    async dispatchRun(name = "job") {
      await createDueSchedule(pool, { name, env: { GREETING: "hi" } });
      await tick(deps);
      const request = deps.dispatcher.requests.at(-1)!;
      return { runId: request.runId, token: request.env["BELFRY_RUN_TOKEN"]! };
    },
  };
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  return {
    status: response.status,
    type: response.headers.get("content-type"),
    body: text === "" ? null : JSON.parse(text),
  };
}
