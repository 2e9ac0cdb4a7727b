import { usualParallel } from "../../src/core/backfill/backfill.js";
import type { OverlapPolicy } from "../../src/core/decide.js";
import { BelfryError } from "../../src/core/errors.js";
import { BlackedOutFires } from "../../src/core/fires/live-fires.js";
import { readyTiming } from "../../src/core/fires/timing.js";
import { type ScheduleDefinition, scheduleDefaults } from "../../src/core/schedule.js";
import { applyManifest } from "../../src/manifest/apply.js";
import { createBackfill } from "../../src/scheduler/create-backfill.js";
import { pause, resume } from "../../src/scheduler/pause.js";
import { tick } from "../../src/scheduler/tick.js";
import type { Pool } from "../../src/store/database.js";
import { msUntilNextFire } from "../../src/store/due-schedules.js";
import { findSchedule } from "../../src/store/schedules.js";
import { createManualClock } from "../../src/testing.js";
import { allRuns, createTestDeps, type RunFacts } from "./deps.js";
import { drawFrom } from "./draw.js";
import { edits, inShort } from "./edits.js";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
function isInterruption({ skip_reason: reason }: RunFacts): boolean {
  return reason === "paused" || reason === "edited" || reason === "retired";
}

const names = ["a", "b", "c"];

/** A time in which a definition was in force. */
interface Era {
  definition: ScheduleDefinition;
  editedMs: number;
  fromMs: number;
  untilMs: number | null;
}

/** A row as it was when it was new. */
interface Seen {
  name: string;
  fromMs: number;
  fireMs: number;
  definition: ScheduleDefinition;
  /** Whether its times can be held against the definition. */
  isExact: boolean;
}

/** Things that happen to a few schedules, drawn from a seed, and a memory of them against which the rows can be held. */
export class History {
  readonly told: string[] = [];
  readonly #pool: Pool;
  readonly #backwards: boolean;
  readonly #draw: () => number;
  readonly #clock;
  readonly #servers;
  readonly #eras = new Map<string, Era[]>(names.map((name) => [name, []]));
  readonly #wanted = new Map<string, ScheduleDefinition>();
  readonly #seen = new Map<string, Seen>();
  readonly #guessed: Seen[] = [];
  #latestMs = 0;

  constructor(pool: Pool, { seed, backwards }: { seed: number; backwards: boolean }) {
    this.#pool = pool;
    this.#backwards = backwards;
    this.#draw = drawFrom(seed);
    this.#clock = createManualClock(new Date(Date.UTC(2026, 9, 23, 12)));
    this.#servers = [1, 2].map(() => createTestDeps(pool, { clock: this.#clock }));
  }

  get #now(): number {
    return this.#clock.now().getTime();
  }

  #below(limit: number): number {
    return Math.floor(this.#draw() * limit);
  }

  #oneOf<T>(list: readonly T[]): T {
    return list[this.#below(list.length)]!;
  }

  async step(): Promise<void> {
    if (this.#wanted.size === 0) for (const name of names) await this.#edit(name);
    const name = this.#oneOf(names);
    const steps: [number, () => Promise<void>][] = [
      [8, () => this.#advance(this.#below(90) * minuteMs)],
      [8, () => this.#tick()],
      [3, () => this.#tickBoth()],
      [1, () => this.#advance(this.#below(40) * hourMs)],
      [2, () => this.#call(`pause ${name}`, () => pause(this.#servers[0]!, name, null))],
      [2, () => this.#call(`resume ${name}`, () => resume(this.#servers[0]!, name))],
      [2, () => this.#edit(name)],
      [1, () => this.#retire(name)],
      [2, () => this.#backfill(name)],
      [4, () => this.#endRun()],
      [this.#backwards ? 1 : 0, () => this.#goBack()],
    ];
    let at = this.#draw() * steps.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, work] of steps) {
      at -= weight;
      if (at < 0) {
        await work();
        break;
      }
    }
    await this.#remember();
  }

  /** Lets all that waits come. */
  async settle(): Promise<void> {
    for (const name of names) await this.#call(`resume ${name}`, () => resume(this.#servers[0]!, name));
    await this.#remember();
    await this.#tick();
    await this.#remember();
  }

  #tell(what: string): void {
    this.told.push(`${this.#clock.now().toISOString()} ${what}`);
  }

  async #advance(ms: number): Promise<void> {
    this.#clock.advance(ms);
    this.#latestMs = Math.max(this.#latestMs, this.#now);
    this.#tell(`now (${ms / minuteMs} min)`);
  }

  /** Never to a day before the latest that it has been: such a jump is mended in another way. */
  async #goBack(): Promise<void> {
    const most = 20 * hourMs - (this.#latestMs - this.#now);
    await this.#advance(-this.#below(Math.max(0, most / minuteMs)) * minuteMs);
  }

  async #tick(): Promise<void> {
    this.#tell("tick");
    await tick(this.#oneOf(this.#servers));
    const untilNext = await msUntilNextFire(this.#pool, this.#clock.now());
    if (untilNext !== null && untilNext <= 0)
      throw new Error(`A schedule is due after a tick: ${this.told.join("\n")}`);
  }

  async #tickBoth(): Promise<void> {
    this.#tell("two ticks");
    await Promise.all(this.#servers.map((deps) => tick(deps)));
  }

  async #call(what: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
      this.#tell(what);
    } catch (error) {
      if (!(error instanceof BelfryError)) throw error;
      this.#tell(`${what}: ${error.code}`);
    }
  }

  async #edit(name: string): Promise<void> {
    const before = this.#wanted.get(name);
    const mostly =
      before !== undefined && this.#draw() < 0.4 ? before : { ...scheduleDefaults, name, run: "true" };
    const definition = { ...mostly, ...this.#oneOf(edits(this.#now)) };
    this.#wanted.set(name, definition);
    await this.#apply();
    this.#close(name);
    this.#eras
      .get(name)!
      .push({ definition, editedMs: this.#now, fromMs: await this.#accountedUntil(name), untilMs: null });
    this.#tell(`edit ${name} ${JSON.stringify(inShort(definition))}`);
  }

  /** Now; but what was fired by a clock that has gone back is not fired again. */
  async #accountedUntil(name: string): Promise<number> {
    const runs = await allRuns(this.#pool);
    const fires = runs.filter((run) => run.name === name).map(({ fire_time: fireTime }) => Number(fireTime));
    return Math.max(this.#now, ...fires);
  }

  async #retire(name: string): Promise<void> {
    if (!this.#wanted.delete(name)) return;
    await this.#apply();
    this.#close(name);
    this.#tell(`retire ${name}`);
  }

  #close(name: string): void {
    const last = this.#eras.get(name)!.at(-1);
    if (last !== undefined) last.untilMs ??= this.#now;
  }

  async #apply(): Promise<void> {
    await applyManifest(this.#servers[0]!, [...this.#wanted.values()]);
  }

  async #backfill(name: string): Promise<void> {
    const overlap = this.#oneOf<OverlapPolicy>(["skip", "queue", "concurrent"]);
    const to = this.#now - this.#below(600) * minuteMs;
    const from = to - this.#below(600) * minuteMs;
    const wanted = { from: new Date(from), to: new Date(to), overlap, parallel: usualParallel(overlap) };
    await this.#call(
      `backfill ${name} ${wanted.from.toISOString()} ${wanted.to.toISOString()} ${overlap}`,
      () => createBackfill(this.#servers[0]!, name, wanted),
    );
  }

  async #endRun(): Promise<void> {
    const runs = (await allRuns(this.#pool)).filter(({ status }) => status === "dispatched");
    if (runs.length === 0) return;
    const { id } = this.#oneOf(runs);
    await this.#pool.query("update runs set status = 'succeeded', finished_at = $2 where id = $1", [
      id,
      this.#clock.now(),
    ]);
    this.#tell(`end ${id}`);
  }

  async #remember(): Promise<void> {
    for (const run of await allRuns(this.#pool)) {
      this.#noteGuess(run);
      if (this.#seen.has(run.id) || run.fire_time === null) continue;
      this.#seen.set(run.id, this.#splitFrom(run) ?? this.#madeNow(run));
      this.#tell(`  row ${run.name} ${words(run)}`);
    }
  }

  /** When a backfill takes a row up after an edit, how its rest is told is a guess. */
  #noteGuess({ id, name, fire_reason: reason }: RunFacts): void {
    const seen = this.#seen.get(id);
    if (
      seen === undefined ||
      reason !== "backfill" ||
      seen.definition === this.#eras.get(name)!.at(-1)!.definition
    )
      return;
    if (!this.#guessed.includes(seen)) this.#guessed.push(seen);
  }

  #madeNow(run: RunFacts): Seen {
    const eras = this.#eras.get(run.name)!;
    // An edit's own row is of the times before.
    const isOfEdit = isInterruption(run) && eras.at(-1)!.editedMs === this.#now;
    const { definition } = (isOfEdit && eras.at(-2)) || eras.at(-1)!;
    const fireMs = run.fire_time!.getTime();
    return {
      name: run.name,
      fromMs: run.covers_from?.getTime() ?? fireMs,
      fireMs,
      definition,
      isExact: true,
    };
  }

  /** Of a row that a backfill has taken up the rest has a row in its place; after an edit its times are a guess. */
  #splitFrom(run: RunFacts): Seen | null {
    if (run.fire_reason === "backfill" || run.created_at.getTime() === this.#now) return null;
    const [fromMs, fireMs] = [run.covers_from ?? run.fire_time!, run.fire_time!].map(Number) as [
      number,
      number,
    ];
    const whole = [...this.#seen.values()].findLast(
      (seen) => seen.name === run.name && seen.fromMs <= fromMs && fireMs < seen.fireMs,
    );
    if (whole === undefined) return null;
    const isExact = whole.isExact && whole.definition === this.#eras.get(run.name)!.at(-1)!.definition;
    return isExact ? { ...whole, fromMs, fireMs } : { ...whole, fromMs, fireMs: whole.fireMs - 1, isExact };
  }

  /** What does not hold, in words. */
  async faults(): Promise<string[]> {
    const faults: string[] = [];
    const runs = await allRuns(this.#pool);
    for (const name of names) {
      const own = runs.filter((run) => run.name === name && run.fire_time !== null);
      faults.push(...(await this.#faultsOf(name, own)));
    }
    return faults;
  }

  async #faultsOf(name: string, runs: RunFacts[]): Promise<string[]> {
    const faults: string[] = [];
    const claims = new Map<number, RunFacts[]>();
    const rows = new Set(runs.map(({ fire_time: fireTime }) => fireTime!.getTime()));
    for (const run of runs) {
      const fires = this.#claimedBy(run);
      const own = fires.list.filter((ms) => ms !== run.fire_time!.getTime() && rows.has(ms)).length;
      if (
        run.fire_reason !== "backfill" &&
        (run.covers_count > fires.count || run.covers_count < fires.count - own)
      )
        faults.push(`counts ${fires.count}: ${name} ${words(run)}`);
      for (const fire of fires.list) claims.set(fire, [...(claims.get(fire) ?? []), run]);
    }
    // On a clock that jumps back it is not known from when on a definition was in force.
    for (const fire of this.#backwards ? [] : await this.#expected(name)) {
      const isGuess = this.#guessed.some(
        (seen) => seen.name === name && seen.fromMs <= fire && fire < seen.fireMs,
      );
      if (!claims.has(fire) && !isGuess) faults.push(`lost: ${name} ${new Date(fire).toISOString()}`);
    }
    for (const [fire, by] of claims) {
      const others = by.filter(({ fire_reason: reason }) => reason !== "backfill");
      if (others.length > 1)
        faults.push(`twice: ${name} ${new Date(fire).toISOString()} ${others.map(words).join(", ")}`);
    }
    return faults;
  }

  #claimedBy(run: RunFacts): { list: number[]; count: number } {
    const { fire_time: fireTime, covers_count: count } = run;
    if (count === 1) return { list: [fireTime!.getTime()], count };
    const { definition, fireMs, isExact } = this.#seen.get(run.id)!;
    const { fires, live, skipping } = readyTiming(definition);
    const blackedOut = skipping === null ? fires : new BlackedOutFires(fires, skipping);
    const times = run.skip_reason === "blackout" ? blackedOut : isInterruption(run) ? fires : live;
    const list: number[] = [];
    let total = 0;
    const firstMs = run.covers_from!.getTime();
    for (
      let ms = times.after(firstMs - 1);
      ms <= (run.fire_reason === "backfill" ? Number(fireTime) : fireMs);
      ms = times.after(ms)
    ) {
      if (times.nominalOf(ms) < firstMs) continue;
      list.push(ms);
      total += times.count(ms - 1, ms);
    }
    return { list, count: isExact ? total : count };
  }

  async #expected(name: string): Promise<number[]> {
    const schedule = await findSchedule(this.#pool, name);
    const fires: number[] = [];
    for (const { definition, fromMs, untilMs } of this.#eras.get(name)!) {
      if (!definition.enabled || definition.maxRuns !== null) continue;
      const { fires: times } = readyTiming(definition);
      const owedMs = (schedule!.owedFrom ?? schedule!.nextFireAt)?.getTime() ?? Infinity;
      const until = untilMs ?? Math.min(this.#now, owedMs - 1);
      for (let ms = times.after(fromMs); ms <= until; ms = times.after(ms)) fires.push(ms);
    }
    return fires;
  }
}

function words(run: RunFacts): string {
  const from = run.covers_from === null ? "" : ` x${run.covers_count} since ${run.covers_from.toISOString()}`;
  return `#${run.id} ${run.fire_time?.toISOString()}${from} ${run.fire_reason} ${run.skip_reason ?? run.status}`;
}
