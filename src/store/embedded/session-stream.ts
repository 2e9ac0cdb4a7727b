import { Duplex } from "node:stream";

type Done = (error?: Error | null) => void;

/** The far end of a session: takes whole requests, and answers each of them once. */
export interface SessionPort {
  send(request: Uint8Array): void;
  close(): void;
}

/**
 * The socket of a `pg` client that leads to the worker. It passes on whole requests only: up to and with the message
 * after which PostgreSQL answers. (pg writes one message at a time.)
 */
export class SessionStream extends Duplex {
  readonly #port: SessionPort;
  #messages: Uint8Array[] = [];

  /** `open` is told where the answers go. */
  constructor(open: (stream: SessionStream) => SessionPort) {
    super();
    this.#port = open(this);
  }

  override _read(): void {}

  override _write(message: Uint8Array, _encoding: string, done: Done): void {
    this.#take([message]);
    done();
  }

  override _writev(chunks: { chunk: Uint8Array }[], done: Done): void {
    this.#take(chunks.map(({ chunk }) => chunk));
    done();
  }

  override _final(done: Done): void {
    done();
    this.push(null);
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#port.close();
    done(error);
  }

  #take(messages: Uint8Array[]): void {
    for (const message of messages) {
      this.#messages.push(message);
      if (asksForAnswer(message)) this.#port.send(this.#request());
    }
  }

  #request(): Uint8Array {
    const request = new Uint8Array(this.#messages.reduce((sum, message) => sum + message.length, 0));
    let offset = 0;
    for (const message of this.#messages) {
      request.set(message, offset);
      offset += message.length;
    }
    this.#messages = [];
    return request;
  }

  // What pg calls on a socket besides.

  connect(): this {
    process.nextTick(() => this.emit("connect"));
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

/** A start-up packet (its first byte is 0), a simple query or a Sync. */
function asksForAnswer(message: Uint8Array): boolean {
  return message[0] === 0 || message[0] === "Q".charCodeAt(0) || message[0] === "S".charCodeAt(0);
}
