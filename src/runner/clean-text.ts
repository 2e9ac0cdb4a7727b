import { StringDecoder } from "node:string_decoder";

/**
 * Turns one stream's bytes into text that a database takes: UTF-8, read across the borders of the parts; what is not
 * UTF-8 becomes U+FFFD, and NUL becomes its picture, U+2400.
 */
export class CleanText {
  readonly #decoder = new StringDecoder("utf8");

  read(bytes: Buffer): string {
    return withoutNul(this.#decoder.write(bytes));
  }

  /** What is left of a character that was never completed. */
  end(): string {
    return withoutNul(this.#decoder.end());
  }
}

function withoutNul(text: string): string {
  return text.includes("\0") ? text.replaceAll("\0", "\u2400") : text;
}
