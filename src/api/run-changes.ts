import type { Pool } from "../store/database.js";
import { channel } from "../store/notify.js";

/** Tells those who wait that something about a run changed. */
export interface RunChanges {
  /**
   * Resolves when the topic (`runChanged(id)`, `cancelRequested(id)`) is next told of, after `waitMs`, or when waiting
   * is over; never rejects. Counts from the call.
   */
  next(topic: string, waitMs: number): Promise<void>;
  /** Whether waiting is over for good. */
  isClosed(): boolean;
  /** Lets all who wait go, and stops listening. */
  close(): Promise<void>;
}

/** Listens on the database, so that a change is seen whichever server made it. */
export async function openRunChanges(pool: Pick<Pool, "listen">): Promise<RunChanges> {
  const waiting = new Map<string, Set<() => void>>();
  let closed = false;

  function release(topic: string): void {
    for (const wake of waiting.get(topic) ?? []) wake();
  }

  function releaseAll(): void {
    for (const topic of waiting.keys()) release(topic);
  }

  const stop = await pool.listen(channel, (payload) => {
    if (payload === null) releaseAll();
    else release(payload);
  });

  return {
    async next(topic, waitMs) {
      if (closed || waitMs <= 0) return;
      const wakers = waiting.get(topic) ?? new Set();
      waiting.set(topic, wakers);
      await new Promise<void>((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          wakers.delete(wake);
          if (wakers.size === 0 && waiting.get(topic) === wakers) waiting.delete(topic);
          resolve();
        };
        const timer = setTimeout(wake, waitMs);
        wakers.add(wake);
      });
    },
    isClosed: () => closed,
    async close() {
      closed = true;
      releaseAll();
      await stop();
    },
  };
}
