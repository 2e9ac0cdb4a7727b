import { runLimit } from "../decide.js";
import { messageOf } from "../errors.js";
import { BlackoutTally, type ForecastBlackout, liveOf } from "./blackouts.js";
import { countByHour } from "./counts.js";
import { firesWithin, type ForecastSpan, listNamed, type NamedFires, namedKey } from "./fires.js";
import { MinuteLoad } from "./load.js";
import { type ForecastPeak, RunsAtOnce } from "./peak.js";
import { type ImaginedFates, imagineRuns, type OnRun } from "./runs.js";
import type { ForecastSchedule, MeasuredDuration } from "./schedule.js";
import { readyTiming } from "../fires/timing.js";

/** A schedule of which a run may still be at work when the next fire comes. */
export interface ForecastOverlap {
  readonly name: string;
  readonly overlap: string;
  readonly fires: number;
  readonly duration: MeasuredDuration;
  /** What becomes of the fires if each run takes as long as usual, and if each is slow. */
  readonly usual: ImaginedFates;
  readonly slow: ImaginedFates;
}

/** What is seen when schedules are played. */
export interface Findings {
  readonly blackouts: readonly ForecastBlackout[];
  /** The schedules of which a run may still be at work when the next is due, the most concerned first. */
  readonly overlaps: readonly ForecastOverlap[];
  /** The most runs at work at once: if all take as long as usual, and if all are slow. Null: no duration is known. */
  readonly peak: { readonly usual: ForecastPeak; readonly slow: ForecastPeak } | null;
  /** The schedules of which no run has been measured. */
  readonly unmeasured: readonly string[];
  /** The schedules that fire too often to be played fire by fire: they are in the load, and not in the overlaps. */
  readonly counted: readonly string[];
  /** The schedules whose times cannot be worked out, and why. */
  readonly unreadable: readonly { readonly name: string; readonly error: string }[];
}

/** Plays schedules, one after the other, and keeps what it saw. */
export class Rehearsal {
  readonly load: MinuteLoad;
  readonly #span: ForecastSpan;
  readonly #durations: ReadonlyMap<string, MeasuredDuration>;
  readonly #usual: RunsAtOnce;
  readonly #slow: RunsAtOnce;
  readonly #blackouts = new BlackoutTally();
  readonly #overlaps: ForecastOverlap[] = [];
  readonly #counted: string[] = [];
  readonly #unreadable: { name: string; error: string }[] = [];
  readonly #unmeasured: string[] = [];

  constructor(span: ForecastSpan, durations: ReadonlyMap<string, MeasuredDuration>) {
    this.#span = span;
    this.#durations = durations;
    this.load = new MinuteLoad(span);
    this.#usual = new RunsAtOnce(span);
    this.#slow = new RunsAtOnce(span);
  }

  /** Plays all, and answers those whose times can be worked out. What fires at the same times is worked out once. */
  play(schedules: readonly ForecastSchedule[]): ForecastSchedule[] {
    const keyed = schedules.flatMap((schedule) => this.#read(schedule));
    let latest = "";
    let named: NamedFires | null = null;
    for (const { schedule, key } of keyed.toSorted((a, b) => (a.key < b.key ? -1 : 1))) {
      if (key !== latest) named = listNamed(schedule, this.#span);
      latest = key;
      this.#playOne(schedule, named);
    }
    return keyed.map(({ schedule }) => schedule);
  }

  #read(schedule: ForecastSchedule): { schedule: ForecastSchedule; key: string }[] {
    try {
      readyTiming(schedule);
      return [{ schedule, key: namedKey(schedule) }];
    } catch (error) {
      this.#unreadable.push({ name: schedule.name, error: messageOf(error) });
      return [];
    }
  }

  #playOne(schedule: ForecastSchedule, named: NamedFires | null): void {
    const duration = this.#durationOf(schedule);
    if (duration === null) this.#unmeasured.push(schedule.name);
    if (named === null) return this.#count(schedule, duration);
    const fires = firesWithin(schedule, named, this.#span);
    const live = liveOf(schedule, fires, this.#span, this.#blackouts);
    const usual = this.#imagine(schedule, live, duration?.p50Ms ?? 0, (fireMs, startMs, endMs) => {
      this.load.add(fireMs);
      this.#usual.add(startMs, endMs);
    });
    if (duration === null) return;
    const slow = this.#imagine(schedule, live, duration.p95Ms, (_, startMs, endMs) => {
      this.#slow.add(startMs, endMs);
    });
    const { name, overlap } = schedule;
    this.#overlaps.push({ name, overlap, fires: live.length, duration, usual, slow });
  }

  #imagine(
    { overlap, maxConcurrent, queueDepth, maxRuns, runsMade }: ForecastSchedule,
    live: Float64Array,
    durationMs: number,
    onRun: OnRun,
  ): ImaginedFates {
    const runsLeft = maxRuns === null ? Infinity : maxRuns - runsMade;
    return imagineRuns(live, { overlap, maxConcurrent, queueDepth, durationMs, runsLeft }, onRun);
  }

  /** No run takes longer than its timeout. */
  #durationOf({ name, timeoutSec }: ForecastSchedule): MeasuredDuration | null {
    const measured = this.#durations.get(name);
    if (measured === undefined) return null;
    const longestMs = timeoutSec * 1000;
    return { p50Ms: Math.min(measured.p50Ms, longestMs), p95Ms: Math.min(measured.p95Ms, longestMs) };
  }

  #count(schedule: ForecastSchedule, duration: MeasuredDuration | null): void {
    this.#counted.push(schedule.name);
    for (const { fires, ...hour } of countByHour(schedule, this.#span, this.#blackouts)) {
      this.load.addEvenly(fires, hour);
      if (duration === null || fires === 0) continue;
      this.#usual.add(hour.fromMs, hour.toMs, atOnce(schedule, fires, duration.p50Ms));
      this.#slow.add(hour.fromMs, hour.toMs, atOnce(schedule, fires, duration.p95Ms));
    }
  }

  findings(): Findings {
    return {
      blackouts: this.#blackouts.inOrder(),
      overlaps: this.#overlaps.filter((one) => concern(one) > 0).toSorted(byConcern),
      peak: this.#durations.size === 0 ? null : { usual: this.#usual.peak(), slow: this.#slow.peak() },
      unmeasured: this.#unmeasured.toSorted(),
      counted: this.#counted.toSorted(),
      unreadable: this.#unreadable,
    };
  }
}

/** How many fires are skipped, wait, or replace another. */
function concern({ usual, slow }: ForecastOverlap): number {
  return [usual, slow].reduce((sum, { skipped, queued, replaced }) => sum + skipped + queued + replaced, 0);
}

function byConcern(a: ForecastOverlap, b: ForecastOverlap): number {
  return concern(b) - concern(a) || (a.name < b.name ? -1 : 1);
}

/** How many runs are at work, on the whole, of a schedule that fires so often in an hour. */
function atOnce(
  { overlap, maxConcurrent }: ForecastSchedule,
  firesInAnHour: number,
  durationMs: number,
): number {
  return Math.min(Math.ceil((firesInAnHour * durationMs) / 3_600_000), runLimit(overlap, maxConcurrent));
}
