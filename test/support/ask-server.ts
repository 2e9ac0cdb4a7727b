import { readFile } from "node:fs/promises";
import { join } from "node:path";

export interface ServerAnswer {
  status: number;
  type: string | null;
  // oxlint-disable-next-line typescript/no-explicit-any -- a test knows what it asked for
  body: any;
}

/** Asks the server on a port of this machine, with the token that its data directory has. */
export async function askServer(
  { port, dataDir }: { port: number; dataDir: string },
  path: string,
  init: RequestInit = {},
): Promise<ServerAnswer> {
  const token = (await readFile(join(dataDir, "api-token"), "utf8")).trim();
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers, ...init });
  return {
    status: answer.status,
    type: answer.headers.get("content-type"),
    body: await answer.json(),
  };
}
