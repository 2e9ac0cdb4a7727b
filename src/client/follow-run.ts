import { ApiProblem } from "./api-problem.js";
import type { LogEntry, Run } from "./operations.js";
import { UnexpectedAnswer } from "./unexpected-answer.js";
import { readEvents, type ServerEvent } from "./read-events.js";

export interface FollowOptions {
  /** The `attempt:seq` of the last entry that one has. */
  after?: string;
  signal?: AbortSignal;
  /** The first pause before a lost stream is asked for again, in milliseconds; 1000. Each next one is twice as long, up to 30 s. */
  retryMs?: number;
}

type Open = (
  id: "streamRunLogs",
  params: { id: string; lastEventId: string | undefined },
  options: { signal?: AbortSignal; headers: Record<string, string> },
) => Promise<Response>;

const longestPauseMs = 30_000;

/**
 * A run's output, entry by entry, until the run has ended; returns the run. A stream that is lost is asked for again, from
 * where it was lost. Throws what the server refuses, and when the signal aborts.
 */
export async function* followRun(
  open: Open,
  id: string,
  { after, signal, retryMs = 1000 }: FollowOptions = {},
): AsyncGenerator<LogEntry, Run> {
  let lastEventId = after;
  let pauseMs = retryMs;
  for (;;) {
    try {
      const options = { headers: { accept: "text/event-stream" }, ...(signal && { signal }) };
      const response = await open("streamRunLogs", { id, lastEventId }, options);
      for await (const event of readEvents(response)) {
        pauseMs = retryMs;
        if (event.event === "end") return JSON.parse(event.data) as Run;
        lastEventId = event.id ?? lastEventId;
        yield entryOf(event);
      }
    } catch (error) {
      if (signal?.aborted || !mayPass(error)) throw error;
    }
    await pause(pauseMs, signal);
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  }
}

function entryOf({ data }: ServerEvent): LogEntry {
  return JSON.parse(data) as LogEntry;
}

/** A network that is away comes back, and a server that is busy or restarts too. */
function mayPass(error: unknown): boolean {
  if (error instanceof UnexpectedAnswer) return error.status >= 500;
  return !(error instanceof ApiProblem) || error.status === 429 || error.status >= 500;
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal!.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
