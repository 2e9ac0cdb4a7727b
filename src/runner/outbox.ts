import type { LogChunk, LogStream } from "../api/internal/shapes.js";
import { prefixWithin } from "./cut-text.js";

/** The longest text of one chunk, in bytes of UTF-8. */
export const chunkBytes = 64 * 1024;
/** How much one request may carry, in bytes of text. JSON may make up to six of one. */
const batchBytes = 128 * 1024;
const batchChunks = 500;
/** Output that arrives within this time of a chunk's beginning may still join it. */
const joinMs = 1000;
/** So many chunks waiting means that the server is away: from here on the streams' mutual order is kept coarsely. */
const manyChunks = 10_000;
const flushMs = 200;

interface Waiting {
  seq: number;
  at: Date;
  stream: LogStream;
  text: string;
  bytes: number;
}

/** Output on its way to the server: text goes in, batches of numbered chunks come out, in the order of arrival. */
export class Outbox {
  readonly #waiting: Waiting[] = [];
  #bytes = 0;
  #nextSeq = 0;
  #closed = false;
  #wake: () => void = () => undefined;

  add(stream: LogStream, text: string, at: Date): void {
    for (let rest = text; rest !== "";) {
      const chunk = this.#open(stream, at);
      const length = prefixWithin(rest, chunkBytes - chunk.bytes);
      this.#append(chunk, rest.slice(0, length));
      rest = rest.slice(length);
    }
    this.#wake();
  }

  /** Says that nothing will be added any more. */
  close(): void {
    this.#closed = true;
    this.#wake();
  }

  /** Resolves with the next batch 200 ms after its first text or at 64 KiB, or with null after the last one. */
  async next(): Promise<LogChunk[] | null> {
    await this.#until(() => this.#waiting.length > 0 || this.#closed);
    if (this.#waiting.length === 0) return null;
    await this.#until(() => this.#bytes >= chunkBytes || this.#closed, flushMs);
    return this.#take();
  }

  /** The chunk that takes the next text of the stream. */
  #open(stream: LogStream, at: Date): Waiting {
    const near = this.#waiting.length >= manyChunks ? 2 : 1;
    const found = this.#waiting
      .slice(-near)
      .findLast((chunk) => chunk.stream === stream && hasRoom(chunk, at));
    if (found !== undefined) return found;
    this.#flatten();
    const chunk = { seq: this.#nextSeq, at, stream, text: "", bytes: 0 };
    this.#nextSeq += 1;
    this.#waiting.push(chunk);
    return chunk;
  }

  /** Text grown by thousands of small reads is a tree of them in memory, many times its length; a copy is not. */
  #flatten(): void {
    const full = this.#waiting.at(-1);
    if (full !== undefined) full.text = Buffer.from(full.text).toString();
  }

  #append(chunk: Waiting, text: string): void {
    const bytes = Buffer.byteLength(text);
    chunk.text += text;
    chunk.bytes += bytes;
    this.#bytes += bytes;
  }

  #take(): LogChunk[] {
    let bytes = 0;
    const fits = this.#waiting.findIndex((chunk, index) => {
      bytes += chunk.bytes;
      return index > 0 && (bytes > batchBytes || index >= batchChunks);
    });
    const taken = this.#waiting.splice(0, fits === -1 ? this.#waiting.length : fits);
    for (const chunk of taken) this.#bytes -= chunk.bytes;
    return taken.map(({ seq, at, stream, text }) => ({ seq, at: at.toISOString(), stream, text }));
  }

  /** Waits for a condition that `add` or `close` may bring about, at most `ms`. */
  async #until(isSo: () => boolean, ms?: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<true>((resolve) => {
      if (ms !== undefined) timer = setTimeout(resolve, ms, true);
    });
    let isLate = false;
    while (!isSo() && !isLate) {
      const woken = new Promise<false>((resolve) => (this.#wake = () => resolve(false)));
      isLate = await Promise.race([woken, late]);
    }
    clearTimeout(timer);
  }
}

/** Whether any character, which has up to four bytes, still fits in. */
function hasRoom(chunk: Waiting, at: Date): boolean {
  return chunk.bytes <= chunkBytes - 4 && at.getTime() - chunk.at.getTime() <= joinMs;
}
