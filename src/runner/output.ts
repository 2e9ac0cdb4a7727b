import { CleanText } from "./clean-text.js";
import { prefixWithin } from "./cut-text.js";
import type { Outbox } from "./outbox.js";
import { Redaction, Redactor } from "./redact/redactor.js";
import { Tail } from "./tail.js";

/** How much of the end of an output is kept that is longer than its limit. */
export const tailBytes = 64 * 1024;

/**
 * The output of one job: the first `limitBytes` go to the outbox at once, and of the rest the last 64 KiB when the job
 * has ended, after a note that says how much is missing in between. Bytes are counted as UTF-8, as it is sent.
 */
export class Output {
  readonly #outbox: Outbox;
  readonly #limitBytes: number;
  readonly #texts = { stdout: new CleanText(), stderr: new CleanText() };
  readonly #redactors: Record<"stdout" | "stderr", Redactor>;
  readonly #tail = new Tail(tailBytes);
  #room: number;

  /** What `redaction` finds leaves neither at once nor with the tail. */
  constructor(outbox: Outbox, limitBytes: number, redaction: Redaction = new Redaction([])) {
    this.#redactors = { stdout: new Redactor(redaction), stderr: new Redactor(redaction) };
    this.#outbox = outbox;
    this.#limitBytes = limitBytes;
    this.#room = limitBytes;
  }

  write(stream: "stdout" | "stderr", bytes: Buffer): void {
    this.#add(stream, this.#redactors[stream].read(this.#texts[stream].read(bytes)), new Date());
  }

  /** Says that the job is done and writes no more. */
  end(): void {
    const at = new Date();
    for (const stream of ["stdout", "stderr"] as const) {
      const last = this.#redactors[stream].read(this.#texts[stream].end());
      this.#add(stream, last + this.#redactors[stream].end(), at);
    }
    if (this.#tail.droppedBytes > 0) this.#outbox.add("belfry", this.#note(), at);
    for (const piece of this.#tail.pieces()) this.#outbox.add(piece.stream, piece.text, piece.at);
    this.#outbox.close();
  }

  #add(stream: "stdout" | "stderr", text: string, at: Date): void {
    const fits = this.#fitting(text);
    this.#outbox.add(stream, text.slice(0, fits), at);
    if (fits < text.length) this.#tail.add(stream, text.slice(fits), at);
  }

  /** How much of the text belongs to the beginning; once some did not fit, nothing does. */
  #fitting(text: string): number {
    const length = prefixWithin(text, this.#room);
    this.#room = length < text.length ? 0 : this.#room - Buffer.byteLength(text);
    return length;
  }

  #note(): string {
    const { droppedBytes, bytes } = this.#tail;
    const limit = `the limit is ${this.#limitBytes} bytes, and the last ${bytes} follow`;
    return `${droppedBytes} bytes of output were left out here: ${limit}.\n`;
  }
}
