import { setTimeout as sleep } from "node:timers/promises";
import { Client, escapeIdentifier, type ClientConfig } from "pg";
import { messageOf } from "../core/errors.js";
import type { DatabaseLog } from "./database.js";
import { cutOff } from "./postgres-session.js";
import type { Reachability } from "./reachability.js";
import { unreachable } from "./sessions.js";
import { Subscriptions } from "./subscriptions.js";

const firstRetryMs = 100;
const longestRetryMs = 5_000;
/** So often the connection is asked for a sign of life, which must come within the same time. */
const signOfLifeMs = 5_000;
const farewellMs = 1_000;

interface Surroundings {
  /** The database in words, for errors. */
  where: string;
  log: DatabaseLog;
  reachability: Reachability;
}

/** One connection that carries the notifications of all channels, and comes back when it is lost. */
export class PostgresListener {
  readonly #config: ClientConfig;
  readonly #where: string;
  readonly #log: DatabaseLog;
  readonly #reachability: Reachability;
  readonly #subscriptions = new Subscriptions();
  readonly #closing = new AbortController();
  #client: Promise<Client> | undefined;
  #lastStatement: Promise<unknown> = Promise.resolve();

  constructor(config: ClientConfig, { where, log, reachability }: Surroundings) {
    this.#config = config;
    this.#where = where;
    this.#log = log;
    this.#reachability = reachability;
  }

  /** See `Pool.listen`. Throws `database_unreachable` if there is no connection and none can be had. */
  async listen(channel: string, onNotify: (payload: string | null) => void): Promise<() => Promise<void>> {
    const remove = this.#subscriptions.add(channel, onNotify);
    try {
      await this.#say(await this.#connection(), `listen ${escapeIdentifier(channel)}`);
    } catch (error) {
      remove();
      throw unreachable(error, this.#where);
    }
    return async () => {
      if (remove()) await this.#unlisten(channel);
    };
  }

  async close(): Promise<void> {
    this.#closing.abort();
    const client = await this.#client?.catch(() => undefined);
    if (client === undefined) return;
    const timer = setTimeout(() => cutOff(client), farewellMs);
    await client.end();
    clearTimeout(timer);
  }

  /** A connection that is gone listens to nothing, so its failure is no failure. */
  async #unlisten(channel: string): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    if (client === undefined || this.#closing.signal.aborted) return;
    await this.#say(client, `unlisten ${escapeIdentifier(channel)}`).catch(() => {});
  }

  /** One statement after the other: pg's clients are not made for several at once. */
  #say(client: Client, statement: string): Promise<unknown> {
    this.#lastStatement = this.#lastStatement.catch(() => {}).then(() => client.query(statement));
    return this.#lastStatement;
  }

  #connection(): Promise<Client> {
    if (this.#closing.signal.aborted) throw new Error("the database is closed");
    this.#client ??= this.#open().catch((error: unknown) => {
      this.#client = undefined;
      throw error;
    });
    return this.#client;
  }

  async #open(): Promise<Client> {
    const client = new Client(this.#config);
    let established = false;
    client.on("error", () => {}); // "end" follows
    client.on("end", () => void (established && this.#reconnect()));
    client.on("notification", ({ channel, payload }) => this.#subscriptions.deliver(channel, payload ?? ""));
    try {
      await client.connect();
      for (const channel of this.#subscriptions.channels())
        await client.query(`listen ${escapeIdentifier(channel)}`);
    } catch (error) {
      cutOff(client);
      throw error;
    }
    established = true;
    this.#askForSignsOfLife(client);
    return client;
  }

  /** A connection that was forgotten on its way carries no notification, and says nothing of it. */
  #askForSignsOfLife(client: Client): void {
    const timer = setInterval(() => {
      const missed = setTimeout(() => cutOff(client), signOfLifeMs);
      const heard = () => clearTimeout(missed);
      this.#say(client, "select 1").then(heard, heard);
    }, signOfLifeMs);
    client.once("end", () => clearInterval(timer));
  }

  async #reconnect(): Promise<void> {
    this.#client = undefined;
    const { signal } = this.#closing;
    for (let waitMs = firstRetryMs; !signal.aborted; waitMs = Math.min(waitMs * 2, longestRetryMs)) {
      try {
        await sleep(waitMs, undefined, { signal });
        await this.#reachability.back();
        await this.#connection();
        return this.#tellOfGap();
      } catch (error) {
        if (!signal.aborted) this.#tellOfFailure(error);
      }
    }
  }

  #tellOfFailure(error: unknown): void {
    const isOutage = this.#reachability.missed(unreachable(error, this.#where));
    if (!isOutage) this.#log("database.not_listening", { error: messageOf(error) });
  }

  #tellOfGap(): void {
    this.#log("database.listening_again", {});
    this.#subscriptions.tellOfGap();
  }
}
