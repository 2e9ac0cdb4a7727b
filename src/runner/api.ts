import { messageOf } from "../core/errors.js";
import { backoffMs } from "./backoff.js";
import { upMs } from "./clock.js";
import { pause } from "./pause.js";
import type { Post } from "./post.js";
import type { RunnerSettings } from "./settings.js";

/** What became of a request: taken; refused for good; or lost, which is worth another try. */
export type Reply =
  | { kind: "taken"; body: unknown }
  | { kind: "refused"; status: number; code: string; message: string }
  | { kind: "lost"; message: string; answered: boolean };

interface AskOptions {
  timeoutMs?: number;
  signal?: AbortSignal;
}

interface InsistOptions extends AskOptions {
  /** The longest pause before a repetition; 5 s. */
  longestPauseMs?: number;
}

/** Hears what became of every request, and at which instant of `upMs()` it was sent. */
export type ReplyListener = (reply: Reply, sentAt: number) => void;

/** The internal API, as one runner sees it: five doors of one run. */
export interface RunApi {
  /** Asks once. */
  ask(
    door: "start" | "secrets" | "logs" | "heartbeat" | "finish",
    body: object,
    options?: AskOptions,
  ): Promise<Reply>;
  /** Asks until it is taken or refused; lost only when the signal aborts or the token has expired. The body is made anew each time. */
  insist(
    door: "start" | "secrets" | "logs" | "finish",
    body: () => object,
    options?: InsistOptions,
  ): Promise<Reply>;
  /** When the last request was sent that was taken, in `upMs()`. */
  takenAt(): number;
  /** Tells the one listener of every request from now on. */
  onReply(listener: ReplyListener): void;
}

const answerWithinMs = 30_000;

/** The API of the settings' run, over `post`. */
export function createRunApi(settings: RunnerSettings, post: Post): RunApi {
  const base = `${settings.apiUrl}/internal/v1/runs/${encodeURIComponent(settings.runId)}`;
  const expiresAt = upMs() + settings.lifetimeMs;
  let takenAt = -Infinity;
  let tell: ReplyListener | null = null;

  const ask: RunApi["ask"] = async (door, body, { timeoutMs = answerWithinMs, signal } = {}) => {
    const sentAt = upMs();
    const reply = await replyTo(
      post(`${base}/${door}`, JSON.stringify(body), { token: settings.token, timeoutMs, signal }),
    );
    if (reply.kind === "taken") takenAt = Math.max(takenAt, sentAt);
    if (signal?.aborted !== true) tell?.(reply, sentAt);
    return reply;
  };

  const insist: RunApi["insist"] = async (door, body, options = {}) => {
    for (let failures = 1; ; failures += 1) {
      const reply = await ask(door, body(), options);
      if (reply.kind !== "lost" || options.signal?.aborted === true) return reply;
      const ms = Math.min(backoffMs(failures, Math.random()), options.longestPauseMs ?? Infinity);
      if (upMs() + ms >= expiresAt) return reply;
      await pause(ms, options.signal);
    }
  };

  return { ask, insist, takenAt: () => takenAt, onReply: (listener) => (tell = listener) };
}

function replyTo(answer: ReturnType<Post>): Promise<Reply> {
  return answer.then(
    ({ status, body }) => replyOf(status, body),
    (error: unknown) => ({ kind: "lost", message: messageOf(error), answered: false }),
  );
}

function replyOf(status: number, body: unknown): Reply {
  if (status === 200) return { kind: "taken", body };
  const { code = "", detail = "" } = (body ?? {}) as { code?: string; detail?: string };
  const message = [`${status}`, code, detail].filter((part) => part !== "").join(" ");
  const worthAnotherTry = status >= 500 || status === 408 || status === 429;
  if (worthAnotherTry) return { kind: "lost", message, answered: true };
  return { kind: "refused", status, code, message };
}

/** Whether a refusal means that the run goes on without this runner: it has ended, or has a newer attempt. */
export function isDisowned(reply: Reply): boolean {
  if (reply.kind !== "refused") return false;
  return [401, 403, 409].includes(reply.status) || reply.code === "run_not_found";
}
