import PQueue from "p-queue";
import type { Pool, PoolClient } from "./database.js";

/**
 * The same pool, but with so many of its sessions in use at once at most: whoever asks for more waits here in line, so that
 * others find a session free. Whoever holds one of its sessions must not wait for a second one.
 */
export function partOfPool(pool: Pool, sessions: number): Pool {
  const line = new PQueue({ concurrency: sessions });
  return {
    query: (text, values) => line.add(() => pool.query(text, values)),
    connect: () =>
      new Promise((resolve, reject) => {
        void line.add(() => untilReleased(pool, resolve).catch(reject));
      }),
    listen: (channel, onNotify) => pool.listen(channel, onNotify),
  };
}

/** Takes a session, hands it out, and resolves when it has come back. */
async function untilReleased(pool: Pool, handOut: (client: PoolClient) => void): Promise<void> {
  const client = await pool.connect();
  await new Promise<void>((resolve) => {
    handOut({
      query: (text, values) => client.query(text, values),
      release(error) {
        client.release(error);
        resolve();
      },
    });
  });
}
