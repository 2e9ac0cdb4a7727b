import type { Hono } from "hono";
import { type AccessSettings, localAccess } from "../../src/access/settings.js";
import type { RunChanges } from "../../src/api/run-changes.js";
import { type AppDeps, createApp } from "../../src/server/app.js";
import { createHealth } from "../../src/server/health.js";
import type { Pool } from "../../src/store/database.js";
import { createTestDeps, type TestDeps } from "./deps.js";

export const localToken = "the-token-of-the-data-directory";

export interface TestAccess {
  app: Hono;
  deps: TestDeps;
  /** What a clock in the test's hand shows; it stands still. */
  now: Date;
  pass(ms: number): void;
  browser(options?: BrowserOptions): TestBrowser;
  /** Asks the API with a bearer token, that of the data directory unless another is named. */
  ask(method: string, path: string, body?: unknown, token?: string): Promise<{ status: number; body: any }>;
  /** What has been written to the audit log since, oldest first. */
  audited(): Promise<{ action: string; actor: string; target: string; after: any }[]>;
}

const noChanges: RunChanges = { next: async () => {}, isClosed: () => false, close: async () => {} };

interface BrowserOptions {
  origin?: string;
  headers?: Record<string, string>;
}

/** The whole application on a real database that has no users any more, with a clock in the test's hand. */
export async function openTestAccess(
  pool: Pool,
  settings: Partial<AccessSettings> = {},
  extra: Partial<AppDeps> = {},
): Promise<TestAccess> {
  const world = { now: new Date() };
  await pool.query("delete from users");
  await pool.query("delete from api_keys");
  await pool.query("delete from login_steps");
  const { rows: last } = await pool.query("select coalesce(max(id), 0) as id from audit_log");
  const deps = createTestDeps(pool, { clock: { now: () => world.now } });
  const app = createApp({
    ...deps,
    changes: noChanges,
    apiToken: localToken,
    access: { ...localAccess, ...settings },
    health: createHealth(["api", "scheduler"]),
    lateness: { tickMs: 1000, signMs: 1000 },
    diagnose: async () => ({ status: "ok" as const, findings: [] }),
    leaseMs: 30_000,
    soleServer: false,
    heartbeatMs: 5000,
    logLimitBytes: 1000,
    ...extra,
  });
  return {
    app,
    deps,
    get now() {
      return world.now;
    },
    pass: (ms) => void (world.now = new Date(world.now.getTime() + ms)),
    browser: (options) => new TestBrowser(app, options),
    async ask(method, path, body, token = localToken) {
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      const content = body === undefined ? {} : { body: JSON.stringify(body) };
      const answer = await app.request(`/api/v1${path}`, { method, headers, ...content });
      return { status: answer.status, body: await answer.json() };
    },
    async audited() {
      const { rows } = await pool.query(
        "select action, actor_name as actor, target, after from audit_log where id > $1 order by id",
        [last[0].id],
      );
      return rows;
    },
  };
}

/** A browser as far as a server sees one: it keeps cookies, says where its requests come from, and does not follow redirects. */
export class TestBrowser {
  readonly #app: Pick<Hono, "request">;
  readonly #origin: string;
  readonly #headers: Record<string, string>;
  readonly cookies = new Map<string, string>();
  /** The `Set-Cookie` headers of the last answer. */
  setCookies: string[] = [];

  constructor(
    app: Pick<Hono, "request">,
    { origin = "http://localhost:7717", headers = {} }: BrowserOptions = {},
  ) {
    this.#app = app;
    this.#origin = origin;
    this.#headers = headers;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.#send(path, { method: "GET", headers: { accept: "text/html", ...headers } });
  }

  /** Sends a form of a page of this server. */
  post(
    path: string,
    fields: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const body = new URLSearchParams(fields).toString();
    const type = { accept: "text/html", "content-type": "application/x-www-form-urlencoded" };
    return this.#send(path, { method: "POST", body, headers: { ...type, ...this.#own(), ...headers } });
  }

  /** Sends what a script of a page of this server would. */
  script(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    const type = body === undefined ? {} : { "content-type": "application/json" };
    return this.#send(path, { method, ...content, headers: { ...type, ...this.#own(), ...headers } });
  }

  get session(): string | undefined {
    return this.cookies.get("belfry_session") ?? this.cookies.get("__Host-belfry_session");
  }

  #own(): Record<string, string> {
    return { origin: this.#origin, "sec-fetch-site": "same-origin" };
  }

  async #send(path: string, init: { method: string; body?: string; headers: Record<string, string> }) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const own = { ...this.#headers, ...(cookie !== "" && { cookie }) };
    const answer = await this.#app.request(new URL(path, this.#origin).href, {
      ...init,
      headers: { ...own, ...init.headers },
    });
    this.setCookies = answer.headers.getSetCookie();
    for (const line of this.setCookies) this.#keep(line);
    return answer;
  }

  #keep(line: string): void {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
    if (/max-age=0/i.test(line)) this.cookies.delete(name!);
    else this.cookies.set(name!, value!);
  }
}

/** Lets a browser in by a link of the server. */
export async function enterAs(access: TestAccess, browser: TestBrowser, user?: string): Promise<void> {
  const { body } = await access.ask("POST", "/links", user === undefined ? {} : { user });
  const token = new URL(body.url).searchParams.get("token")!;
  const answer = await browser.post("/auth/link", { token });
  if (answer.status !== 303) throw new Error(`The link did not let in: ${await answer.text()}`);
}

/** Adds a user, and lets a browser in as them. */
export async function addAndEnter(
  access: TestAccess,
  browser: TestBrowser,
  name: string,
  role: string,
): Promise<void> {
  const { status, body } = await access.ask("POST", "/users", { name, role });
  if (status !== 201) throw new Error(body.detail);
  await browser.post("/auth/link", { token: new URL(body.link.url).searchParams.get("token")! });
}
