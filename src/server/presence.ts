import { hostname } from "node:os";
import { messageOf } from "../core/errors.js";
import type { Log } from "../scheduler/log.js";
import type { Pool } from "../store/database.js";
import { markStopped, type ServerSigns, upsertServer } from "../store/servers.js";
import { packageVersion } from "../version.js";
import type { Health } from "./health.js";

/** So often a server gives a sign of life, in milliseconds. */
export const signMs = 5_000;

/**
 * Keeps the row that says that this server is there, beside everything else that it does. Answers a function that says
 * good-bye and ends it.
 */
export function keepPresence(
  { pool, log }: { pool: Pool; log: Log },
  server: { id: string; url: string },
  health: Health,
): () => Promise<void> {
  const version = packageVersion();
  let atWork = sign();
  const timer = setInterval(() => {
    atWork = atWork.then(sign);
  }, signMs);
  return async () => {
    clearInterval(timer);
    await atWork;
    if (health.outage() === null) await quietly(() => markStopped(pool, server.id));
  };

  async function sign(): Promise<void> {
    await quietly(async () => {
      await upsertServer(pool, signsOf(health, { ...server, version }));
      health.lastSeenAt = new Date();
    });
  }

  async function quietly(work: () => Promise<void>): Promise<void> {
    await work().catch((error: unknown) => {
      log.debug({ error: messageOf(error) }, "server.sign_missed");
    });
  }
}

function signsOf(health: Health, server: Pick<ServerSigns, "id" | "url" | "version">): ServerSigns {
  return {
    ...server,
    host: hostname(),
    pid: process.pid,
    roles: health.roles,
    lastTickAgeMs: health.lastTickAt === null ? null : Date.now() - health.lastTickAt.getTime(),
    lastTickMs: health.lastTickMs,
  };
}
