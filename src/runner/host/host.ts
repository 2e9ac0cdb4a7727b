import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { OutputPipes } from "../output-pipes.js";
import { Connection, type ConnectionHost } from "./connection.js";
import { HostGuard } from "./host-guard.js";
import { inodeOf, listenAlone } from "./listen.js";
import { HostRuns } from "./runs.js";

/** For how many runs pipes are made at a time. */
const pipesBatch = 64;
/** How often the host looks whether its address is still its own. */
const lookMs = 1000;

/** Carries out the runs of all servers that are connected to its socket. */
export class Host implements ConnectionHost {
  readonly instance = randomUUID();
  readonly runs: HostRuns;
  readonly #path: string;
  readonly #idleMs: number;
  readonly #guard = new HostGuard(() => this.#sayHello());
  readonly #pipes = new OutputPipes(pipesBatch, (folder) => this.#guard.tidy(folder));
  readonly #server = createServer((socket) => this.#connected(socket));
  readonly #connections = new Map<Socket, Connection>();
  #inode: number | null = null;
  #signals = 0;
  #isDraining = false;
  #idleTimer: NodeJS.Timeout | undefined;
  #onEnd: () => void = () => undefined;

  constructor(path: string, idleMs: number) {
    this.#path = path;
    this.#idleMs = idleMs;
    this.runs = new HostRuns(this.#pipes, this.#guard, () => this.#rest());
  }

  isDraining(): boolean {
    return this.#isDraining;
  }

  guardPid(): number | null {
    return this.#guard.pid;
  }

  /** Works until there is no more to do; not at all if another host does at the same address. */
  async work(): Promise<void> {
    const ended = new Promise<void>((resolve) => (this.#onEnd = resolve));
    const address = await listenAlone(this.#server, this.#path);
    if (address === null) return void this.#server.close();
    this.#inode = address.inode;
    if (this.#isDraining) this.#leaveAddress(); // Told to end before it had begun.
    this.#guard.start();
    await this.#pipes.prepare();
    const looking = setInterval(() => this.#look(), lookMs);
    this.#rest();
    await ended;
    clearInterval(looking);
    for (const socket of this.#connections.keys()) socket.end();
    this.#pipes.close();
    this.#guard.close();
  }

  /** First drains, then ends the jobs, then gives up reporting. */
  shutDown(): void {
    this.#signals += 1;
    this.drain();
    if (this.#signals > 1) this.runs.shutDown();
  }

  /** Takes no more runs, leaves its address to another host, and ends after its last run. */
  drain(): void {
    if (this.#isDraining) return;
    this.#isDraining = true;
    this.#leaveAddress();
    for (const connection of this.#connections.values()) connection.tellDraining();
    this.#rest();
  }

  /** Again, when there is another guard than servers know of. */
  #sayHello(): void {
    for (const connection of this.#connections.values()) connection.sayHello();
  }

  #leaveAddress(): void {
    if (this.#inode !== null && inodeOf(this.#path) === this.#inode) rmSync(this.#path, { force: true });
    this.#server.close();
  }

  #connected(socket: Socket): void {
    this.#connections.set(socket, new Connection(socket, this));
    socket.once("close", () => {
      this.#connections.delete(socket);
      this.#rest();
    });
    this.#rest();
  }

  /** Ends if there is nothing to do, and nothing to come. */
  #rest(): void {
    clearTimeout(this.#idleTimer);
    if (this.runs.count > 0) return;
    if (this.#isDraining) setImmediate(() => this.#onEnd()); // When the end of the last run has been told.
    else if (this.#connections.size === 0) this.#idleTimer = setTimeout(() => this.drain(), this.#idleMs);
  }

  /** A socket that is no longer found is of no use: whoever looks for a host starts another one. */
  #look(): void {
    if (inodeOf(this.#path) !== this.#inode) this.drain();
  }
}
