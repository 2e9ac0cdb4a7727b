import type { Socket } from "node:net";
import { messageOf } from "../../core/errors.js";
import { readLines } from "./read-lines.js";
import type { HostRuns, RunEnd } from "./runs.js";
import { type Hello, lineOf, type News, type Order, readOrder, type RunOrder, wireVersion } from "./wire.js";

/** What a connection asks of its host. */
export interface ConnectionHost {
  instance: string;
  runs: HostRuns;
  isDraining(): boolean;
  /** The process that ends the jobs when the host is gone, if there is one. */
  guardPid(): number | null;
  drain(): void;
}

/** One server at the other end of a socket. Whatever it says, the host goes on. */
export class Connection {
  readonly #socket: Socket;
  readonly #host: ConnectionHost;
  #hello: Hello | null = null;

  constructor(socket: Socket, host: ConnectionHost) {
    this.#socket = socket;
    this.#host = host;
    socket.on("error", () => undefined); // It closes after that.
    readLines(socket, (line) => this.#read(line));
  }

  /** Tells the server to look for another host. */
  tellDraining(): void {
    this.#tell({ type: "draining" });
  }

  /** Says who is there. */
  sayHello(): void {
    const { instance } = this.#host;
    const guard = this.#host.guardPid();
    this.#tell({ type: "hello", version: wireVersion, instance, pid: process.pid, guard });
  }

  #read(line: string | null): void {
    const order = line === null ? "The line is too long." : readOrder(line);
    if (typeof order === "string") this.#tell({ type: "unread", reason: order });
    else this.#act(order);
    if (line === null) this.#socket.destroySoon();
  }

  #act(order: Order): void {
    if (order.type === "hello") this.#greet(order);
    else if (order.type === "retire") this.#host.drain();
    else if (order.type === "watch") for (const key of order.keys) this.#watch(key);
    else this.#dispatch(order);
  }

  #greet(hello: Hello): void {
    this.#hello = hello.version === wireVersion ? hello : null;
    this.sayHello();
    if (this.#host.isDraining()) this.tellDraining();
  }

  #dispatch(order: RunOrder): void {
    const { key } = order;
    try {
      const ended = this.#begin(order);
      this.#tell({ type: "accepted", key });
      void ended.then((end) => this.#tellEnd(key, end));
    } catch (error) {
      const draining = this.#host.isDraining();
      this.#tell({ type: "refused", key, draining, reason: messageOf(error) });
    }
  }

  #begin(order: RunOrder): Promise<RunEnd> {
    if (this.#host.isDraining()) throw new Error("The runner host is ending, and takes no more runs.");
    if (this.#hello === null) {
      throw new Error(`A server says hello first, and speaks version ${wireVersion}.`);
    }
    return this.#host.runs.begin(order, this.#hello);
  }

  #watch(key: string): void {
    const ended = this.#host.runs.endOf(key) ?? Promise.resolve({ code: 0, message: "" });
    void ended.then((end) => this.#tellEnd(key, end));
  }

  #tellEnd(key: string, { code, message }: RunEnd): void {
    this.#tell({ type: "ended", key, code, message });
  }

  #tell(news: News): void {
    if (this.#socket.writable) this.#socket.write(lineOf(news));
  }
}
