import type { Grid } from "./grid.js";

// All that the checker knows: what was asked of the scheduler, its rows, and what the jobs wrote down themselves.

/** Times of a schedule, and a range in which is the instant since when they count. */
export interface Version {
  grid: Grid;
  since: { afterMs: number; untilMs: number };
}

/** What was asked for: a schedule, its times in the order in which they held, and what its runs are held to. */
export interface AskedSchedule {
  name: string;
  versions: Version[];
  overlap: "skip" | "queue" | "concurrent" | "replace";
  /** How many of its runs may be at work at once; null: any number. */
  limit: number | null;
  group: { name: string; limit: number } | null;
  /** How many attempts a run may have that count: that fail, or succeed. */
  attempts: number;
}

export interface ScheduleRow {
  id: string;
  name: string;
  createdMs: number;
  /** The oldest fire that has no row. */
  owedMs: number | null;
}

export interface RunRow {
  id: string;
  scheduleId: string;
  status: string;
  attempt: number;
  failures: number;
  errorKind: string | null;
  skipReason: string | null;
  exitCode: number | null;
  fireMs: number | null;
  coversFromMs: number | null;
  coversCount: number;
  createdMs: number;
}

export interface EventRow {
  runId: string;
  attempt: number;
  name: string;
  atMs: number;
}

/** What an attempt wrote to stdout, as it is kept; `chunks` and the numbers of the first and the last of them. */
export interface OutputRow {
  runId: string;
  attempt: number;
  text: string;
  chunks: number;
  firstSeq: number;
  lastSeq: number;
}

/** One job process and its children, from its first word to its last; in seconds of a clock that never jumps. */
export interface JobLife {
  runId: string;
  attempt: number;
  schedule: string;
  pid: number;
  fromSec: number;
  /** It lived until then at least. */
  untilSec: number;
  /** How it ended by its own account; null: it was killed. */
  end: { exitCode: number; lines: number } | null;
}

export interface Evidence {
  asked: readonly AskedSchedule[];
  schedules: readonly ScheduleRow[];
  runs: readonly RunRow[];
  events: readonly EventRow[];
  outputs: readonly OutputRow[];
  lives: readonly JobLife[];
  /** Runs of which a job was killed on purpose. */
  killed: ReadonlySet<string>;
  /** Jobs that were alive when all was over. */
  orphans: readonly { pid: number; runId: string }[];
}
