import { once } from "node:events";
import { createServer } from "node:net";

/** A port that is free, and below those that systems give to outgoing connections: it stays free while nobody listens. */
export async function findFreePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const taken = once(server, "error").then(() => false);
  const free = once(server, "listening").then(() => true);
  server.listen(port, "127.0.0.1");
  const answer = await Promise.race([taken, free]);
  if (answer) await new Promise((resolve) => server.close(resolve));
  return answer;
}
