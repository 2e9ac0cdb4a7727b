import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { StartAnswer } from "../../src/api/internal/shapes.js";
import { problem, StubRun, type Door, type StubAnswer } from "./stub-run.js";

/** What a test says of a run; the rest has values that a quick test can use. */
export type RunPlan = Partial<StartAnswer> & Pick<StartAnswer, "command"> & { lifetimeSec?: number };

/** The internal API without a server behind it: it tells runners what the test says, and keeps what they report. */
export class RunnerApi implements AsyncDisposable {
  readonly runs = new Map<string, StubRun>();
  #server: Server;
  #port = 0;

  private constructor() {
    this.#server = this.#create();
  }

  static async open(): Promise<RunnerApi> {
    const api = new RunnerApi();
    await api.up();
    return api;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Adds a run that a runner may start. */
  plan({ lifetimeSec = 600, ...plan }: RunPlan): StubRun {
    const answer: StartAnswer = {
      runId: `run-${this.runs.size + 1}`,
      attempt: 1,
      scheduleName: "a-test",
      fireTime: "2026-01-02T03:04:05.000Z",
      coversFrom: "2026-01-02T03:04:05.000Z",
      coversCount: 1,
      cwd: null,
      env: {},
      timeoutMs: 600_000,
      graceMs: 10_000,
      leaseMs: 30_000,
      soleServer: false,
      heartbeatMs: 1000,
      logLimitBytes: 32 * 1024 * 1024,
      reportUntil: new Date(Date.now() + lifetimeSec * 1000).toISOString(),
      ...plan,
    };
    const run = new StubRun(answer, lifetimeSec);
    this.runs.set(run.id, run);
    return run;
  }

  /** What a dispatcher is told about the run. */
  environment(run: StubRun): Record<string, string> {
    return { BELFRY_API_URL: this.url, BELFRY_RUN_ID: run.id, BELFRY_RUN_TOKEN: run.token };
  }

  /** Ends as a server that is killed does: nothing that is under way is answered. */
  async down(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  /** Listens again, where it did before. */
  async up(): Promise<void> {
    this.#server = this.#create();
    this.#server.listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.listening) await this.down();
  }

  #create(): Server {
    return createServer((request, response) => void this.#serve(request, response));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readJson(request).catch(() => undefined);
    if (body === undefined) return void response.destroy();
    const answer = await this.#answer(request, body);
    if (answer === null) return void response.destroy();
    const type = answer.status === 200 ? "application/json" : "application/problem+json";
    response.writeHead(answer.status, { "content-type": type }).end(JSON.stringify(answer.body));
  }

  async #answer(request: IncomingMessage, body: unknown): Promise<StubAnswer | null> {
    const [, id = "", door = ""] =
      /^\/internal\/v1\/runs\/([^/]+)\/(start|logs|heartbeat|finish)$/.exec(request.url ?? "") ?? [];
    const run = this.runs.get(id);
    if (request.method !== "POST" || run === undefined) return problem(404, "route_not_found");
    if (request.headers.authorization !== `Bearer ${run.token}`) return problem(401, "token_invalid");
    return run.answer(door as Door, body);
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return JSON.parse(Buffer.concat(parts).toString()) as unknown;
}
