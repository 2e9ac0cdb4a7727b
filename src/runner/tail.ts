import type { LogStream } from "../api/internal/shapes.js";
import { suffixWithin } from "./cut-text.js";

interface Piece {
  stream: LogStream;
  text: string;
  bytes: number;
  at: Date;
}

/** Pieces are joined up to this size, so that a thousand small ones are not a thousand objects. */
const pieceBytes = 4096;

/** The last `limitBytes` of text that went in, whatever its length. */
export class Tail {
  readonly #limitBytes: number;
  #pieces: Piece[] = [];
  #bytes = 0;
  /** How many bytes went in and were let go. */
  droppedBytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(stream: LogStream, text: string, at: Date): void {
    const bytes = Buffer.byteLength(text);
    const last = this.#pieces.at(-1);
    if (last?.stream === stream && last.bytes + bytes <= pieceBytes) {
      last.text += text;
      last.bytes += bytes;
    } else {
      this.#pieces.push({ stream, text, bytes, at });
    }
    this.#bytes += bytes;
    this.#shorten();
  }

  /** Hands out what is kept, oldest first. */
  *pieces(): Iterable<Readonly<Piece>> {
    yield* this.#pieces;
  }

  #shorten(): void {
    let first = this.#pieces[0];
    while (first !== undefined && this.#bytes - first.bytes >= this.#limitBytes) {
      this.#drop(first.bytes);
      this.#pieces.shift();
      first = this.#pieces[0];
    }
    if (first !== undefined && this.#bytes > this.#limitBytes) this.#shortenPiece(first);
  }

  #shortenPiece(piece: Piece): void {
    const keep = piece.bytes - (this.#bytes - this.#limitBytes);
    piece.text = piece.text.slice(suffixWithin(piece.text, keep));
    const left = Buffer.byteLength(piece.text);
    this.#drop(piece.bytes - left);
    piece.bytes = left;
  }

  #drop(bytes: number): void {
    this.#bytes -= bytes;
    this.droppedBytes += bytes;
  }
}
