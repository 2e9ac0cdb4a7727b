import type { AskedSchedule } from "./checker/evidence.js";

/** What a job does: for how long, how many lines it prints, and the words that `job.sh` knows. */
export interface JobPlan {
  ms: number;
  lines: number;
  words: string[];
}

/** Schedules that are alike. */
export interface Kind {
  name: string;
  /** How many of five hundred. */
  share: number;
  periodsSec: number[];
  overlap: AskedSchedule["overlap"];
  maxConcurrent?: number;
  /** Several groups of that limit, among which these schedules are shared out. */
  group?: { limit: number };
  attempts?: number;
  job: (draw: () => number) => JobPlan;
  /** More keys of the manifest. */
  keys?: Record<string, unknown>;
}

const retried = { attempts: 3, backoff: "fixed", delay: "1s", max_delay: "1s" };

function lasting(fromMs: number, toMs: number, { lines = 3, words = [] as string[] } = {}): Kind["job"] {
  return (draw) => ({ ms: Math.round((fromMs + draw() * (toMs - fromMs)) / 100) * 100, lines, words });
}

/** Most fire each minute or two and are there to be many; the others each few seconds, and get into their own way. */
export const kinds: readonly Kind[] = [
  { name: "skip", share: 150, periodsSec: [60, 120], overlap: "skip", job: lasting(0, 2000) },
  {
    name: "queue",
    share: 100,
    periodsSec: [30, 60],
    overlap: "queue",
    job: lasting(0, 1500),
    keys: { catch_up: "all", priority: 1 },
  },
  {
    name: "free",
    share: 100,
    periodsSec: [60, 120],
    overlap: "concurrent",
    job: lasting(0, 3000),
    keys: { catch_up: "all" },
  },
  { name: "skip-second", share: 8, periodsSec: [1], overlap: "skip", job: lasting(900, 1500) },
  {
    name: "free-second",
    share: 5,
    periodsSec: [1],
    overlap: "concurrent",
    job: lasting(0, 300, { lines: 1 }),
  },
  {
    name: "crowd",
    share: 6,
    periodsSec: [2],
    overlap: "concurrent",
    maxConcurrent: 2,
    job: lasting(2000, 4000),
  },
  {
    name: "depth",
    share: 8,
    periodsSec: [3],
    overlap: "queue",
    job: lasting(2500, 3500),
    keys: { queue_depth: 2 },
  },
  {
    name: "replace",
    share: 8,
    periodsSec: [4],
    overlap: "replace",
    job: lasting(2500, 4500),
    keys: { grace: "2s" },
  },
  {
    name: "replace-stubborn",
    share: 3,
    periodsSec: [5],
    overlap: "replace",
    job: lasting(4000, 8000, { words: ["stubborn"] }),
    keys: { grace: "1s" },
  },
  {
    name: "group",
    share: 24,
    periodsSec: [10],
    overlap: "concurrent",
    group: { limit: 2 },
    job: lasting(500, 2500),
  },
  {
    name: "group-queue",
    share: 12,
    periodsSec: [12],
    overlap: "queue",
    group: { limit: 1 },
    job: lasting(500, 2000),
  },
  {
    name: "retry",
    share: 20,
    periodsSec: [20],
    overlap: "skip",
    attempts: 3,
    job: lasting(200, 2500, { words: ["fails-2"] }),
    keys: { retry: retried },
  },
  {
    name: "retry-queue",
    share: 8,
    periodsSec: [7, 13],
    overlap: "queue",
    attempts: 3,
    job: lasting(200, 2000, { words: ["fails-3"] }),
    keys: { retry: retried, queue_depth: 5 },
  },
  {
    name: "deadline",
    share: 6,
    periodsSec: [3],
    overlap: "queue",
    job: lasting(2800, 3600),
    keys: { start_deadline: "5s", queue_depth: 10 },
  },
  {
    name: "breaker",
    share: 8,
    periodsSec: [4],
    overlap: "skip",
    job: lasting(0, 800, { words: ["streaks-400"] }),
    keys: { pause_after: 3, cool_down: "10s" },
  },
  { name: "noisy", share: 6, periodsSec: [15], overlap: "skip", job: lasting(500, 2000, { lines: 2000 }) },
  {
    name: "leaves-children",
    share: 8,
    periodsSec: [10],
    overlap: "skip",
    job: lasting(300, 1500, { words: ["children"] }),
  },
  {
    name: "stubborn",
    share: 6,
    periodsSec: [15],
    overlap: "queue",
    attempts: 3,
    job: lasting(2000, 9000, { words: ["stubborn", "children"] }),
    keys: { retry: retried, queue_depth: 3 },
  },
  {
    // Longer than the lease: what has lost it, and goes on, is met by the next attempt.
    name: "long",
    share: 12,
    periodsSec: [20],
    overlap: "skip",
    attempts: 3,
    job: lasting(8000, 14_000, { lines: 20 }),
    keys: { retry: retried },
  },
  {
    name: "never-late",
    share: 14,
    periodsSec: [5],
    overlap: "skip",
    job: lasting(0, 1000),
    keys: { catch_up: "none", catch_up_window: "3s" },
  },
];
