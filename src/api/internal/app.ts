import { type Context, Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { BelfryError } from "../../core/errors.js";
import { type Env, type SecretReference, secretKey } from "../../core/secrets/reference.js";
import { type Deps, instantOf } from "../../scheduler/deps.js";
import { type Log, stderrLog } from "../../scheduler/log.js";
import { finishRun } from "../../scheduler/finish.js";
import type { SecretDesk } from "../../secrets/secret-desk.js";
import { type AttemptDesk, openAttemptDesk } from "../../store/attempt-desk.js";
import { type AttemptKey, recordHeartbeat } from "../../store/attempts.js";
import { cancelRequested } from "../../store/notify.js";
import { appendLogs } from "../../store/run-logs.js";
import { check } from "../check.js";
import { problemOf } from "../problem.js";
import type { RunChanges } from "../run-changes.js";
import { giveSecrets } from "./give-secrets.js";
import {
  type LogChunk,
  type Orders,
  type StartAnswer,
  finishBody,
  heartbeatBody,
  logsBody,
  secretsBody,
  startBody,
} from "./shapes.js";

/** What a runner is held to. */
export interface RunnerLimits {
  /** How long a runner may be silent before its run is taken for lost, in milliseconds. */
  leaseMs: number;
  /** How long a heartbeat is held, in milliseconds; never more than a third of the lease. */
  heartbeatMs: number;
  /** Whether no other server works on the database, as with the embedded one. */
  soleServer: boolean;
  /** How many bytes of the beginning of a run's output are kept; of what comes after, the last 64 KiB. */
  logLimitBytes: number;
}

export const runnerLimits: RunnerLimits = {
  leaseMs: 30_000,
  heartbeatMs: 10_000,
  soleServer: false,
  logLimitBytes: 10 * 1024 * 1024,
};

export interface InternalApiDeps extends RunnerLimits, Pick<Deps, "pool" | "signer" | "clock" | "log"> {
  changes: RunChanges;
  /** Answers what runs ask for. Absent: there are no secrets. */
  secrets?: Pick<SecretDesk, "source"> | undefined;
  /** Where a request comes from, if that is known. */
  runnerAddressOf?: (c: Context) => string | null;
  /** Sees the output of runs as it comes. */
  onOutput?: (run: { runId: string; scheduleName: string }, chunks: readonly LogChunk[]) => void;
}

export interface Runner {
  key: AttemptKey;
  /** The secrets that its token names. */
  secretKeys: readonly string[];
  expiresAt: Date;
}

/** The API for runners, to be mounted at `/internal/v1`. A run's token opens that run only, and only until it ends. */
export function createInternalApi(deps: InternalApiDeps): Hono {
  const log: Log = deps.log ?? stderrLog;
  const app = new Hono();
  const desk = openAttemptDesk(deps.pool, { leaseMs: deps.leaseMs, now: () => instantOf(deps) });
  app.use(limitBody);
  app.onError((error, c) => problemOf(c, error, log));

  app.post("/runs/:id/start", async (c) => {
    const runner = await authenticate(deps, c);
    const { runnerId } = check(startBody, await readJson(c), "body");
    return c.json(await start({ ...deps, desk }, runner, runnerId));
  });

  app.post("/runs/:id/logs", async (c) => {
    const { key } = await authenticate(deps, c);
    const { chunks } = check(logsBody, await readJson(c), "body");
    const kept = await appendLogs(deps.pool, key, chunks, { leaseMs: deps.leaseMs, at: instantOf(deps) });
    deps.onOutput?.({ runId: key.runId, scheduleName: kept.scheduleName }, chunks);
    return c.json({ cancelRequested: kept.cancelRequested } satisfies Orders);
  });

  app.post("/runs/:id/heartbeat", async (c) => {
    const { key } = await authenticate(deps, c);
    const { waitMs } = check(heartbeatBody, await readJson(c), "body");
    return c.json({ cancelRequested: await heartbeat(deps, key, waitMs) } satisfies Orders);
  });

  app.post("/runs/:id/secrets", async (c) => {
    const runner = await authenticate(deps, c);
    check(secretsBody, await readJson(c), "body");
    c.header("cache-control", "no-store");
    return c.json(await giveSecrets(deps, runner, deps.runnerAddressOf?.(c) ?? null));
  });

  app.post("/runs/:id/finish", async (c) => {
    const { key } = await authenticate(deps, c);
    const outcome = check(finishBody, await readJson(c), "body");
    await finishRun({ ...deps, desk }, key, outcome);
    return c.json({});
  });

  return app;
}

/** Whose token it is. Throws `token_invalid` or `token_foreign`. Whether the attempt still runs is asked by each statement. */
async function authenticate({ signer }: Pick<Deps, "signer">, c: Context): Promise<Runner> {
  const token = /^Bearer (\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
  if (token === undefined) {
    throw new BelfryError("token_invalid", "The request carries no run token. Send it as a bearer token.");
  }
  const claims = await signer.verify(token);
  if (claims.runId !== c.req.param("id")) {
    throw new BelfryError(
      "token_foreign",
      `The run token belongs to run ${claims.runId}, and opens no other.`,
    );
  }
  const key = { runId: claims.runId, attempt: claims.attempt, tokenHash: signer.hashToken(token) };
  return { key, secretKeys: claims.secretNames, expiresAt: claims.expiresAt };
}

async function start(
  deps: InternalApiDeps & { desk: AttemptDesk },
  { key, expiresAt }: Runner,
  runnerId: string,
): Promise<StartAnswer> {
  const job = await deps.desk.start({ ...key, runnerId });
  const ids = { schedule: job.scheduleName, runId: key.runId, attempt: key.attempt };
  const covers = job.coversCount === 1 ? {} : { coversCount: job.coversCount, coversFrom: job.coversFrom };
  (deps.log ?? stderrLog).info({ ...ids, fireTime: job.fireTime, ...covers }, "run.started");
  return {
    runId: key.runId,
    attempt: key.attempt,
    scheduleName: job.scheduleName,
    fireTime: job.fireTime.toISOString(),
    coversFrom: job.coversFrom.toISOString(),
    coversCount: job.coversCount,
    command: typeof job.command === "string" ? job.command : [...job.command],
    cwd: job.cwd,
    ...environmentOf(job.env),
    parameters: job.parameters,
    timeoutMs: job.timeoutSec * 1000,
    graceMs: job.graceSec * 1000,
    heartbeatMs: Math.min(deps.heartbeatMs, deps.leaseMs / 3),
    leaseMs: deps.leaseMs,
    soleServer: deps.soleServer,
    logLimitBytes: deps.logLimitBytes,
    reportUntil: expiresAt.toISOString(),
  };
}

/** Texts for the job, and what is to be asked for; most schedules have no secrets. */
function environmentOf(env: Env): Pick<StartAnswer, "env" | "secretEnv"> {
  const texts = Object.entries(env).filter(([, value]) => typeof value === "string");
  const secrets = Object.entries(env).filter(([, value]) => typeof value !== "string");
  const secretEnv = secrets.map(([name, value]) => [name, secretKey(value as SecretReference)] as const);
  return {
    env: Object.fromEntries(texts) as Record<string, string>,
    ...(secretEnv.length > 0 && { secretEnv: Object.fromEntries(secretEnv) }),
  };
}

/** Answers at once if a cancel is asked for, else when one is, at the latest after `waitMs`. */
async function heartbeat(deps: InternalApiDeps, key: AttemptKey, waitMs: number): Promise<boolean> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    const left = deadline - Date.now();
    // Listening begins before the look, so that no cancel falls between the two.
    const changed = deps.changes.next(cancelRequested(key.runId), left);
    const cancel = await recordHeartbeat(deps.pool, key, deps.leaseMs, instantOf(deps));
    if (cancel || left <= 0 || deps.changes.isClosed()) return cancel;
    await changed;
  }
}

async function readJson(c: Context): Promise<unknown> {
  try {
    return await c.req.json();
  } catch (error) {
    throw new BelfryError("invalid_request", "The body is not JSON.", { cause: error });
  }
}

const maxBodyBytes = 8 * 1024 * 1024;
const limitStream = bodyLimit({ maxSize: maxBodyBytes, onError: refuseLargeBody });

/** Node.js reads no more than a request says of its length. One that says nothing is counted as it comes, which costs a stream. */
const limitBody: MiddlewareHandler = (c, next) => {
  const length = c.req.header("content-length");
  if (length === undefined || c.req.header("transfer-encoding") !== undefined) return limitStream(c, next);
  return Number(length) > maxBodyBytes ? refuseLargeBody() : next();
};

function refuseLargeBody(): never {
  throw new BelfryError("body_too_large", "The body is larger than 8 MiB.");
}
