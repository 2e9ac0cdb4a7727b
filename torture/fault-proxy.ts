import { createConnection, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { once } from "node:events";

export interface FaultProxyOptions {
  /** Where it connects to. */
  target: { host: string; port: number };
  /** Where it listens; any free port of 127.0.0.1 if nothing is said. */
  listen?: { host?: string; port?: number };
  /** From 0 to 1, at random; decides whom `stallSome` meets. */
  chance?: () => number;
}

export interface FaultProxyStats {
  /** Connections that were forwarded. */
  accepted: number;
  /** Those that were turned away. */
  refused: number;
  /** Those that were cut. */
  cut: number;
  /** Those that were held up, as often as they were. */
  stalled: number;
  /** Those that go on. */
  open: number;
  /** From the clients to the target. */
  bytesUp: number;
  /** From the target to the clients. */
  bytesDown: number;
}

/** A TCP proxy that makes a network misbehave, at any time and in both directions. */
export interface FaultProxy extends AsyncDisposable {
  host: string;
  port: number;
  /** Resets the connections there are, on both sides; what was on its way is lost. Answers how many. */
  cutAll(): number;
  /** Resets every new connection for so long; those that are there go on. */
  refuse(ms: number): void;
  /** Holds all bytes for so long, also those of new connections, and lets them go on in order. Nothing is closed meanwhile. */
  stall(ms: number): void;
  /** Does so to about this fraction (0 to 1) of the connections there are; answers to how many. */
  stallSome(fraction: number, ms: number): number;
  /** Lets all bytes come so much later, from now on; 0 for at once. */
  delay(ms: number): void;
  /** Ends all faults: connections are taken, and what was held or delayed goes on. */
  heal(): void;
  stats(): FaultProxyStats;
  /** Listens no more, and resets what is left. */
  close(): Promise<void>;
}

/** Listens, and forwards to the target without a fault until it is told otherwise. */
export async function openFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const proxy = new TcpProxy(options);
  await proxy.listen(options.listen ?? {});
  return proxy;
}

class TcpProxy implements FaultProxy {
  host = "";
  port = 0;
  readonly #target: FaultProxyOptions["target"];
  readonly #chance: () => number;
  readonly #links = new Set<Link>();
  readonly #server: Server;
  readonly #weather: Weather = { delayMs: 0, stalledUntil: 0 };
  readonly #stats = { accepted: 0, refused: 0, cut: 0, stalled: 0, bytesUp: 0, bytesDown: 0 };
  #refusesUntil = 0;
  #closed: Promise<void> | undefined;

  constructor({ target, chance = Math.random }: FaultProxyOptions) {
    this.#target = target;
    this.#chance = chance;
    // Half-open: one side may have said all that it has to say while it still listens.
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#accept(client));
  }

  async listen({ host = "127.0.0.1", port = 0 }: NonNullable<FaultProxyOptions["listen"]>): Promise<void> {
    await once(this.#server.listen(port, host), "listening");
    const { address, port: taken } = this.#server.address() as AddressInfo;
    this.host = address;
    this.port = taken;
  }

  cutAll(): number {
    const links = [...this.#links];
    for (const link of links) link.cut();
    this.#stats.cut += links.length;
    return links.length;
  }

  refuse(ms: number): void {
    this.#refusesUntil = performance.now() + ms;
  }

  stall(ms: number): void {
    this.#weather.stalledUntil = performance.now() + ms;
    this.#stats.stalled += this.#links.size;
    this.#look();
  }

  stallSome(fraction: number, ms: number): number {
    const chosen = [...this.#links].filter(() => this.#chance() < fraction);
    for (const link of chosen) link.stall(ms);
    this.#stats.stalled += chosen.length;
    return chosen.length;
  }

  delay(ms: number): void {
    this.#weather.delayMs = ms;
    this.#look();
  }

  heal(): void {
    this.#refusesUntil = 0;
    this.#weather.delayMs = 0;
    this.#weather.stalledUntil = 0;
    for (const link of this.#links) link.stall(0);
    this.#look();
  }

  stats(): FaultProxyStats {
    return { ...this.#stats, open: this.#links.size };
  }

  close(): Promise<void> {
    this.#closed ??= (async () => {
      const ended = once(this.#server, "close");
      this.#server.close();
      for (const link of this.#links) link.cut();
      await ended;
    })();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #look(): void {
    for (const link of this.#links) link.look();
  }

  #accept(client: Socket): void {
    if (performance.now() < this.#refusesUntil) {
      this.#stats.refused += 1;
      client.on("error", () => {});
      client.resetAndDestroy();
      return;
    }
    this.#stats.accepted += 1;
    if (performance.now() < this.#weather.stalledUntil) this.#stats.stalled += 1;
    const link = new Link(client, this.#target, {
      weather: this.#weather,
      onBytes: (way, bytes) => {
        this.#stats[way] += bytes;
      },
      onEnd: () => this.#links.delete(link),
    });
    this.#links.add(link);
  }
}

/** What all connections of a proxy suffer. Instants of `performance.now()`. */
interface Weather {
  delayMs: number;
  stalledUntil: number;
}

interface LinkOptions {
  weather: Weather;
  onBytes: (way: "bytesUp" | "bytesDown", bytes: number) => void;
  onEnd: () => void;
}

/** A client's connection and the one to the target: two one-way lanes. A reset of one side resets the other. */
class Link {
  readonly #sides: [Socket, Socket];
  readonly #lanes: [Lane, Lane];
  readonly #own: Weather = { delayMs: 0, stalledUntil: 0 };
  readonly #onEnd: () => void;
  #hasEnded = false;

  constructor(client: Socket, target: FaultProxyOptions["target"], { weather, onBytes, onEnd }: LinkOptions) {
    const server = createConnection({ ...target, allowHalfOpen: true, noDelay: true });
    this.#sides = [client, server];
    this.#onEnd = onEnd;
    const weathers = [weather, this.#own];
    this.#lanes = [
      new Lane(client, server, weathers, (bytes) => onBytes("bytesUp", bytes)),
      new Lane(server, client, weathers, (bytes) => onBytes("bytesDown", bytes)),
    ];
    for (const side of this.#sides) {
      side.on("error", () => this.cut());
      side.on("close", () => this.#sides.every(({ closed }) => closed) && this.#end());
    }
  }

  stall(ms: number): void {
    this.#own.stalledUntil = performance.now() + ms;
  }

  /** The weather has changed. */
  look(): void {
    for (const lane of this.#lanes) lane.look();
  }

  cut(): void {
    for (const side of this.#sides) {
      if (side.connecting) side.destroy();
      else side.resetAndDestroy();
    }
    this.#end();
  }

  #end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    for (const lane of this.#lanes) lane.close();
    this.#onEnd();
  }
}

/** Held bytes are read no further than this: then the sender's own buffers fill, as they would on a bad line. */
const heldAtMost = 256 * 1024;

/** Bytes in one direction, in order, each piece no sooner than the weather allows. */
class Lane {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #weathers: readonly Weather[];
  readonly #onBytes: (bytes: number) => void;
  /** Null stands for the end of what the sender says. */
  readonly #held: { bytes: Buffer | null; arrivedAt: number; delayMs: number }[] = [];
  #heldBytes = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(from: Socket, to: Socket, weathers: readonly Weather[], onBytes: (bytes: number) => void) {
    this.#from = from;
    this.#to = to;
    this.#weathers = weathers;
    this.#onBytes = onBytes;
    from.on("data", (bytes) => this.#hold(bytes));
    from.on("end", () => this.#hold(null));
    to.on("drain", () => this.look());
  }

  /** Sends what may go on, and comes back when the next piece may. */
  look(): void {
    clearTimeout(this.#timer);
    for (let [first] = this.#held; first !== undefined; [first] = this.#held) {
      if (this.#to.writableNeedDrain) return;
      const waitMs = this.#dueAt(first) - performance.now();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.look(), Math.ceil(waitMs));
        return;
      }
      this.#held.shift();
      this.#send(first.bytes);
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#held.length = 0;
  }

  #hold(bytes: Buffer | null): void {
    this.#held.push({ bytes, arrivedAt: performance.now(), delayMs: this.#delayMs() });
    this.#heldBytes += bytes?.length ?? 0;
    if (this.#heldBytes >= heldAtMost) this.#from.pause();
    if (this.#held.length === 1) this.look();
  }

  #dueAt({ arrivedAt, delayMs }: { arrivedAt: number; delayMs: number }): number {
    // Delays that were ended hold nothing up any more.
    const notBefore = arrivedAt + Math.min(delayMs, this.#delayMs());
    return Math.max(notBefore, ...this.#weathers.map(({ stalledUntil }) => stalledUntil));
  }

  #delayMs(): number {
    return Math.max(...this.#weathers.map((weather) => weather.delayMs));
  }

  #send(bytes: Buffer | null): void {
    if (bytes === null) {
      this.#to.end();
      return;
    }
    this.#heldBytes -= bytes.length;
    this.#onBytes(bytes.length);
    this.#to.write(bytes);
    if (this.#heldBytes < heldAtMost) this.#from.resume();
  }
}
