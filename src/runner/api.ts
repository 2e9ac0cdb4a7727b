import { messageOf } from "../core/errors.js";
import { backoffMs } from "./backoff.js";
import { pause } from "./pause.js";
import type { Post } from "./post.js";
import type { RunnerSettings } from "./settings.js";

/** What became of a request: taken; refused for good; or lost, which is worth another try. */
export type Reply =
  | { kind: "taken"; body: unknown }
  | { kind: "refused"; status: number; code: string; message: string }
  | { kind: "lost"; message: string };

interface AskOptions {
  timeoutMs?: number;
  signal?: AbortSignal;
}

/** The internal API, as one runner sees it: four doors of one run. */
export interface RunApi {
  /** Asks once. */
  ask(door: "start" | "logs" | "heartbeat" | "finish", body: object, options?: AskOptions): Promise<Reply>;
  /** Asks until it is taken or refused; lost only when the signal aborts or the token has expired. The body is made anew each time. */
  insist(door: "start" | "logs" | "finish", body: () => object, options?: AskOptions): Promise<Reply>;
}

const answerWithinMs = 30_000;

/** The API of the settings' run, over `post`. */
export function createRunApi(settings: RunnerSettings, post: Post): RunApi {
  const base = `${settings.apiUrl}/internal/v1/runs/${encodeURIComponent(settings.runId)}`;
  const expiresAt = upMs() + settings.lifetimeMs;

  const ask: RunApi["ask"] = (door, body, { timeoutMs = answerWithinMs, signal } = {}) =>
    post(`${base}/${door}`, JSON.stringify(body), { timeoutMs, signal }).then(
      ({ status, body: answer }) => replyOf(status, answer),
      (error: unknown) => ({ kind: "lost", message: messageOf(error) }),
    );

  const insist: RunApi["insist"] = async (door, body, options = {}) => {
    for (let failures = 1; ; failures += 1) {
      const reply = await ask(door, body(), options);
      if (reply.kind !== "lost" || options.signal?.aborted === true) return reply;
      const ms = backoffMs(failures, Math.random());
      if (upMs() + ms >= expiresAt) return reply;
      await pause(ms, options.signal);
    }
  };

  return { ask, insist };
}

/** A clock that nobody sets; `performance.now()` is one too, but takes a millisecond to load. */
export function upMs(): number {
  return process.uptime() * 1000;
}

function replyOf(status: number, body: unknown): Reply {
  if (status === 200) return { kind: "taken", body };
  const { code = "", detail = "" } = (body ?? {}) as { code?: string; detail?: string };
  const message = [`${status}`, code, detail].filter((part) => part !== "").join(" ");
  const worthAnotherTry = status >= 500 || status === 408 || status === 429;
  return worthAnotherTry ? { kind: "lost", message } : { kind: "refused", status, code, message };
}

/** Whether a refusal means that the run goes on without this runner: it has ended, or has a newer attempt. */
export function isDisowned(reply: Reply): boolean {
  if (reply.kind !== "refused") return false;
  return [401, 403, 409].includes(reply.status) || reply.code === "run_not_found";
}
