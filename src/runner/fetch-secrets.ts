import type { SecretsAnswer, StartAnswer } from "../api/internal/shapes.js";
import type { Reply, RunApi } from "./api.js";
import { upMs } from "./clock.js";
import { Redaction } from "./redact/redactor.js";

/** What a job is to be started with, and what must not be told of it. */
export interface PreparedStart {
  start: StartAnswer;
  redaction: Redaction;
}

/**
 * Fills in the secrets of a run that has such, asking until there is an answer or the right to start the job is over. A text
 * says why there is none.
 */
export async function fetchSecrets(api: RunApi, start: StartAnswer): Promise<PreparedStart | string> {
  const { secretEnv } = start;
  if (secretEnv === undefined) return { start, redaction: new Redaction([]) };
  const reply = await insist(api, start);
  if (reply.kind !== "taken") return `Its secrets could not be had: ${reply.message}`;
  const { values } = reply.body as SecretsAnswer;
  const missing = Object.values(secretEnv).find((key) => values[key] === undefined);
  if (missing !== undefined) {
    return `The schedule was edited after this attempt was dispatched, which has no right to the secret "${missing}".`;
  }
  const env = Object.entries(secretEnv).map(([name, key]) => [name, values[key]!] as const);
  return {
    start: { ...start, env: { ...start.env, ...Object.fromEntries(env) } },
    redaction: new Redaction(Object.values(values)),
  };
}

/** A server that is away is waited for as long as nobody else can have the run; one that has no answer, for most of the lease. */
async function insist(api: RunApi, { leaseMs, soleServer }: StartAnswer): Promise<Reply> {
  for (;;) {
    const patienceMs = (leaseMs * 3) / 4;
    const leftMs = soleServer ? patienceMs : Math.max(1, api.takenAt() + patienceMs - upMs());
    const signal = AbortSignal.timeout(Math.ceil(leftMs));
    const reply = await api.insist("secrets", () => ({}), { signal, longestPauseMs: leaseMs / 6 });
    const wasAway = reply.kind === "lost" && !reply.answered && signal.aborted;
    if (!wasAway || !soleServer) return reply;
  }
}
