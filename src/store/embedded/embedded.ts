import { resolve } from "node:path";
import { escapeIdentifier, Pool as PgPool, type ClientBase } from "pg";
import { lockDataDir } from "../data-dir-lock.js";
import type { Database, DatabaseLog, Pool } from "../database.js";
import { migrate } from "../migrate.js";
import { once } from "../once.js";
import { sessionsOf } from "../sessions.js";
import { Subscriptions } from "../subscriptions.js";
import { WorkerSessions } from "./worker-sessions.js";

/** Opens the embedded database of a data directory; see `openDatabase`. */
export async function openEmbedded(dataDir: string, log: DatabaseLog): Promise<Database> {
  const unlock = await lockDataDir(dataDir);
  const folder = resolve(dataDir, "database");
  const worker = new WorkerSessions(folder, (error) => log("database.crashed", { error: error.message }));
  const { pool, end } = createPool(worker, `in ${folder}`, log);
  const close = once(async () => {
    try {
      await end();
      await worker.close();
    } finally {
      await unlock();
    }
  });
  try {
    await pool.query("select 1");
  } catch (error) {
    await close();
    throw error;
  }
  return {
    kind: "embedded",
    pool,
    migrate: () => migrate(pool),
    outage: () => null,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The engine has one session, so the pool has one client, and whoever else wants it waits in line. */
function createPool(worker: WorkerSessions, where: string, log: DatabaseLog) {
  const subscriptions = new Subscriptions();
  const pool = new PgPool({
    max: 1,
    idleTimeoutMillis: 0,
    ssl: false, // else PGSSLMODE of the environment decides
    stream: () => worker.open(),
    // oxlint-disable-next-line typescript/no-misused-promises -- pg waits for it, its types do not know
    onConnect: (client) => listenTo(client, subscriptions),
  });
  pool.on("error", (error) => log("database.connection_lost", { error: error.message }));
  const sessions = sessionsOf(pool, where);
  return { pool: { ...sessions, listen: listenOn(sessions, subscriptions) }, end: () => pool.end() };
}

/** A new session is deaf; if it is not the first, its listeners may have missed something. */
async function listenTo(client: ClientBase, subscriptions: Subscriptions): Promise<void> {
  client.on("notification", ({ channel, payload }) => subscriptions.deliver(channel, payload ?? ""));
  for (const channel of subscriptions.channels()) await client.query(`listen ${escapeIdentifier(channel)}`);
  subscriptions.tellOfGap();
}

function listenOn(sessions: Pick<Pool, "query">, subscriptions: Subscriptions): Pool["listen"] {
  return async (channel, onNotify) => {
    const remove = subscriptions.add(channel, onNotify);
    const say = (verb: string) => sessions.query(`${verb} ${escapeIdentifier(channel)}`);
    await say("listen").catch((error: unknown) => {
      remove();
      throw error;
    });
    return async () => {
      if (remove()) await say("unlisten").catch(() => {}); // a session that is gone listens to nothing
    };
  };
}
