import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "hono";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import { BelfryError, messageOf } from "../../core/errors.js";
import { isFinal } from "../../core/run-state.js";
import type { Deps } from "../../scheduler/deps.js";
import { stderrLog } from "../../scheduler/log.js";
import type { LogPlace } from "../../store/run-logs.js";
import { getRun } from "../../store/runs.js";
import type { RunChanges } from "../run-changes.js";
import { placeOf } from "./logs.js";
import { eventOf, type LookAtOutput } from "./output-looks.js";
import { runJson } from "./to-json.js";

export interface StreamDeps extends Pick<Deps, "pool" | "log"> {
  changes: RunChanges;
  look: LookAtOutput;
}

/** Proxies close what is silent for long. */
const heartbeatMs = 15_000;
/** A run that writes without a pause is looked at so often at most. */
const restMs = 100;
/** Then the client asks again, and is asked again who it is. */
const longestMs = 3_600_000;

/**
 * A run's output as server-sent events, after the one that `lastEventId` names: `output` events whose ids are
 * `attempt:seq`, and at last an `end` with the run. Throws `run_not_found` or `invalid_request` before it begins.
 */
export async function streamLogs(
  c: Context,
  deps: StreamDeps,
  runId: string,
  lastEventId: string | undefined,
): Promise<Response> {
  const after = lastEventId === undefined || lastEventId === "" ? placeOf("0:0") : placeIn(lastEventId);
  await getRun(deps.pool, runId);
  // Proxies that gather answers would keep it all until the end.
  c.header("x-accel-buffering", "no");
  const response = streamSSE(c, async (stream) => {
    const gone = new AbortController();
    stream.onAbort(() => gone.abort());
    await follow(stream, deps, { runId, after, gone: gone.signal }).catch((error: unknown) => {
      (deps.log ?? stderrLog).warn({ runId, error: messageOf(error) }, "log_stream.failed");
    });
  });
  response.headers.set("cache-control", "no-store");
  return response;
}

function placeIn(lastEventId: string): LogPlace {
  if (/^\d{1,9}:\d{1,9}$/.test(lastEventId)) return placeOf(lastEventId);
  throw new BelfryError("invalid_request", "The Last-Event-ID is attempt:seq, as the stream gave it.");
}

async function follow(
  stream: SSEStreamingApi,
  { look, changes }: StreamDeps,
  { runId, after, gone }: { runId: string; after: LogPlace; gone: AbortSignal },
): Promise<void> {
  const until = Date.now() + longestMs;
  let place = after;
  let spokenAt = Date.now();
  const say = async (text: string) => {
    spokenAt = Date.now();
    await stream.write(text);
  };
  await say(": belfry\n\n"); // so that the client sees at once that it is answered
  while (!gone.aborted && !changes.isClosed() && Date.now() < until) {
    const { found, changed } = look(runId, place, heartbeatMs);
    const { run, last, events } = await found;
    if (last !== null) {
      await say(events);
      place = last;
      continue;
    }
    if (isFinal(run.status)) return say(eventOf("end", JSON.stringify(runJson(run))));
    await eitherOf(changed, gone);
    await sleep(restMs, undefined, { signal: gone }).catch(() => {});
    if (!gone.aborted && Date.now() - spokenAt >= heartbeatMs) await say(": still here\n\n");
  }
}

/** Resolves when the promise does, or the signal aborts. */
function eitherOf(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      signal.removeEventListener("abort", done);
      resolve();
    };
    signal.addEventListener("abort", done);
    void promise.finally(done);
    if (signal.aborted) done();
  });
}
