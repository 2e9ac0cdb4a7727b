import {
  DatabaseError,
  Pool as PgPool,
  type ClientBase,
  type ClientConfig,
  type PoolClient as PgClient,
} from "pg";
import type { DatabaseLog, PoolClient, Queryable } from "./database.js";
import { LostAnswer, unlessLost } from "./lost-answer.js";
import { cutOff, prepareSession } from "./postgres-session.js";
import type { Reachability } from "./reachability.js";
import { sessionsOf, unreachable } from "./sessions.js";

const maxConnections = 10;
/** An answer that takes longer is asked for. */
const lookMs = 5_000;
const farewellMs = 1_000;

export interface SessionsOptions {
  /** The database in words, for errors. */
  where: string;
  log: DatabaseLog;
  reachability: Reachability;
  /** No statement takes longer; 0 for no limit. */
  statementMs: number;
}

/** Sessions that are given out one by one, and ended by `close`. */
export interface Sessions {
  query: Queryable["query"];
  connect: () => Promise<PoolClient>;
  close: () => Promise<void>;
}

/** Sessions with a PostgreSQL server. None waits for an answer that was lost, and none that is as old is used again. */
export function openSessions(config: ClientConfig, options: SessionsOptions): Sessions {
  const { where, log, reachability, statementMs } = options;
  const processIds = new Map<ClientBase, number>(); // of those that are open
  let trusted = new WeakSet<ClientBase>();
  const pool = new PgPool({
    ...config,
    max: maxConnections,
    // oxlint-disable-next-line typescript/no-misused-promises -- pg waits for it, its types do not know
    async onConnect(client) {
      client.once("end", () => processIds.delete(client));
      processIds.set(client, await prepareSession(client, statementMs));
      trusted.add(client);
      reachability.reached();
    },
  });
  pool.on("error", (error) => log("database.connection_lost", { error: unreachable(error, where).message }));

  async function take(): Promise<PgClient> {
    if (pool.idleCount === 0) reachability.throwIfSilent();
    const client = await pool.connect().catch((error: Error) => {
      reachability.missed(unreachable(error, where));
      throw error;
    });
    if (trusted.has(client)) return client;
    cutOff(client);
    client.release(new Error("It is as old as one whose answer was lost."));
    return take();
  }

  const sessions = sessionsOf(pool, where, {
    take,
    await: (client, answer) =>
      unlessLost(answer, {
        lookMs,
        isAtWork: () => isAtWork(options, processIds.get(client)),
      }),
    onLost(client, error) {
      if (error instanceof LostAnswer) trusted = new WeakSet();
      cutOff(client);
      log("database.connection_lost", { error: unreachable(error, where).message });
    },
  });

  return {
    ...sessions,
    async close() {
      await pool.end();
      // One that does not hear the good-bye would keep this process from ending.
      for (const client of processIds.keys()) setTimeout(() => cutOff(client), farewellMs).unref();
    },
  };
}

/** Whether the server is at work on a session's statement, as another connection is told. */
async function isAtWork(
  { reachability, where, statementMs }: SessionsOptions,
  processId: number | undefined,
): Promise<boolean> {
  try {
    const rows = await reachability.ask(
      `select from pg_stat_activity
        where pid = $1 and state not in ('idle', 'idle in transaction', 'idle in transaction (aborted)')
          and ($2 = 0 or query_start is null
               or clock_timestamp() < query_start + make_interval(secs => $2 / 1000.0 + 5))`,
      [processId, statementMs],
    );
    return rows.length > 0;
  } catch (error) {
    if (error instanceof DatabaseError) return true; // it is there, and has no connection left for us to ask
    reachability.missed(unreachable(error, where));
    return false;
  }
}
