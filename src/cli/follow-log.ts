import { setTimeout as pause } from "node:timers/promises";
import type { LogEntryJson, LogPageJson } from "../api/public/shapes.js";
import type { Client, LogQuery } from "./client.js";
import { isUnreachable } from "./exit-codes.js";

const pageSize = 200;
const waitMs = 10_000;

// About a minute in all: long enough for a server's restart.
const retryDelaysMs = [250, 500, 1000, 2000, ...Array<number>(19).fill(3000)];

export interface Following {
  /** Called when the server goes away, and when it is back. */
  tell: (news: "away" | "back") => void;
  retryDelaysMs?: readonly number[];
}

type LogReader = Pick<Client, "getLogPage">;

/** What a run has written so far. */
export async function* readLog(client: LogReader, runId: string): AsyncGenerator<LogEntryJson> {
  let cursor: string | undefined;
  for (;;) {
    const page = await client.getLogPage(runId, { cursor, limit: pageSize });
    yield* page.items;
    if (page.complete || page.items.length === 0) return;
    cursor = page.nextCursor;
  }
}

/**
 * What a run writes, until it has ended. A server that goes away in between is waited for, about a minute; one that
 * never answered is not.
 */
export async function* followLog(
  client: LogReader,
  runId: string,
  following: Following,
): AsyncGenerator<LogEntryJson> {
  let page = await client.getLogPage(runId, { limit: pageSize, waitMs });
  for (;;) {
    yield* page.items;
    if (page.complete) return;
    page = await nextPage(client, runId, { cursor: page.nextCursor, limit: pageSize, waitMs }, following);
  }
}

async function nextPage(
  client: LogReader,
  runId: string,
  query: LogQuery,
  { tell, retryDelaysMs: delays = retryDelaysMs }: Following,
): Promise<LogPageJson> {
  for (let tries = 0; ; tries++) {
    try {
      const page = await client.getLogPage(runId, query);
      if (tries > 0) tell("back");
      return page;
    } catch (error) {
      const delayMs = delays[tries];
      if (!isUnreachable(error) || delayMs === undefined) throw error;
      if (tries === 0) tell("away");
      await pause(delayMs);
    }
  }
}
