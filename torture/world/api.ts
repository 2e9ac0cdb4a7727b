import type { Server } from "./server.js";

export interface ApiAnswer {
  status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- the asker knows what it asked for
  body: any;
}

/** The public API of whichever server answers first; a server that is ill is left alone after a while. */
export class Api {
  readonly #servers: readonly Server[];
  readonly #token: string;
  readonly #patience: number;
  #asked = 0;

  constructor(servers: readonly Server[], token: string, patience: number) {
    this.#servers = servers;
    this.#token = token;
    this.#patience = patience;
  }

  /** Asks one server after the other, each time another one first; null if none has answered. */
  async ask(method: "GET" | "POST", path: string): Promise<ApiAnswer | null> {
    const first = (this.#asked += 1);
    for (const offset of this.#servers.keys()) {
      const server = this.#servers[(first + offset) % this.#servers.length]!;
      const answer = server.isUp ? await this.#askOne(server, method, path) : null;
      if (answer !== null && answer.status < 500) return answer;
    }
    return null;
  }

  async #askOne(server: Server, method: string, path: string): Promise<ApiAnswer | null> {
    try {
      const response = await fetch(`${server.url}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${this.#token}` },
        signal: AbortSignal.timeout(4000),
      });
      return { status: response.status, body: await response.json() };
    } catch {
      return null;
    }
  }

  /** Asks until somebody has answered well, and answers with the body. */
  async insist(method: "GET" | "POST", path: string): Promise<ApiAnswer["body"]> {
    const deadline = Date.now() + 60_000 * this.#patience;
    for (;;) {
      const answer = await this.ask(method, path);
      if (answer !== null && answer.status < 300) return answer.body;
      if (Date.now() > deadline)
        throw new Error(`No server answers ${method} ${path}: ${JSON.stringify(answer)}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}
