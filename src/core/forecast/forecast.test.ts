import { assert, constantFrom, integer, property, record } from "fast-check";
import { describe, expect, test } from "vitest";
import { type Forecast, forecast, type ForecastOptions } from "./forecast.js";
import { BlackoutTally, liveOf } from "./blackouts.js";
import { firesWithin, type ForecastSpan, listNamed } from "./fires.js";
import type { OverlapLimits } from "../decide.js";
import { imagineRuns } from "./runs.js";
import type { ForecastSchedule } from "./schedule.js";
import { planFires } from "../fires/plan-fires.js";
import { scheduleDefaults } from "../schedule.js";
import { type NamedTiming, readyTiming, type Timing } from "../fires/timing.js";

const ms = (text: string) => Date.parse(text);
const date = (text: string) => new Date(text);

function schedule(name: string, fields: Partial<ForecastSchedule> = {}): ForecastSchedule {
  return { ...scheduleDefaults, name, cron: "0 3 * * *", runsMade: 0, ...fields };
}

const week = { fromMs: ms("2026-11-23T00:00:00Z"), toMs: ms("2026-11-30T00:00:00Z") };

function foretold(schedules: ForecastSchedule[], options: Partial<ForecastOptions> = {}): Forecast {
  return forecast(schedules, { ...week, timeZone: "UTC", durations: new Map(), ...options });
}

const minutes = (count: number) => count * 60_000;
const lasting = (p50Ms: number, p95Ms = p50Ms) => new Map([["job", { p50Ms, p95Ms }]]);

describe("the load", () => {
  test("counts the runs that begin in each hour of each day", () => {
    const { days, runs, schedules } = foretold([
      schedule("daily"),
      schedule("hourly", { cron: "17 * * * *" }),
    ]);
    expect(days.map(({ date }) => date)).toEqual([
      "2026-11-23",
      "2026-11-24",
      "2026-11-25",
      "2026-11-26",
      "2026-11-27",
      "2026-11-28",
      "2026-11-29",
    ]);
    for (const { hours } of days) expect(hours).toEqual(hours.map((_, hour) => (hour === 3 ? 2 : 1)));
    expect([runs, schedules]).toEqual([7 * 25, 2]);
  });

  test("is on the clock of a zone: an hour that is left out is empty, one that comes twice has both", () => {
    const hourly = [schedule("hourly", { cron: "0 * * * *" })];
    const options = { timeZone: "Europe/Berlin" };
    const spring = { fromMs: ms("2027-03-27T23:00:00Z"), toMs: ms("2027-03-28T22:00:00Z") };
    const autumn = { fromMs: ms("2027-10-30T22:00:00Z"), toMs: ms("2027-10-31T23:00:00Z") };
    const [gap] = foretold(hourly, { ...options, ...spring }).days;
    expect(gap).toEqual({ date: "2027-03-28", hours: gap!.hours.map((_, hour) => (hour === 2 ? 0 : 1)) });
    const [fold] = foretold(hourly, { ...options, ...autumn }).days;
    expect(fold).toEqual({ date: "2027-10-31", hours: fold!.hours.map((_, hour) => (hour === 2 ? 2 : 1)) });
  });

  test("has no fires before its beginning and at its end", () => {
    const span = { fromMs: ms("2026-11-23T03:00:01Z"), toMs: ms("2026-11-25T03:00:00Z") };
    expect(foretold([schedule("daily")], span).runs).toBe(1);
  });

  test("has what fires too often to be walked, by the hour", () => {
    const often = schedule("often", { cron: "*/10 * * * * *", blackouts: [{ when: "11-24", reason: null }] });
    const span = { fromMs: week.fromMs, toMs: week.fromMs + 366 * 86_400_000 };
    const { days, counted, blackouts, runs } = foretold([often], span);
    expect(counted).toEqual(["often"]);
    expect(days[0]!.hours).toEqual(Array.from({ length: 24 }, () => 360));
    expect(days[1]!.hours).toEqual(Array.from({ length: 24 }, () => 0));
    expect(blackouts).toMatchObject([{ fires: 8640, schedules: ["often"] }]);
    expect(runs).toBe(365 * 8640);
  });

  test("ends with the runs that a schedule may make", () => {
    expect(foretold([schedule("few", { maxRuns: 5, runsMade: 2 })]).runs).toBe(3);
    expect(foretold([schedule("none", { maxRuns: 5, runsMade: 5 })]).runs).toBe(0);
  });
});

describe("minutes", () => {
  test("the busiest are told once for all days, with those that fire in them", () => {
    const { busiest } = foretold([
      schedule("a"),
      schedule("b", { cron: "0 3 * * MON-WED" }),
      schedule("c", { cron: "30 0 3 * * TUE" }),
      schedule("d", { cron: "45 4 * * *" }),
    ]);
    expect(busiest).toEqual([
      { time: "03:00", runs: 3, atMs: ms("2026-11-24T03:00:00Z"), days: 1, schedules: ["a", "b", "c"] },
      { time: "04:45", runs: 1, atMs: ms("2026-11-23T04:45:00Z"), days: 7, schedules: ["d"] },
    ]);
  });

  test("at most ten are told", () => {
    expect(foretold([schedule("all", { cron: "* * * * *" })]).busiest).toHaveLength(10);
  });

  test("quiet ones are far from what fires, and from each other", () => {
    const all = Array.from({ length: 24 }, (_, hour) =>
      schedule(`at ${hour}`, { cron: `0,30 ${hour} * * *` }),
    );
    const { quiet } = foretold(all);
    expect(quiet).toHaveLength(5);
    const at = quiet.map(({ time }) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3)));
    for (const { runsNear } of quiet) expect(runsNear).toBe(0);
    for (const minute of at) expect([14, 16]).toContain(minute % 30);
    for (const [index, minute] of at.entries()) {
      if (index > 0) expect(minute - at[index - 1]!).toBeGreaterThanOrEqual(90);
    }
  });

  test("quiet ones are none that a clock change leaves out or shows twice", () => {
    const busy = schedule("busy", { cron: "* 0-1,3-23 * * *", timezone: "Europe/Berlin" });
    const berlin = foretold([busy], { timeZone: "Europe/Berlin" }).quiet;
    expect(berlin.filter(({ time }) => time.startsWith("02:"))).toEqual([]);
    expect(
      foretold([{ ...busy, timezone: "UTC" }]).quiet.filter(({ time }) => time.startsWith("02:")),
    ).not.toEqual([]);
  });
});

describe("runs that meet", () => {
  const hourly = { cron: "0 * * * *", timeoutSec: 86_400 };

  test.each([
    ["skip", { skipped: 84, queued: 0, ran: 84, longestWaitMs: 0, replaced: 0 }],
    ["queue", { skipped: 0, queued: 167, ran: 168, longestWaitMs: minutes(167 * 30), replaced: 0 }],
    ["replace", { skipped: 0, queued: 0, ran: 168, longestWaitMs: 0, replaced: 167 }],
  ] as const)("are told with the overlap policy %s", (overlap, fates) => {
    const durations = lasting(minutes(90));
    const { overlaps } = foretold([schedule("job", { ...hourly, overlap })], { durations });
    expect(overlaps).toEqual([
      {
        name: "job",
        overlap,
        fires: 168,
        duration: { p50Ms: minutes(90), p95Ms: minutes(90) },
        usual: fates,
        slow: fates,
      },
    ]);
  });

  test("are none if each run may begin beside the others, or ends in time", () => {
    const durations = lasting(minutes(90));
    expect(foretold([schedule("job", { ...hourly, overlap: "concurrent" })], { durations }).overlaps).toEqual(
      [],
    );
    const short = lasting(minutes(60));
    expect(foretold([schedule("job", hourly)], { durations: short }).overlaps).toEqual([]);
  });

  test("are no more at once than may be, and no more wait than the queue has room for", () => {
    const limits = { overlap: "concurrent", maxConcurrent: 2, queueDepth: 1 } as const;
    const { overlaps, peak } = foretold([schedule("job", { ...hourly, ...limits })], {
      durations: lasting(minutes(180)),
    });
    expect(peak!.usual.runs).toBe(2);
    expect(overlaps).toMatchObject([{ usual: { longestWaitMs: minutes(120), skipped: 55, ran: 113 } }]);
  });

  test("are cut short by the newer ones that replace them, so that no two are at work at once", () => {
    const replacing = schedule("job", { ...hourly, overlap: "replace" });
    expect(foretold([replacing], { durations: lasting(minutes(90)) }).peak!.usual.runs).toBe(1);
  });

  test("may be so only when runs are slow", () => {
    const { overlaps } = foretold([schedule("job", hourly)], {
      durations: lasting(minutes(30), minutes(61)),
    });
    expect(overlaps).toMatchObject([{ usual: { skipped: 0, ran: 168 }, slow: { skipped: 84, ran: 84 } }]);
  });

  test("take no longer than their timeout", () => {
    const durations = lasting(minutes(90));
    expect(foretold([schedule("job", { ...hourly, timeoutSec: 3600 })], { durations }).overlaps).toEqual([]);
  });

  test("those that are skipped are not in the load", () => {
    expect(foretold([schedule("job", hourly)], { durations: lasting(minutes(90)) }).runs).toBe(84);
  });

  test("the peak is the most at work at once, if runs are as usual and if they are slow", () => {
    const durations = new Map([
      ["a", { p50Ms: minutes(10), p95Ms: minutes(90) }],
      ["b", { p50Ms: minutes(10), p95Ms: minutes(10) }],
      ["c", { p50Ms: minutes(1), p95Ms: minutes(1) }],
    ]);
    const all = [
      schedule("a", { cron: "0 3 * * *", timeoutSec: 86_400 }),
      schedule("b", { cron: "5 3 * * *" }),
      schedule("c", { cron: "0 4 * * *" }),
    ];
    expect(foretold(all, { durations }).peak).toEqual({
      usual: { runs: 2, atMs: ms("2026-11-23T03:05:00Z") },
      slow: { runs: 2, atMs: ms("2026-11-23T03:05:00Z") },
    });
    const two = [all[0]!, all[2]!];
    expect(foretold(two, { durations }).peak).toEqual({
      usual: { runs: 1, atMs: ms("2026-11-23T03:00:00Z") },
      slow: { runs: 2, atMs: ms("2026-11-23T04:00:00Z") },
    });
  });

  test("runs that end at once are at work with none, wherever they begin", () => {
    const year = { ...week, toMs: ms("2027-11-23T00:00:00Z") };
    const { peak } = foretold([schedule("other", { cron: "13 6 22 * * *" })], {
      ...year,
      durations: lasting(60_000),
    });
    expect([peak!.usual.runs, peak!.slow.runs]).toEqual([0, 0]);
  });

  test("without any duration there is no peak, and those of which none is known are named", () => {
    expect(foretold([schedule("b"), schedule("a")])).toMatchObject({ peak: null, unmeasured: ["a", "b"] });
    const known = foretold([schedule("job"), schedule("a")], { durations: lasting(1000) });
    expect(known).toMatchObject({ peak: { usual: { runs: 1 } }, unmeasured: ["a"] });
  });
});

test("blackouts are told once for all the schedules that they concern", () => {
  const blackouts = [{ when: "SAT-SUN", reason: "Weekend" }];
  const { blackouts: told, runs } = foretold([
    schedule("a", { blackouts }),
    schedule("b", { blackouts, cron: "0 */6 * * *" }),
    schedule("c", { blackouts, cron: "0 3 * * MON" }),
  ]);
  expect(told).toEqual([
    {
      startMs: ms("2026-11-28T00:00:00Z"),
      endMs: ms("2026-11-30T00:00:00Z"),
      reason: "Weekend",
      fires: 10,
      schedules: ["a", "b"],
    },
  ]);
  expect(runs).toBe(5 + 20 + 1);
});

test("clock changes are told with the schedules whose times they touch", () => {
  const march = { fromMs: ms("2027-03-20T00:00:00Z"), toMs: ms("2027-04-20T00:00:00Z") };
  const berlin = { timezone: "Europe/Berlin" };
  const { clockChanges } = foretold(
    [
      schedule("a", { ...berlin, cron: "30 2 * * *" }),
      schedule("b", { ...berlin, cron: "0 4 * * *" }),
      schedule("c", { ...berlin, cron: "*/5 * * * *" }),
      schedule("d", { ...berlin, cron: "15 2 * * *", dst: { gap: "skip", fold: "first" } }),
      schedule("e", { cron: "30 2 * * *" }),
    ],
    march,
  );
  expect(clockChanges).toEqual([
    {
      timeZone: "Europe/Berlin",
      kind: "gap",
      atMs: ms("2027-03-28T01:00:00Z"),
      schedules: [
        { name: "a", words: "02:30 does not exist; it fires at 03:00 instead" },
        { name: "d", words: "02:15 does not exist; it is skipped" },
      ],
    },
  ]);
});

test("a schedule that cannot be read is named, and hinders no other", () => {
  const { unreadable, runs } = foretold([schedule("bad", { timezone: "Europe/Atlantis" }), schedule("good")]);
  expect(unreadable).toEqual([{ name: "bad", error: expect.stringMatching(/Europe\/Atlantis/) }]);
  expect(runs).toBe(7);
});

test("an empty forecast is one too", () => {
  expect(foretold([])).toMatchObject({ runs: 0, busiest: [], overlaps: [], blackouts: [] });
  expect(foretold([]).quiet).toHaveLength(5);
});

/** A month around a clock change in Berlin. */
const month = { fromMs: ms("2027-03-10T12:34:56Z"), toMs: ms("2027-04-10T00:00:00Z") };

const anyTiming = record({
  way: constantFrom<Partial<Timing>[]>(
    { cron: "0 * * * *" },
    { cron: "*/7 9-17 * * MON-FRI" },
    { cron: "30 2 * * *\n0 3,17 * * *" },
    { cron: "H H(0-5) * * *" },
    { cron: "15,45 */3 1-7 * *" },
    { everySec: 5400 },
    { everySec: 777, anchorAt: date("2027-01-01T00:00:00.500Z") },
    { at: date("2027-03-20T12:00:00Z") },
  ),
  timezone: constantFrom("UTC", "Europe/Berlin", "America/New_York"),
  startsAt: constantFrom(null, date("2027-03-15T00:00:00Z")),
  endsAt: constantFrom(null, date("2027-04-01T10:20:30Z")),
  spreadSec: constantFrom(0, 90, 600, 86_400),
  blackouts: constantFrom(
    [],
    [{ when: "SAT-SUN", reason: null }],
    [
      { when: "22:00-06:00", reason: null },
      { when: "2027-03-18 - 2027-03-19", reason: "Move" },
    ],
    [{ when: "MON-SUN", reason: null }],
  ),
  blackoutPolicy: constantFrom("skip" as const, "defer" as const),
  name: constantFrom("a", "nightly backup", "x".repeat(60)),
}).map(({ way, ...rest }): NamedTiming => ({ ...scheduleDefaults, ...rest, ...way }));

function listed(timing: NamedTiming, span: ForecastSpan): number[] {
  const fires = firesWithin(timing, listNamed(timing, span)!, span);
  return [...liveOf(timing, fires, span, new BlackoutTally())];
}

function walked(timing: NamedTiming, { fromMs, toMs }: ForecastSpan): number[] {
  const { live } = readyTiming(timing);
  const found: number[] = [];
  for (let fireMs = live.after(fromMs - 1); fireMs < toMs; fireMs = live.after(fireMs)) found.push(fireMs);
  return found;
}

test("the fires of a forecast are those that the engine names one by one", () => {
  const law = property(anyTiming, (timing) => {
    expect(listed(timing, month)).toEqual(walked(timing, month));
  });
  assert(law);
});

interface Played extends OverlapLimits {
  overlap: string;
  durationMs: number;
  runsLeft: number;
}

/** What the scheduler's own planner does, look by look, with the runs that it made before. */
function planned(
  timing: NamedTiming,
  { durationMs, runsLeft, ...policies }: Played,
  span: ForecastSpan,
): string[] {
  const ready = readyTiming(timing);
  const limit = policies.maxConcurrent ?? 1;
  let active: { fireMs: number; startMs: number; endMs: number }[] = [];
  const told: typeof active = [];
  let [fromMs, nowMs] = Array.from({ length: 2 }, () => ready.fires.after(span.fromMs - 1));
  while (nowMs! < span.toMs) {
    active = active.filter(({ endMs }) => endMs > nowMs!);
    const plan = planFires({
      timing: ready,
      fromMs: fromMs!,
      nowMs: nowMs!,
      catchUp: { policy: "latest", windowMs: null },
      activeCount: active.length,
      runsLeft: Number.isFinite(runsLeft) ? runsLeft - told.length : null,
      breaker: "closed",
      ...policies,
    });
    for (const { fireMs, decision, skipReason } of plan.fires) {
      if (skipReason !== null) continue;
      if (decision === "replace") active.shift()!.endMs = fireMs;
      const startMs = decision === "queue" ? active.at(-limit)!.endMs : fireMs;
      const run = { fireMs, startMs, endMs: startMs + durationMs };
      active.push(run);
      told.push(run);
    }
    nowMs = plan.nextMs ?? NaN;
    fromMs = plan.owedFromMs ?? nowMs;
  }
  return told.map(({ fireMs, startMs, endMs }) => `${fireMs} ${startMs} ${endMs}`);
}

test("runs are skipped, wait and replace each other as the scheduler's planner has them", () => {
  const played = record({
    overlap: constantFrom("skip", "queue", "concurrent", "replace", "a word of tomorrow"),
    maxConcurrent: constantFrom(null, 1, 2, 3),
    queueDepth: constantFrom(null, 0, 1, 4),
    durationMs: integer({ min: 0, max: 12 }).map((quarters) => minutes(quarters * 15)),
    runsLeft: constantFrom(Infinity, 1, 7),
  });
  const law = property(anyTiming, played, (timing, imagined) => {
    const told: string[] = [];
    imagineRuns(Float64Array.from(listed(timing, month)), imagined, (fireMs, startMs, endMs) => {
      told.push(`${fireMs} ${startMs} ${endMs}`);
    });
    expect(told).toEqual(planned(timing, imagined, month));
  });
  assert(law, { numRuns: 60 });
});
