import type {
  AskedSchedule,
  EventRow,
  Evidence,
  JobLife,
  OutputRow,
  RunRow,
} from "../../torture/checker/evidence.js";
import { lineOf } from "../../torture/checker/output.js";

/** Second 0 of the evidence: an instant at which a schedule of each ten seconds fires. */
export const startMs = Date.UTC(2026, 0, 5, 12);

export function at(second: number): number {
  return startMs + second * 1000;
}

/** A schedule of each ten seconds, made at second 5, which owes the fire of second 40 next. */
export function asked(changes: Partial<AskedSchedule> = {}): AskedSchedule {
  return {
    name: "job",
    versions: [{ grid: { periodSec: 10, phaseSec: 0 }, since: { afterMs: at(0), untilMs: at(5) } }],
    overlap: "skip",
    limit: 1,
    group: null,
    attempts: 1,
    ...changes,
  };
}

/** A run that succeeded at its first attempt. */
export function run(id: number, second: number, changes: Partial<RunRow> = {}): RunRow {
  return {
    id: String(id),
    scheduleId: "1",
    status: "succeeded",
    attempt: 1,
    failures: 0,
    errorKind: null,
    skipReason: null,
    exitCode: 0,
    fireMs: at(second),
    coversFromMs: null,
    coversCount: 1,
    createdMs: at(second) + 5,
    ...changes,
  };
}

/** A fire that did not run. */
export function skipped(id: number, second: number, changes: Partial<RunRow> = {}): RunRow {
  return run(id, second, {
    status: "skipped",
    skipReason: "overlap",
    attempt: 0,
    exitCode: null,
    ...changes,
  });
}

export function event(runId: number, name: string, second: number, attempt = 1): EventRow {
  return { runId: String(runId), attempt, name: `run.${name}`, atMs: at(second) };
}

/** The events of an attempt that succeeded. */
export function events(runId: number, from: number, until: number, attempt = 1): EventRow[] {
  return [
    event(runId, "dispatched", from, attempt),
    event(runId, "started", from + 0.1, attempt),
    event(runId, "succeeded", until, attempt),
  ];
}

/** A job that printed two lines and ended well; its seconds are those of the machine. */
export function life(runId: number, from: number, until: number, changes: Partial<JobLife> = {}): JobLife {
  return {
    runId: String(runId),
    attempt: 1,
    schedule: "job",
    pid: 1000 + runId,
    fromSec: from,
    untilSec: until,
    end: { exitCode: 0, lines: 2 },
    ...changes,
  };
}

export function output(runId: number, changes: Partial<OutputRow> = {}): OutputRow {
  const key = { runId: String(runId), attempt: changes.attempt ?? 1 };
  const text = `${lineOf(key, 1)}\n${lineOf(key, 2)}\n`;
  return { ...key, text, chunks: 1, firstSeq: 0, lastSeq: 0, ...changes };
}

/** What a schedule leaves behind whose fires of second 10 and 30 ran, and that of second 20 did not. */
export function soundEvidence(changes: Partial<Evidence> = {}): Evidence {
  return {
    asked: [asked()],
    schedules: [{ id: "1", name: "job", createdMs: at(5), owedMs: at(40) }],
    runs: [run(1, 10), skipped(2, 20), run(3, 30)],
    events: [...events(1, 10.1, 22), ...events(3, 30.1, 31)],
    outputs: [output(1), output(3)],
    lives: [life(1, 110.2, 121.9), life(3, 130.2, 130.9)],
    killed: new Set(),
    orphans: [],
    ...changes,
  };
}
