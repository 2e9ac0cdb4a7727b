import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "hono";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import { BelfryError, messageOf } from "../../core/errors.js";
import { isFinal } from "../../core/run-state.js";
import type { Run } from "../../core/run.js";
import type { Deps } from "../../scheduler/deps.js";
import { stderrLog } from "../../scheduler/log.js";
import type { Queryable } from "../../store/database.js";
import { runChanged } from "../../store/notify.js";
import { listLogs, type LogPlace } from "../../store/run-logs.js";
import { getRun } from "../../store/runs.js";
import type { RunChanges } from "../run-changes.js";
import { placeOf } from "./logs.js";
import { logEntryJson, runJson } from "./to-json.js";

type StreamDeps = Pick<Deps, "pool" | "log"> & { changes: RunChanges };

/** Proxies close what is silent for long. */
const heartbeatMs = 15_000;
/** A run that writes without a pause is looked at so often at most. */
const restMs = 100;
const entriesAtOnce = 500;
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
  { pool, changes }: StreamDeps,
  { runId, after, gone }: { runId: string; after: LogPlace; gone: AbortSignal },
): Promise<void> {
  const until = Date.now() + longestMs;
  let place = after;
  await stream.write(": belfry\n\n"); // so that the client sees at once that it is answered
  while (!gone.aborted && !changes.isClosed() && Date.now() < until) {
    // Listening begins before the look, so that no news falls between the two.
    const changed = changes.next(runChanged(runId), heartbeatMs);
    const { run, last } = await writeNew(stream, pool, runId, place);
    const isSilent = last === null;
    place = last ?? place;
    if (isSilent && isFinal(run.status)) {
      return stream.writeSSE({ event: "end", data: JSON.stringify(runJson(run)) });
    }
    if (!isSilent) continue;
    await eitherOf(changed, gone);
    await sleep(restMs, undefined, { signal: gone }).catch(() => {});
    if (!gone.aborted) await stream.write(": still here\n\n");
  }
}

/** Writes what has come after a place, and answers the run as it was before that look, and the last place. */
async function writeNew(
  stream: SSEStreamingApi,
  pool: Queryable,
  runId: string,
  after: LogPlace,
): Promise<{ run: Run; last: LogPlace | null }> {
  // The run is read first: if it has ended, all its output is there.
  const run = await getRun(pool, runId);
  const entries = await listLogs(pool, runId, { after, limit: entriesAtOnce });
  for (const entry of entries) {
    const data = JSON.stringify(logEntryJson(entry));
    await stream.writeSSE({ event: "output", id: `${entry.attempt}:${entry.seq}`, data });
  }
  return { run, last: entries.at(-1) ?? null };
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
