import { connect, type Socket } from "node:net";
import { readLines } from "../../runner/host/read-lines.js";
import {
  type Hello,
  lineOf,
  type News,
  type Order,
  type RunOrder,
  wireVersion,
} from "../../runner/host/wire.js";
import type { RunnerExit } from "../dispatcher.js";

/** What became of an order: taken; refused; or nobody knows, as the connection was lost. */
export type Receipt = "accepted" | "unknown" | { draining: boolean; reason: string };

/** Who hears of what a host says unasked. */
export interface LinkListener {
  onEnded(key: string, exit: RunnerExit): void;
  onClose(link: HostLink): void;
}

/** How long a host may take to say hello. */
const greetingMs = 10_000;

/** The connection to a runner host that has said hello. It does not keep this process alive, unless an answer is due. */
export class HostLink {
  readonly #socket: Socket;
  readonly #listener: LinkListener;
  readonly #due = new Map<string, (receipt: Receipt) => void>();
  #whenGreeted: (greeting: { version: number }) => void = () => undefined;
  /** Made up by the host at its start. */
  instance = "";
  pid = 0;
  /** The process that ends the host's jobs when the host is gone; null if none is known. */
  guardPid: number | null = null;
  /** Whether it takes no more runs. */
  isDraining = false;
  isOpen = true;

  private constructor(socket: Socket, listener: LinkListener) {
    this.#socket = socket;
    this.#listener = listener;
    readLines(socket, (line) => this.#read(line));
    socket.on("error", () => undefined); // It closes after that.
    socket.once("close", () => this.#closed());
  }

  /** Connects; rejects with the system's error if nobody listens, and if the host speaks another version. */
  static async open(path: string, hello: Hello, listener: LinkListener): Promise<HostLink> {
    const socket = connect(path);
    const link = new HostLink(socket, listener);
    const version = await link.#greeting(path, hello);
    link.#rest();
    if (version === wireVersion) return link;
    if (version < wireVersion) link.#tell({ type: "retire" });
    link.close();
    throw version < wireVersion ? notGreeted(path) : new Error(tooNew(path, version));
  }

  /** Hands in a run. */
  dispatch(order: RunOrder): Promise<Receipt> {
    if (!this.isOpen) return Promise.resolve({ draining: true, reason: "The connection is closed." });
    return new Promise((resolve) => {
      this.#due.set(order.key, resolve);
      this.#socket.ref();
      this.#tell(order);
    });
  }

  /** Asks for the ends of runs that were handed in over an earlier connection. */
  watch(keys: string[]): void {
    this.#tell({ type: "watch", keys });
  }

  close(): void {
    this.#socket.end();
    this.#socket.unref();
  }

  /** The version that the host answers with. */
  #greeting(path: string, hello: Hello): Promise<number> {
    return new Promise((resolve, reject) => {
      const tooLate = setTimeout(() => this.#socket.destroy(new Error(notAHost(path))), greetingMs);
      this.#socket.once("error", reject);
      this.#socket.once("close", () => reject(notGreeted(path)));
      this.#socket.once("close", () => clearTimeout(tooLate));
      this.#whenGreeted = ({ version }) => {
        clearTimeout(tooLate);
        resolve(version);
      };
      this.#tell(hello);
    });
  }

  #tell(order: Order): void {
    this.#socket.write(lineOf(order));
  }

  #read(line: string | null): void {
    const news = line === null ? null : newsOf(line);
    if (news === null) this.#socket.destroy(new Error(notAHost("the socket")));
    else if (news.type === "hello") this.#greeted(news);
    else if (news.type === "accepted") this.#receive(news.key, "accepted");
    else if (news.type === "refused") this.#receive(news.key, news);
    else if (news.type === "draining") this.isDraining = true;
    else if (news.type === "ended") {
      this.#listener.onEnded(news.key, { code: news.code, signal: null, message: news.message });
    }
  }

  #greeted(news: News & { type: "hello" }): void {
    this.instance = news.instance;
    this.pid = news.pid;
    this.guardPid = news.guard ?? null;
    this.#whenGreeted(news);
  }

  #receive(key: string, receipt: Receipt): void {
    this.#due.get(key)?.(receipt);
    this.#due.delete(key);
    this.#rest();
  }

  #rest(): void {
    if (this.#due.size === 0) this.#socket.unref();
  }

  #closed(): void {
    this.isOpen = false;
    for (const resolve of this.#due.values()) resolve("unknown");
    this.#due.clear();
    if (this.instance !== "") this.#listener.onClose(this);
  }
}

/** Null for what no host says. */
function newsOf(line: string): News | null {
  try {
    return JSON.parse(line) as News;
  } catch {
    return null;
  }
}

function notAHost(path: string): string {
  return `What answers at ${path} is not a runner host. Name another socket.`;
}

function notGreeted(path: string): Error {
  return Object.assign(new Error(`The runner host at ${path} has just ended.`), { code: "ECONNRESET" });
}

function tooNew(path: string, version: number): string {
  const versions = `speaks version ${version}, and this server ${wireVersion}`;
  return `The runner host at ${path} belongs to a newer Belfry (it ${versions}). Give each a socket of its own.`;
}
