import { stat } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { messageOf } from "../core/errors.js";
import { areSameSources, type ManifestSources, readSources } from "./sources.js";

export interface WatchOptions {
  signal: AbortSignal;
  /** Called with what the files say: once at the beginning, then whenever it is another. It is waited for. */
  onChange: (sources: ManifestSources) => unknown;
  /** Called once when the manifest cannot be read (and again when the reason is another), and if `onChange` fails. */
  onError: (error: unknown) => void;
  intervalMs?: number;
}

/** A file that was changed so lately may be changed again without its times showing it. */
const freshMs = 3000;
/** A new text must stand so long: an editor that empties a file and fills it again must not retire all schedules. */
const settleMs = 200;

/**
 * Tells of each change of a manifest and of the calendars that it names, until the signal aborts; then resolves. It looks at
 * the files again and again, because notifications of the system miss what editors (a rename) and Kubernetes (a link that
 * turns) do.
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
  /** What the files looked like when they were last told; null: read them again, however they look. */
  #look: string | null = null;
  #told: ManifestSources | null = null;
  #candidate: ManifestSources | null = null;
  #trouble: string | null = null;

  constructor(file: string, options: Pick<WatchOptions, "onChange" | "onError">) {
    this.#file = file;
    this.#options = options;
  }

  /** Looks once. Answers false if it saw something new that must be seen a second time. */
  async look(): Promise<boolean> {
    try {
      const look = await this.#lookOfAll();
      if (look !== null && look === this.#look) return true;
      const settled = await this.#take(await readSources(this.#file, this.#candidate ?? this.#told));
      this.#look = settled ? look : null;
      this.#trouble = null;
      return settled;
    } catch (error) {
      this.#report(error);
      return true;
    }
  }

  async #lookOfAll(): Promise<string | null> {
    const calendars = this.#told === null ? [] : [...this.#told.calendars.keys()];
    const looks = await Promise.all([this.#file, ...calendars].map(lookOf));
    return looks.includes(null) ? null : looks.join(" ");
  }

  async #take(sources: ManifestSources): Promise<boolean> {
    const told = this.#told;
    if (told !== null && areSameSources(sources, told)) {
      this.#candidate = null;
      return true;
    }
    const mustSettle = told !== null && !isSame(sources, this.#candidate);
    this.#candidate = mustSettle ? sources : null;
    if (!mustSettle) await this.#tell(sources);
    return !mustSettle;
  }

  async #tell(sources: ManifestSources): Promise<void> {
    this.#told = sources;
    try {
      await this.#options.onChange(sources);
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

function isSame(sources: ManifestSources, other: ManifestSources | null): boolean {
  return other !== null && areSameSources(sources, other);
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
