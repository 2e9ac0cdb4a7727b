import { renameSync, writeFileSync } from "node:fs";
import type { AskedSchedule } from "../checker/evidence.js";
import type { PlannedSchedule, Times } from "../schedules.js";

/** The manifest of a torture, and what it has said so far. */
export class Manifest {
  readonly path: string;
  readonly #schedules: readonly PlannedSchedule[];
  readonly #times: Map<string, Times>;
  readonly #asked: Map<string, AskedSchedule>;
  readonly #shared: Record<string, unknown>;

  /** `shared` is said of every schedule. */
  constructor(path: string, schedules: readonly PlannedSchedule[], shared: Record<string, unknown>) {
    this.path = path;
    this.#schedules = schedules;
    this.#shared = shared;
    this.#times = new Map(schedules.map(({ name, times }) => [name, times]));
    this.#asked = new Map(schedules.map((schedule) => [schedule.name, askedOf(schedule)]));
    this.#write();
  }

  get asked(): AskedSchedule[] {
    return [...this.#asked.values()];
  }

  /** All of it is known to be applied. */
  isApplied(): void {
    for (const { versions } of this.#asked.values()) versions[0]!.since.untilMs = Date.now();
  }

  /** Gives a schedule other times; `seen` resolves when they are known to hold. */
  async edit(name: string, times: Times, seen: () => Promise<void>): Promise<void> {
    const afterMs = Date.now();
    const version = { grid: times.grid, since: { afterMs, untilMs: Infinity } };
    this.#asked.get(name)!.versions.push(version);
    this.#times.set(name, times);
    this.#write();
    await seen();
    version.since.untilMs = Date.now();
  }

  /** As a whole at once; JSON is YAML too. */
  #write(): void {
    const entries = this.#schedules.map(({ name, entry }) => [
      name,
      { ...this.#shared, ...this.#times.get(name)!.entry, ...entry },
    ]);
    const text = JSON.stringify({ version: 1, schedules: Object.fromEntries(entries) });
    writeFileSync(`${this.path}.new`, text);
    renameSync(`${this.path}.new`, this.path);
  }
}

function askedOf({ name, overlap, limit, group, attempts, times }: PlannedSchedule): AskedSchedule {
  return {
    name,
    overlap,
    limit,
    group,
    attempts,
    versions: [{ grid: times.grid, since: { afterMs: Date.now(), untilMs: Infinity } }],
  };
}
