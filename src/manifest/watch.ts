import { stat } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { messageOf } from "../core/errors.js";
import { readManifest } from "./read.js";

export interface WatchOptions {
  signal: AbortSignal;
  /** Called with the text: once at the beginning, then whenever it is another. It is waited for. */
  onChange: (text: string) => unknown;
  /** Called once when the file cannot be read (and again when the reason is another), and if `onChange` fails. */
  onError: (error: unknown) => void;
  intervalMs?: number;
}

/** A file that was changed so lately may be changed again without its times showing it. */
const freshMs = 3000;
/** A new text must stand so long: an editor that empties a file and fills it again must not retire all schedules. */
const settleMs = 200;

/**
 * Tells of each change of a file's text, until the signal aborts; then resolves. It looks at the file again and again,
 * because notifications of the system miss what editors (a rename) and Kubernetes (a link that turns) do.
 */
export async function watchManifest(file: string, options: WatchOptions): Promise<void> {
  const { signal, intervalMs = 1000 } = options;
  const watch = new ManifestWatch(file, options);
  while (!signal.aborted) {
    const settled = await watch.look();
    await pause(settled ? intervalMs : Math.min(settleMs, intervalMs), signal);
  }
}

class ManifestWatch {
  readonly #file: string;
  readonly #options: Pick<WatchOptions, "onChange" | "onError">;
  /** What the file looked like when its text was last told; null: read it again, however it looks. */
  #look: string | null = null;
  #told: string | null = null;
  #candidate: string | null = null;
  #trouble: string | null = null;

  constructor(file: string, options: Pick<WatchOptions, "onChange" | "onError">) {
    this.#file = file;
    this.#options = options;
  }

  /** Looks once. Answers false if it saw a new text that must be seen a second time. */
  async look(): Promise<boolean> {
    try {
      const look = await lookOf(this.#file);
      if (look !== null && look === this.#look) return true;
      const settled = await this.#take(await readManifest(this.#file));
      this.#look = settled ? look : null;
      this.#trouble = null;
      return settled;
    } catch (error) {
      this.#report(error);
      return true;
    }
  }

  async #take(text: string): Promise<boolean> {
    const isNew = text !== this.#told;
    if (isNew && this.#told !== null && text !== this.#candidate) {
      this.#candidate = text;
      return false;
    }
    this.#candidate = null;
    if (isNew) await this.#tell(text);
    return true;
  }

  async #tell(text: string): Promise<void> {
    this.#told = text;
    try {
      await this.#options.onChange(text);
    } catch (error) {
      this.#options.onError(error);
    }
  }

  #report(error: unknown): void {
    this.#look = null;
    if (messageOf(error) === this.#trouble) return;
    this.#trouble = messageOf(error);
    this.#options.onError(error);
  }
}

/** What changes when a file does, as far as its times can be trusted: null if it has just been written. */
async function lookOf(file: string): Promise<string | null> {
  const found = await stat(file, { bigint: true }).catch(() => null);
  if (found === null) return null;
  const changedMs = Number(found.mtimeMs > found.ctimeMs ? found.mtimeMs : found.ctimeMs);
  if (Math.abs(Date.now() - changedMs) < freshMs) return null;
  return [found.dev, found.ino, found.size, found.mtimeNs, found.ctimeNs].join(":");
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
