import { describe, expect, test } from "vitest";
import { type DueTiming, planFires } from "./plan-fires.js";
import { type NamedTiming, readyTiming, timingDefaults } from "./timing.js";

const text = (ms: number | null) =>
  ms === null ? null : new Date(ms).toISOString().replace(/(:00)?\.000Z/, "Z");

interface Due extends Partial<Omit<DueTiming, "timing" | "fromMs" | "nowMs">> {
  timing: Partial<NamedTiming>;
  from: string;
  now: string;
}

/** The plan in short: fire, count, decision or reason; and when the schedule is looked at next. */
function plan({ timing, from, now, ...rest }: Due) {
  const { fires, nextMs, owedFromMs } = planFires({
    timing: readyTiming({ ...timingDefaults, name: "backup", ...timing }),
    fromMs: Date.parse(from),
    nowMs: Date.parse(now),
    catchUp: { policy: "latest", windowMs: null },
    overlap: "skip",
    activeCount: 0,
    runsLeft: null,
    maxConcurrent: null,
    queueDepth: null,
    breaker: "closed",
    ...rest,
  });
  const rows = fires.map(
    (fire) => `${text(fire.fireMs)} x${fire.coversCount} ${fire.skipReason ?? fire.decision}`,
  );
  return { rows, next: text(nextMs), owedFrom: text(owedFromMs) };
}

const hourly = { cron: "0 * * * *" };
const all = { policy: "all", windowMs: null } as const;

describe("what becomes of a due schedule", () => {
  test.each<[string, Due, ReturnType<typeof plan>]>([
    [
      "it is dispatched, and fires again",
      { timing: hourly, from: "2026-07-01T12:00Z", now: "2026-07-01T12:00Z" },
      { rows: ["2026-07-01T12:00Z x1 dispatch"], next: "2026-07-01T13:00Z", owedFrom: null },
    ],
    [
      "it is skipped while a run is under way",
      { timing: hourly, from: "2026-07-01T12:00Z", now: "2026-07-01T12:00Z", activeCount: 1 },
      { rows: ["2026-07-01T12:00Z x1 overlap"], next: "2026-07-01T13:00Z", owedFrom: null },
    ],
    [
      "missed fires that all run are queued behind each other",
      { timing: hourly, from: "2026-07-01T12:00Z", now: "2026-07-01T14:30Z", catchUp: all, overlap: "queue" },
      {
        rows: ["2026-07-01T12:00Z x1 dispatch", "2026-07-01T13:00Z x1 queue", "2026-07-01T14:00Z x1 queue"],
        next: "2026-07-01T15:00Z",
        owedFrom: null,
      },
    ],
    [
      "under skip the oldest missed fire runs, and one row says that the others did not",
      { timing: hourly, from: "2026-07-01T12:00Z", now: "2026-07-01T14:30Z", catchUp: all },
      {
        rows: ["2026-07-01T12:00Z x1 dispatch", "2026-07-01T14:00Z x2 overlap"],
        next: "2026-07-01T15:00Z",
        owedFrom: null,
      },
    ],
    [
      "it makes no more runs than it may, and then fires no more",
      {
        timing: hourly,
        from: "2026-07-01T12:00Z",
        now: "2026-07-01T14:30Z",
        catchUp: all,
        overlap: "concurrent",
        runsLeft: 2,
      },
      {
        rows: ["2026-07-01T12:00Z x1 dispatch", "2026-07-01T13:00Z x1 dispatch"],
        next: null,
        owedFrom: null,
      },
    ],
    [
      "a skipped fire is not one of the runs that it may make",
      { timing: hourly, from: "2026-07-01T12:00Z", now: "2026-07-01T12:00Z", activeCount: 1, runsLeft: 1 },
      { rows: ["2026-07-01T12:00Z x1 overlap"], next: "2026-07-01T13:00Z", owedFrom: null },
    ],
    [
      "no more missed fires wait than the queue has room for, and one row says that the others did not run",
      {
        timing: hourly,
        from: "2026-07-01T12:00Z",
        now: "2026-07-01T16:30Z",
        catchUp: all,
        overlap: "queue",
        queueDepth: 1,
      },
      {
        rows: [
          "2026-07-01T12:00Z x1 dispatch",
          "2026-07-01T13:00Z x1 queue",
          "2026-07-01T16:00Z x3 queue_full",
        ],
        next: "2026-07-01T17:00Z",
        owedFrom: null,
      },
    ],
    [
      "as many missed fires run side by side as may, and the others wait",
      {
        timing: hourly,
        from: "2026-07-01T12:00Z",
        now: "2026-07-01T14:30Z",
        catchUp: all,
        overlap: "concurrent",
        maxConcurrent: 2,
      },
      {
        rows: [
          "2026-07-01T12:00Z x1 dispatch",
          "2026-07-01T13:00Z x1 dispatch",
          "2026-07-01T14:00Z x1 queue",
        ],
        next: "2026-07-01T15:00Z",
        owedFrom: null,
      },
    ],
    [
      "missed fires that all run replace each other",
      {
        timing: hourly,
        from: "2026-07-01T12:00Z",
        now: "2026-07-01T14:30Z",
        catchUp: all,
        overlap: "replace",
      },
      {
        rows: [
          "2026-07-01T12:00Z x1 dispatch",
          "2026-07-01T13:00Z x1 replace",
          "2026-07-01T14:00Z x1 replace",
        ],
        next: "2026-07-01T15:00Z",
        owedFrom: null,
      },
    ],
    [
      "an open breaker skips its fires, and one row stands for all that were missed",
      { timing: hourly, from: "2026-07-01T12:00Z", now: "2026-07-01T14:30Z", catchUp: all, breaker: "open" },
      { rows: ["2026-07-01T14:00Z x3 circuit_open"], next: "2026-07-01T15:00Z", owedFrom: null },
    ],
    [
      "a breaker that is half-open lets one fire through",
      {
        timing: hourly,
        from: "2026-07-01T12:00Z",
        now: "2026-07-01T14:30Z",
        catchUp: all,
        overlap: "concurrent",
        breaker: "half_open",
      },
      {
        rows: ["2026-07-01T12:00Z x1 dispatch", "2026-07-01T14:00Z x2 circuit_open"],
        next: "2026-07-01T15:00Z",
        owedFrom: null,
      },
    ],
    [
      "a breaker that is half-open lets none through while a run has not ended",
      {
        timing: hourly,
        from: "2026-07-01T12:00Z",
        now: "2026-07-01T12:00Z",
        overlap: "concurrent",
        activeCount: 1,
        breaker: "half_open",
      },
      { rows: ["2026-07-01T12:00Z x1 circuit_open"], next: "2026-07-01T13:00Z", owedFrom: null },
    ],
    [
      "one instant is over when it has come",
      { timing: { at: new Date("2026-07-01T12:00Z") }, from: "2026-07-01T12:00Z", now: "2026-07-01T12:00Z" },
      { rows: ["2026-07-01T12:00Z x1 dispatch"], next: null, owedFrom: null },
    ],
  ])("%s", (_, due, expected) => {
    expect(plan(due)).toEqual(expected);
  });
});

describe("a schedule that fires each second through a blackout of two hours", () => {
  const timing = {
    cron: "* * * * * *",
    blackouts: [{ when: "2026-07-04T10:00Z - 2026-07-04T12:00Z", reason: null }],
  };

  test("has a row for the first fire, one for all the others, and then runs again", () => {
    const first = plan({ timing, from: "2026-07-04T10:00Z", now: "2026-07-04T10:00Z" });
    expect(first).toEqual({
      rows: ["2026-07-04T10:00Z x1 blackout"],
      next: "2026-07-04T11:59:59Z",
      owedFrom: "2026-07-04T10:00:01Z",
    });
    const rest = plan({ timing, from: first.owedFrom!, now: first.next! });
    expect(rest).toEqual({
      rows: ["2026-07-04T11:59:59Z x7199 blackout"],
      next: "2026-07-04T12:00Z",
      owedFrom: null,
    });
  });

  test("is looked at again after a day if the blackout is longer", () => {
    const blackouts = [{ when: "2026-07-04T10:00Z - 2199-12-31T00:00Z", reason: null }];
    const seen = plan({
      timing: { ...timing, blackouts },
      from: "2026-07-04T10:00Z",
      now: "2026-07-04T10:00Z",
    });
    expect([seen.next, seen.owedFrom]).toEqual(["2026-07-05T10:00Z", "2026-07-04T10:00:01Z"]);
  });
});
