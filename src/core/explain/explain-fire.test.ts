import { expect, test } from "vitest";
import { type Explanation, explainFires, mostExplained } from "./explain-fire.js";
import type { Run } from "../run.js";
import { type Schedule, scheduleDefaults } from "../schedule.js";

// Berlin is an hour ahead of UTC in November: 03:00 there is 02:00Z.
const now = "2026-11-24T12:00:00Z";
const date = (text: string) => new Date(text);

function schedule(fields: Partial<Schedule> = {}): Schedule {
  return {
    ...scheduleDefaults,
    id: "1",
    name: "nightly",
    run: "true",
    cron: "0 3 * * *",
    timezone: "Europe/Berlin",
    source: "manifest",
    pausedAt: null,
    pauseReason: null,
    breakerResetAt: null,
    retiredAt: null,
    nextFireAt: date("2026-11-25T02:00:00Z"),
    owedFrom: null,
    runsMade: 0,
    lastError: null,
    lastErrorAt: null,
    createdAt: date("2026-11-01T00:00:00Z"),
    updatedAt: date("2026-11-01T00:00:00Z"),
    revision: "1",
    ...fields,
  };
}

function row(fields: Partial<Run> = {}): Run {
  return {
    id: "7",
    scheduleId: "1",
    scheduleName: "nightly",
    status: "succeeded",
    errorKind: null,
    errorMessage: null,
    skipReason: null,
    attempt: 1,
    failures: 0,
    retryAt: null,
    priority: 0,
    fireTime: date("2026-11-24T02:00:00Z"),
    fireReason: "schedule",
    coversFrom: null,
    coversCount: 1,
    backfillId: null,
    rerunOf: null,
    parameters: {},
    exitCode: 0,
    exitSignal: null,
    cancelRequestedAt: null,
    createdAt: date("2026-11-24T02:00:00.010Z"),
    dispatchedAt: date("2026-11-24T02:00:00.100Z"),
    startedAt: date("2026-11-24T02:00:00.400Z"),
    finishedAt: date("2026-11-24T02:03:20.400Z"),
    ...fields,
  };
}

function skipped(skipReason: Run["skipReason"], fields: Partial<Run> = {}): Run {
  const unstarted = { attempt: 0, exitCode: null, dispatchedAt: null, startedAt: null };
  return row({ ...unstarted, status: "skipped", skipReason, ...fields });
}

const waiting = { startedAt: null, finishedAt: null, exitCode: null };

interface Asked {
  schedule?: Partial<Schedule>;
  rows?: Run[];
  /** An instant, or two. */
  at?: string | [string, string];
}

function explained({ schedule: fields = {}, rows = [], at = "2026-11-24T02:00:00Z" }: Asked): Explanation {
  const [from, to] = typeof at === "string" ? [at, at] : at;
  return explainFires({ schedule: schedule(fields), rows, now: date(now), from: date(from), to: date(to) });
}

const hourly = { cron: "0 * * * *", nextFireAt: date("2026-11-24T13:00:00Z") };
const outage = {
  fireReason: "catch_up" as const,
  startedAt: date("2026-11-24T08:00:00.400Z"),
  finishedAt: date("2026-11-24T08:01:00.400Z"),
  fireTime: date("2026-11-24T08:00:00Z"),
  coversFrom: date("2026-11-23T21:00:00Z"),
  coversCount: 12,
};

const verdicts: [string, Asked, string, string][] = [
  [
    "waits for its next attempt",
    {
      rows: [row({ ...waiting, status: "pending", failures: 1, retryAt: date("2026-11-24T12:01:00Z") })],
    },
    "waiting",
    "Run 7 waits for its next attempt until Tue 24 Nov 2026 13:01: attempt 1 failed.",
  ],
  [
    "found nothing to do",
    { rows: [row({ status: "skipped", skipReason: "exit_code", exitCode: 99 })] },
    "skipped",
    "Run 7 ended with exit code 99, which means that there was nothing to do. It started 400 ms after its time and took 3 min 20 s.",
  ],
  [
    "succeeded",
    { rows: [row()] },
    "ran",
    "Run 7 succeeded. It started 400 ms after its time and took 3 min 20 s.",
  ],
  [
    "failed",
    { rows: [row({ status: "failed", errorKind: "exit_code", exitCode: 3, attempt: 2 })] },
    "failed",
    "Run 7 failed: exit_code 3. It started 400 ms after its time (attempt 2) and took 3 min 20 s.",
  ],
  [
    "failed before it started",
    {
      rows: [row({ ...waiting, status: "failed", errorKind: "dispatch", errorMessage: "No such image." })],
    },
    "failed",
    "Run 7 failed: dispatch (No such image). It was never started.",
  ],
  [
    "was cancelled",
    { rows: [row({ status: "cancelled", exitCode: null, exitSignal: "SIGTERM" })] },
    "cancelled",
    "Run 7 was cancelled. It started 400 ms after its time and took 3 min 20 s.",
  ],
  [
    "is at work",
    { rows: [row({ status: "running", finishedAt: null, exitCode: null })] },
    "running",
    "Run 7 is at work since Tue 24 Nov 2026 03:00.",
  ],
  [
    "is about to start",
    { rows: [row({ ...waiting, status: "dispatched" })] },
    "waiting",
    "A runner is on its way to start run 7.",
  ],
  [
    "waits",
    { rows: [row({ ...waiting, status: "pending", attempt: 0 })] },
    "waiting",
    "Run 7 waits for a free place, or for the run before it.",
  ],
  [
    "was asked for by a backfill",
    {
      rows: [
        row({
          fireReason: "backfill",
          backfillId: "1",
          rerunOf: null,
          parameters: {},
          startedAt: date("2026-11-24T03:00:00Z"),
          finishedAt: date("2026-11-24T03:01:00Z"),
        }),
      ],
    },
    "ran",
    "Run 7 succeeded. It started 1 h after its time and took 1 min. It was asked for by a backfill.",
  ],
  [
    "was skipped for a run before it",
    { rows: [skipped("overlap")] },
    "skipped",
    "It did not run: a run before it had not ended, and the overlap policy was skip.",
  ],
  [
    "was skipped because it was late",
    { rows: [skipped("late", { createdAt: date("2026-11-24T05:05:00Z") })] },
    "skipped",
    "It did not run: it was noticed 3 h 5 min after its time, too late to be caught up.",
  ],
  [
    "was one of too many",
    { rows: [skipped("catch_up_limit")] },
    "skipped",
    "It did not run: more fires were missed than are caught up, and newer ones went first.",
  ],
  [
    "was in a blackout",
    { schedule: { blackouts: [{ when: "11-24", reason: "Stocktaking" }] }, rows: [skipped("blackout")] },
    "blackout",
    "It did not run: it was in a blackout (Stocktaking).",
  ],
  [
    "was in the second of two blackouts that go on into each other",
    {
      schedule: {
        blackouts: [
          { when: "11-23", reason: "Move" },
          { when: "11-24", reason: "Stocktaking" },
        ],
      },
      rows: [skipped("blackout")],
    },
    "blackout",
    "It did not run: it was in a blackout (Stocktaking).",
  ],
  [
    "was in a blackout that is no longer named",
    { rows: [skipped("blackout")] },
    "blackout",
    "It did not run: it was in a blackout.",
  ],
  [
    "was missed in a pause",
    { rows: [skipped("paused")] },
    "skipped",
    "It did not run: the schedule was paused.",
  ],
  [
    "was dropped by an edit",
    { rows: [skipped("edited")] },
    "skipped",
    "It did not run: no server had fired it when the schedule was edited, and an edit replays nothing.",
  ],
  [
    "could not be read",
    {
      schedule: {
        lastError: "There is no zone.",
        lastErrorAt: date("2026-11-24T02:00:00Z"),
        nextFireAt: null,
      },
      rows: [skipped("schedule_error")],
    },
    "skipped",
    "It did not run: the schedule could not be read (There is no zone).",
  ],
  [
    "was retired",
    { rows: [skipped("retired")] },
    "skipped",
    "It did not run: the schedule was retired, because its manifest no longer names it.",
  ],
  [
    "stands for others",
    { schedule: hourly, rows: [row(outage)], at: "2026-11-24T08:00:00Z" },
    "ran",
    "Run 7 succeeded. It started 400 ms after its time and took 1 min. It stands for 12 fires, from Mon 23 Nov 2026 22:00 to Tue 24 Nov 2026 09:00.",
  ],
  [
    "is one of those that a run stands for",
    {
      schedule: hourly,
      rows: [
        row({ ...outage, startedAt: date("2026-11-24T08:00:01Z"), finishedAt: null, status: "running" }),
      ],
    },
    "covered",
    "Run 7 of Tue 24 Nov 2026 09:00 stands for it, as for all the 12 fires from Mon 23 Nov 2026 22:00 to Tue 24 Nov 2026 09:00, because no server fired them in time. Run 7 is at work since Tue 24 Nov 2026 09:00:01.",
  ],
  [
    "is one of those that came too late",
    { schedule: hourly, rows: [skipped("late", { ...outage, createdAt: date("2026-11-24T09:00:00Z") })] },
    "skipped",
    "It did not run: it was noticed 7 h after its time, too late to be caught up. One row, of Tue 24 Nov 2026 09:00, tells of 12 fires, from Mon 23 Nov 2026 22:00 to Tue 24 Nov 2026 09:00.",
  ],
  [
    "is one of those that a skipped row tells of",
    { schedule: hourly, rows: [skipped("paused", outage)] },
    "skipped",
    "It did not run: the schedule was paused. One row, of Tue 24 Nov 2026 09:00, tells of 12 fires, from Mon 23 Nov 2026 22:00 to Tue 24 Nov 2026 09:00.",
  ],
];

test.each(verdicts)("a fire that %s", (_, asked, verdict, words) => {
  const { fires } = explained(asked);
  expect(fires).toEqual([{ fireAt: fires[0]!.fireAt, verdict, words, runId: "7" }]);
});

const paused = {
  pausedAt: date("2026-11-23T12:00:00Z"),
  updatedAt: date("2026-11-23T12:00:00Z"),
  revision: "1",
  pauseReason: "disk is being replaced",
  owedFrom: date("2026-11-24T02:00:00Z"),
  nextFireAt: null,
};
const stocktaking = [{ when: "2026-11-24", reason: "Stocktaking" }];

const withoutRow: [string, Asked, string, string][] = [
  [
    "before the schedule was made",
    { at: "2026-10-01T01:00:00Z" },
    "not_yet_created",
    "The schedule was created later, on Sun 1 Nov 2026 01:00.",
  ],
  [
    "that is due",
    { schedule: { nextFireAt: date("2026-11-24T02:00:00Z") } },
    "pending_tick",
    "It is due since Tue 24 Nov 2026 03:00, and no server has ticked since. It is fired, or told of, when a server is there.",
  ],
  [
    "later than one that is due",
    { schedule: { nextFireAt: date("2026-11-22T02:00:00Z") } },
    "pending_tick",
    "It is due since Tue 24 Nov 2026 03:00, and no server has ticked since. It is fired, or told of, when a server is there.",
  ],
  [
    "in a pause",
    { schedule: paused },
    "paused",
    "It did not run: the schedule is paused since Mon 23 Nov 2026 13:00 (disk is being replaced). When it is resumed a row will tell of what was missed.",
  ],
  [
    "that was due when the schedule was paused",
    { schedule: { ...paused, pausedAt: date("2026-11-24T03:00:00Z"), pauseReason: null } },
    "paused",
    "No server had fired it when the schedule was paused on Tue 24 Nov 2026 04:00. When it is resumed a row will tell of what was missed.",
  ],
  [
    "of a schedule that is off",
    { schedule: { enabled: false, nextFireAt: null } },
    "off",
    "It did not run: the schedule is off (enabled: false), since Sun 1 Nov 2026 01:00 at the latest.",
  ],
  [
    "of a schedule that is retired",
    {
      schedule: {
        retiredAt: date("2026-11-20T00:00:00Z"),
        updatedAt: date("2026-11-20T00:00:00Z"),
        revision: "1",
        nextFireAt: null,
      },
    },
    "retired",
    "It did not run: the schedule is retired since Fri 20 Nov 2026 01:00.",
  ],
  [
    "after the last run that the schedule may make",
    { schedule: { maxRuns: 3, runsMade: 3, nextFireAt: null } },
    "ended",
    "It did not run: the schedule has made all the runs that it may (3).",
  ],
  [
    "of a schedule that rests",
    { schedule: { lastError: "It broke.", lastErrorAt: date("2026-11-20T00:00:00Z"), nextFireAt: null } },
    "schedule_error",
    "It did not run: the schedule rests since Fri 20 Nov 2026 01:00, because it could not be read: It broke.",
  ],
  [
    "before the last edit",
    { schedule: { updatedAt: date("2026-11-24T10:00:00Z") } },
    "changed_since",
    "There is no row for it. The schedule was changed after it, on Tue 24 Nov 2026 11:00: it may have had other times, or been off, until then.",
  ],
  [
    "that an edit may hide the reason of",
    { schedule: { enabled: false, nextFireAt: null, updatedAt: date("2026-11-24T10:00:00Z") } },
    "changed_since",
    "There is no row for it. The schedule was changed after it, on Tue 24 Nov 2026 11:00: it may have had other times, or been off, until then.",
  ],
  [
    "that nothing is known of",
    {},
    "unknown",
    "There is no row for it, and nothing says why: its row may have been deleted, or the server knew other clock changes then.",
  ],
  [
    "in a blackout, whose row is not written yet",
    {
      schedule: {
        blackouts: stocktaking,
        owedFrom: date("2026-11-24T02:00:00Z"),
        nextFireAt: date("2026-11-24T13:00:00Z"),
      },
    },
    "blackout",
    "It does not run: it is in a blackout (Stocktaking). Its row is not written yet. The schedule is looked at next on Tue 24 Nov 2026 14:00.",
  ],
  [
    "in a blackout, while no server ticks",
    { schedule: { blackouts: stocktaking, nextFireAt: date("2026-11-24T02:00:00Z") } },
    "blackout",
    "It does not run: it is in a blackout (Stocktaking). Its row is not written yet. No server has ticked since.",
  ],
];

test.each(withoutRow)("a fire %s has no row, and that is why", (_, asked, verdict, words) => {
  expect(explained(asked).fires).toMatchObject([{ verdict, words, runId: null }]);
});

const tomorrow = "2026-11-25T02:00:00Z";
const future: [string, Partial<Schedule>, string, string][] = [
  ["comes", {}, "future", "It is still to come, in 14 h."],
  [
    "comes if runs are left",
    { maxRuns: 3, runsMade: 2 },
    "future",
    "It is still to come, in 14 h, unless it has made all its runs by then (2 of 3 are made).",
  ],
  [
    "is in a blackout",
    { blackouts: [{ when: "WED", reason: null }] },
    "blackout",
    "It is still to come, in 14 h, and will not run: it is in a blackout (WED).",
  ],
  [
    "waits for a resumption",
    paused,
    "paused",
    "It is still to come, in 14 h, but the schedule is paused since Mon 23 Nov 2026 13:00 (disk is being replaced).",
  ],
  [
    "is of a schedule that is off",
    { enabled: false, nextFireAt: null },
    "off",
    "It is still to come, in 14 h, but the schedule is off (enabled: false).",
  ],
  [
    "is of a schedule that is retired",
    { retiredAt: date("2026-11-20T00:00:00Z"), nextFireAt: null },
    "retired",
    "It is still to come, in 14 h, but the schedule is retired since Fri 20 Nov 2026 01:00.",
  ],
  [
    "is of a schedule whose fires are over",
    { nextFireAt: null },
    "ended",
    "It is still to come, in 14 h, but the fires of the schedule are over.",
  ],
];

test.each(future)("a fire of tomorrow that %s", (_, fields, verdict, words) => {
  expect(explained({ schedule: fields, at: tomorrow }).fires).toMatchObject([
    { verdict, words, runId: null },
  ]);
});

const absences: [string, Asked, string[]][] = [
  ["the expression does not name it", { at: "2026-11-24T03:00:00Z" }, []],
  [
    "the schedule has no times",
    { schedule: { cron: null, nextFireAt: null } },
    ["It runs by hand only, and has no fires."],
  ],
  [
    "its times cannot be worked out",
    { schedule: { timezone: "Europe/Atlantis", lastError: "x", lastErrorAt: date(now), nextFireAt: null } },
    [
      'Its times cannot be worked out: "Europe/Atlantis" is not a time zone of the IANA database. Write an IANA name such as "Europe/Berlin".',
    ],
  ],
  [
    "its fires begin later",
    { schedule: { startsAt: date("2026-12-01T00:00:00Z") } },
    ["Its fires begin later, on Tue 1 Dec 2026 01:00 (starts_at)."],
  ],
  [
    "its fires have ended",
    { schedule: { endsAt: date("2026-11-20T00:00:00Z") } },
    ["Its fires ended before, on Fri 20 Nov 2026 01:00 (ends_at)."],
  ],
  [
    "the clocks left it out",
    { schedule: { cron: "30 2 * * *", dst: { gap: "skip", fold: "first" } }, at: "2026-03-29T01:00:00Z" },
    [
      "Sun 29 Mar 2026: the clocks of Europe/Berlin jump from 02:00 to 03:00. 02:30 does not exist; it is skipped.",
      "The schedule was created later, on Sun 1 Nov 2026 01:00.",
    ],
  ],
  [
    "it waits for the end of a blackout that has none",
    { schedule: { blackouts: [{ when: "MON-SUN", reason: null }], blackoutPolicy: "defer" } },
    ["Its fire of Tue 24 Nov 2026 03:00 is in a blackout and waits for its end: it never comes."],
  ],
  [
    "it was the first of two that fired",
    { schedule: { cron: "30 2 * * *" }, at: "2027-10-31T01:30:00Z" },
    [
      "Sun 31 Oct 2027: the clocks of Europe/Berlin go back from 03:00 to 02:00. 02:30 comes twice; it fires the first time only.",
    ],
  ],
  [
    "it waits for the end of a blackout",
    { schedule: { blackouts: stocktaking, blackoutPolicy: "defer" } },
    [
      "Its fire of Tue 24 Nov 2026 03:00 is in a blackout and waits for its end: it comes on Wed 25 Nov 2026 00:00.",
    ],
  ],
  [
    "its spread moved it",
    { schedule: { spreadSec: 3600 } },
    [
      expect.stringMatching(
        /^Its fire of Tue 24 Nov 2026 03:00 is moved by its spread, and comes on Tue 24 Nov 2026 03:\d\d(:\d\d)?\.$/,
      ),
    ],
  ],
  [
    "the schedule was changed since",
    { schedule: { cron: "0 4 * * *", updatedAt: date("2026-11-24T10:00:00Z") } },
    ["The schedule was changed on Tue 24 Nov 2026 11:00: until then it may have had other times."],
  ],
];

test.each(absences)("no fire at an instant: %s", (_, asked, notes) => {
  expect(explained(asked)).toMatchObject({ fires: [], more: false, notes });
});

test("where there is no fire, the ones right before and after are named", () => {
  const { before, after } = explained({ at: ["2026-11-24T03:00:00Z", "2026-11-24T04:00:00Z"] });
  expect([before, after]).toEqual([date("2026-11-24T02:00:00Z"), date("2026-11-25T02:00:00Z")]);
  expect(explained({ schedule: { startsAt: date("2026-12-01T00:00:00Z") } })).toMatchObject({
    before: null,
    after: date("2026-12-01T02:00:00Z"),
  });
});

test("a fire that a clock change moved is told so", () => {
  const { fires, notes } = explained({
    schedule: { cron: "30 2 * * *", createdAt: date("2026-01-01T00:00:00Z") },
    at: "2026-03-29T01:00:00Z",
    rows: [row({ fireTime: date("2026-03-29T01:00:00Z") })],
  });
  expect(fires).toMatchObject([{ verdict: "ran" }]);
  expect(notes).toEqual([
    "Sun 29 Mar 2026: the clocks of Europe/Berlin jump from 02:00 to 03:00. 02:30 does not exist; it fires at 03:00 instead.",
  ]);
});

test("a row that the present definition does not name is told all the same", () => {
  const { fires } = explained({ schedule: { cron: "0 5 * * *" }, rows: [row()] });
  expect(fires).toMatchObject([{ fireAt: date("2026-11-24T02:00:00Z"), verdict: "ran", runId: "7" }]);
});

test("rows of fires in blackouts and of others may reach over each other", () => {
  const days = { coversCount: 5, createdAt: date(now) };
  const rows = [
    row({
      ...days,
      id: "8",
      fireTime: date("2026-11-24T02:00:00Z"),
      coversFrom: date("2026-11-18T02:00:00Z"),
    }),
    skipped("blackout", {
      ...days,
      id: "9",
      fireTime: date("2026-11-23T02:00:00Z"),
      coversFrom: date("2026-11-19T02:00:00Z"),
    }),
  ].toSorted((a, b) => a.fireTime!.getTime() - b.fireTime!.getTime());
  const { fires } = explained({
    schedule: {
      blackouts: [
        { when: "2026-11-19 - 2026-11-20", reason: null },
        { when: "MON", reason: null },
      ],
    },
    rows,
    at: ["2026-11-19T00:00:00Z", "2026-11-22T12:00:00Z"],
  });
  expect(fires.map(({ verdict, runId }) => [verdict, runId])).toEqual([
    ["blackout", "9"],
    ["blackout", "9"],
    ["covered", "8"],
    ["covered", "8"],
  ]);
});

test("a long time is explained up to a limit, and says that there is more", () => {
  const day: [string, string] = ["2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z"];
  const { fires, more } = explained({ schedule: { cron: "* * * * * *" }, at: day });
  expect([fires.length, more]).toEqual([mostExplained, true]);
  const rows = Array.from({ length: 200 }, (_, n) =>
    row({ fireTime: new Date(Date.parse(day[0]) + n * 500) }),
  );
  expect(explained({ schedule: { cron: null }, rows, at: day })).toMatchObject({ more: true });
  expect(explained({ schedule: { cron: "0 * * * *" }, at: day })).toMatchObject({ more: false });
});
