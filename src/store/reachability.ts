import { Client, DatabaseError, type ClientConfig } from "pg";
import { messageOf } from "../core/errors.js";
import type { DatabaseLog, Outage } from "./database.js";

const probeMs = 500;
const probeTimeoutMs = 3_000;
const quickMs = 1_000;

/** Whether a PostgreSQL server can be reached. From when it cannot, it is asked twice a second whether it is back. */
export class Reachability {
  readonly #config: ClientConfig;
  readonly #log: DatabaseLog;
  #outage: (Outage & { error: Error }) | null = null;
  /** Whether one who asks waits long for nothing, rather than being refused at once. */
  #silent = false;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  readonly #waiting = new Set<() => void>();

  constructor(config: ClientConfig, log: DatabaseLog) {
    this.#config = { ...config, connectionTimeoutMillis: probeTimeoutMs, query_timeout: probeTimeoutMs };
    this.#log = log;
  }

  get outage(): Outage | null {
    return this.#outage && { since: this.#outage.since, reason: this.#outage.reason };
  }

  /** Throws what it failed with, while it keeps silent: nobody else need wait for nothing. */
  throwIfSilent(): void {
    if (this.#outage !== null && this.#silent) throw this.#outage.error;
  }

  /** A connection could not be had. Says whether that is an outage: a server that is full, for one, is there. */
  missed(error: Error): boolean {
    if (this.#closed || !isOutage(error)) return false;
    if (this.#outage !== null) return true;
    this.#outage = { since: new Date(), reason: messageOf(error), error };
    this.#silent = /timeout|ETIMEDOUT/i.test(messageOf(error));
    this.#log("database.away", { error: messageOf(error) });
    this.#probeSoon();
    return true;
  }

  /** A connection was had. */
  reached(): void {
    if (this.#outage === null || this.#closed) return;
    clearTimeout(this.#timer);
    this.#log("database.back", { awayMs: Date.now() - this.#outage.since.getTime() });
    this.#outage = null;
    this.#letGo();
  }

  /** Resolves when it can be reached, or is closed. */
  async back(): Promise<void> {
    if (this.#outage !== null && !this.#closed)
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  /** What one statement over a connection of its own answers, whatever becomes of the others. */
  async ask(text: string, values: unknown[] = []): Promise<unknown[]> {
    const client = new Client(this.#config);
    client.on("error", () => {});
    try {
      await client.connect();
      return (await client.query<Record<string, unknown>>(text, values)).rows;
    } finally {
      void client.end();
    }
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#letGo();
  }

  #probeSoon(): void {
    this.#timer = setTimeout(() => void this.#probe(), probeMs);
  }

  async #probe(): Promise<void> {
    const began = performance.now();
    try {
      await this.ask("select 1");
      this.reached();
    } catch {
      this.#silent = performance.now() - began > quickMs;
      if (this.#outage !== null && !this.#closed) this.#probeSoon();
    }
  }

  #letGo(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

/** Not a server that has no more connections to give, nor a pool whose own are all at work. */
function isOutage(error: Error): boolean {
  const cause = error.cause ?? error;
  if (cause instanceof DatabaseError) return !cause.code?.startsWith("53");
  return messageOf(cause) !== "timeout exceeded when trying to connect";
}
