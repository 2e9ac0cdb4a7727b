import type { LogEntryJson } from "../../api/public/shapes.js";
import type { Client } from "../client.js";
import { type Following, patiently } from "../patiently.js";

const pageSize = 200;
const waitMs = 10_000;

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
    const query = { cursor: page.nextCursor, limit: pageSize, waitMs };
    page = await patiently(() => client.getLogPage(runId, query), following);
  }
}
