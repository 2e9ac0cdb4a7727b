import { canTakeUp, type FireRecord } from "./fires.js";
import { firesBetween } from "./check-backfill.js";
import { BlackedOutFires } from "../fires/live-fires.js";
import type { RunStatus, SkipReason } from "../run.js";
import type { ReadyTiming } from "../fires/timing.js";

/** What a backfill does about a fire: it makes a run, runs its skipped row, leaves its row alone, or leaves it out. */
export const backfillActions = ["run", "take_up", "leave", "blackout"] as const;
export type BackfillAction = (typeof backfillActions)[number];

/** A fire, and what a backfill does about it. */
export interface PreviewedFire {
  fireMs: number;
  action: BackfillAction;
  /** The row that it has. */
  runId: string | null;
  status: RunStatus | null;
  skipReason: SkipReason | null;
  /** The run that stands for it, if it has no row of its own. */
  coveredBy: string | null;
}

export interface BackfillCounts {
  /** The fires that are not in a blackout: all that have no row, a row that is taken up, or one that is left alone. */
  fires: number;
  /** Those that get a run of their own, a new one or a row that is taken up. */
  toRun: number;
  takenUp: number;
  hasRun: number;
  /** Those of `toRun` that another run stands for. */
  covered: number;
  /** The fires that are left out, because they are in a blackout. */
  blackout: number;
}

export interface BackfillPreview {
  counts: BackfillCounts;
  /** The first of the fires, those in a blackout too. */
  fires: PreviewedFire[];
}

/** A run that stands for several fires. In milliseconds. */
export interface CoveringRun {
  runId: string;
  coversFromMs: number;
  fireMs: number;
}

/** What there is in the range of a backfill. */
export interface BackfillRange {
  timing: ReadyTiming;
  fromMs: number;
  toMs: number;
  /** The live fires of the range, all of them. */
  fires: readonly number[];
  records: ReadonlyMap<number, FireRecord>;
  covering: readonly CoveringRun[];
}

const mostListed = 100;

/** What a backfill would do, if it were asked for now. */
export function previewBackfill(range: BackfillRange): BackfillPreview {
  const { timing, fromMs, toMs } = range;
  const all = range.fires.map((fireMs) => previewed(range, fireMs));
  const count = (isOne: (fire: PreviewedFire) => boolean) => all.filter(isOne).length;
  const takenUp = count(({ action }) => action === "take_up");
  const blackedOut =
    timing.skipping === null ? null : new BlackedOutFires(timing.fires, timing.skipping, toMs);
  const counts = {
    fires: all.length,
    toRun: takenUp + count(({ action }) => action === "run"),
    takenUp,
    hasRun: count(({ action }) => action === "leave"),
    covered: count(({ coveredBy }) => coveredBy !== null),
    blackout: blackedOut?.count(fromMs - 1, toMs) ?? 0,
  };
  const left = blackedOut === null ? [] : firesBetween(blackedOut, { fromMs, toMs, atMost: mostListed });
  const listed = [...all.slice(0, mostListed), ...left.map(inBlackout)];
  return { counts, fires: listed.toSorted((a, b) => a.fireMs - b.fireMs).slice(0, mostListed) };
}

function previewed({ records, covering }: BackfillRange, fireMs: number): PreviewedFire {
  const record = records.get(fireMs);
  if (record === undefined) {
    const coveredBy =
      covering.find((run) => run.coversFromMs <= fireMs && fireMs < run.fireMs)?.runId ?? null;
    return { ...withoutRow(fireMs), action: "run", coveredBy };
  }
  const { runId, status, skipReason } = record;
  return {
    fireMs,
    action: canTakeUp(record) ? "take_up" : "leave",
    runId,
    status,
    skipReason,
    coveredBy: null,
  };
}

function inBlackout(fireMs: number): PreviewedFire {
  return { ...withoutRow(fireMs), action: "blackout" };
}

function withoutRow(fireMs: number) {
  return { fireMs, runId: null, status: null, skipReason: null, coveredBy: null };
}
