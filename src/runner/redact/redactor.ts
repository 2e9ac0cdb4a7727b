import { patternsOf } from "./patterns.js";

/** What stands in place of a secret. */
export const mask = "***";

/** Texts that begin with the same characters, the longest first. */
type Candidates = readonly string[];

const grams = 4;

/** Finds the values of secrets in text, however they are written. Made once per run, for all that leaves its runner. */
export class Redaction {
  readonly #byStart = new Map<string, Candidates>();
  /** The first one to three characters of all patterns. */
  readonly #starts = new Set<string>();
  /** Says of two characters whether a pattern may begin so: most text is passed over by it. */
  readonly #mayBegin = new Uint8Array(65_536);
  readonly #longest: number;

  constructor(values: Iterable<string>) {
    const patterns = patternsOf(values).toSorted((a, b) => b.length - a.length);
    this.#longest = patterns[0]?.length ?? 0;
    for (const pattern of patterns) {
      const start = pattern.slice(0, grams);
      this.#byStart.set(start, [...(this.#byStart.get(start) ?? []), pattern]);
      this.#mayBegin[slotOf(pattern, 0)] = 1;
      for (let length = 1; length < grams; length += 1) this.#starts.add(pattern.slice(0, length));
    }
  }

  /** Whether there is nothing to find. */
  get isEmpty(): boolean {
    return this.#longest === 0;
  }

  /** A whole text without the secrets that are in it. */
  redact(text: string): string {
    const redactor = new Redactor(this);
    return redactor.read(text) + redactor.end();
  }

  /** How long the longest pattern is that begins at `index`; 0: none does. */
  lengthAt(text: string, index: number): number {
    if (this.#mayBegin[slotOf(text, index)] === 0) return 0;
    const candidates = this.#byStart.get(text.slice(index, index + grams));
    return candidates?.find((pattern) => text.startsWith(pattern, index))?.length ?? 0;
  }

  /** Where the end of a text begins that may be the beginning of a secret; its length if there is no such. */
  openEnd(text: string): number {
    for (let index = Math.max(0, text.length - this.#longest + 1); index < text.length; index += 1) {
      if (this.#mayGoOn(text, index)) return index;
    }
    return text.length;
  }

  #mayGoOn(text: string, index: number): boolean {
    const rest = text.length - index;
    if (rest < grams) return this.#starts.has(text.slice(index));
    if (this.#mayBegin[slotOf(text, index)] === 0) return false;
    const candidates = this.#byStart.get(text.slice(index, index + grams)) ?? [];
    return candidates.some((pattern) => pattern.length > rest && pattern.startsWith(text.slice(index)));
  }
}

/** The two characters at `index` as a number of 16 bits; others may share it. */
function slotOf(text: string, index: number): number {
  return (text.charCodeAt(index) * 251 + text.charCodeAt(index + 1)) & 0xffff;
}

/**
 * One stream of text without secrets, also those that are split over several reads. Of what was read no more is held back
 * than what may be the beginning of a secret.
 */
export class Redactor {
  readonly #redaction: Redaction;
  #held = "";
  /** How many characters at the beginning of what comes next belong to a secret that was masked already. */
  #masked = 0;

  constructor(redaction: Redaction) {
    this.#redaction = redaction;
  }

  read(text: string): string {
    if (this.#redaction.isEmpty) return text;
    const all = this.#held + text;
    const end = this.#redaction.openEnd(all);
    this.#held = all.slice(end);
    return this.#mask(all, end);
  }

  /** What was held back, when there is no more to come. */
  end(): string {
    const rest = this.#held;
    this.#held = "";
    return this.#mask(rest, rest.length);
  }

  /** The text up to `end`; secrets that overlap are masked together. */
  #mask(text: string, end: number): string {
    let masked = this.#masked;
    let shown = "";
    let from = masked;
    for (let index = 0; index < end; index += 1) {
      const length = this.#redaction.lengthAt(text, index);
      if (length === 0) continue;
      if (index >= masked) {
        shown += text.slice(from, index) + mask;
        masked = index;
      }
      masked = Math.max(masked, index + length);
      from = masked;
    }
    if (from < end) shown += text.slice(from, end);
    this.#masked = Math.max(0, masked - end);
    return shown;
  }
}
