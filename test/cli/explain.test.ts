import { readFile } from "node:fs/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ScheduleJson } from "../../src/api/public/shapes.js";
import { fireVerdicts } from "../../src/core/explain/verdict.js";
import { aSchedule } from "../support/api-samples.js";
import { belfry, belfryAt } from "../support/cli.js";
import { type PublicApi, startPublicApi } from "../support/public-api.js";

test("an expression is told in English, with its next fires, what clock changes do, and what may not be meant", async () => {
  const told = await belfry(["explain", "0 2 1,31 * *", "--tz", "Europe/Berlin", "-n", "2"]);
  expect(told).toEqual({
    code: 0,
    stderr: "",
    stdout: expect.stringMatching(/^0 2 1,31 \* \*\n {2}means +At 02:00.*\n {2}zone +Europe\/Berlin\n/),
  });
  expect(told.stdout).toContain(
    "\nNext fires\n  Tue 1 Dec 02:00 CET   Europe/Berlin  2026-12-01T01:00:00Z  in 8 d\n" +
      "  Thu 31 Dec 02:00 CET  Europe/Berlin  2026-12-31T01:00:00Z  in 38 d\n",
  );
  expect(told.stdout).toContain(
    "\nClock changes of the next 400 days\n  Sun 31 Oct 2027: the clocks of Europe/Berlin go back from 03:00 to 02:00. 02:00 comes twice; it fires the first time only.\n",
  );
  expect(told.stdout).toMatch(/\nWorth a look\n(.*\n)* {2}Day 31 leaves out .* \(short_month\)\n/);
});

test("what is plain and good is told in a few lines", async () => {
  const { stdout } = await belfry(["explain", "17 3 * * *", "-n", "1"]);
  expect(stdout).toMatch(/^17 3 \* \* \*\n {2}means +At 03:17.*\n {2}zone +UTC\n\nNext fires\n.*\n$/);
});

test("H is told with what it stands for, under the name of the schedule", async () => {
  const { stdout } = await belfry(["explain", "H H(0-5) * * *", "--name", "backup"]);
  expect(stdout).toMatch(/name +backup\n {2}stands for +\d+ [0-5] \* \* \*\n/);
});

test("several expressions are told as one schedule has them", async () => {
  const { stdout } = await belfry(["explain", "17 9 * * *", "17 17 * * SAT", "--json"]);
  const told = JSON.parse(stdout);
  expect(told).toMatchObject({
    expressions: ["17 9 * * *", "17 17 * * SAT"],
    timezone: "UTC",
    name: null,
    resolved: ["17 9 * * *", "17 17 * * SAT"],
    clockChanges: [],
    lint: [],
  });
  expect(told.english).toMatch(/09:17.*; and .*17:17.*Saturday/);
  expect(told.fires).toHaveLength(5);
  expect(told.fires[0]).toEqual({ at: "2026-11-24T09:17:00.000Z", note: null });
});

test.each([
  [["61 * * * *"], /out of range 0-59.* \(invalid_cron\)/],
  [["@evry 5m"], /\(invalid_cron\)/],
  [["17 3 * * *", "--tz", "Europe/Atlantis"], /\(invalid_timezone\)/],
  [["two", "names"], /Name one schedule\..* \(invalid_request\)/],
])("explain %j: exit code 2 and one line", async (argv, line) => {
  const { code, stdout, stderr } = await belfry(["explain", ...argv]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^belfry: [^\n]+\n$/);
  expect(stderr).toMatch(line);
});

let api: PublicApi;

beforeEach(async () => {
  api = await startPublicApi({ schedules: [aSchedule({ cron: "17 3 * * *" })] });
});

afterEach(() => api.stop());

const explained = async (...argv: string[]) => (await belfryAt(api, ["explain", ...argv])).stdout;

test("a schedule is told with all its policies", async () => {
  api.world.schedules = [
    aSchedule({
      cron: "17 3 * * *",
      startsAt: "2026-11-01T00:00:00.000Z",
      maxRuns: 10,
      runsMade: 3,
      spreadSec: 600,
      blackouts: [{ when: "11-25", reason: "Stocktaking" }],
      catchUp: "all",
      catchUpWindowSec: 21_600,
    }),
  ];
  const page = await explained("nightly-backup", "-n", "2");
  for (const line of [
    /^nightly-backup: on\n/,
    /means +At 03:17.*\.\n/,
    /bounds +Not before Sun 1 Nov 01:00 CET\. At most 10 runs; made so far: 3\.\n/,
    /spread +Each fire is moved by .+, a part of 10m that follows from the name; by less where the next fire is nearer\.\n/,
    /blackouts +A fire in one of these does not run: 11-25 \(Stocktaking\)\.\n/,
    /next blackout +From Wed 25 Nov 00:00 CET until Thu 26 Nov 00:00 CET \(Stocktaking\)\.\n/,
    /clock changes +A time that the clocks leave out fires at the first instant after the gap; one that comes twice, the first time\.\n/,
    /missed fires +All run, oldest first; at most the newest 100, of those that are no later than 6 h\.\n/,
    /overlap +A fire does not run while a run before it is at work\.\n/,
    /Wed 25 Nov .* does not run: in a blackout \(Stocktaking\)\n/,
  ]) {
    expect(page).toMatch(line);
  }
});

test.each([
  [
    { cron: null, everySec: 5400, anchorAt: "2026-11-01T00:30:00.000Z" },
    /means +Every 90m of elapsed time, counted from Sun 1 Nov 01:30 CET\.\n/,
  ],
  [{ cron: null, at: "2026-12-24T17:00:00.000Z" }, /means +Once, on Thu 24 Dec 18:00 CET\.\n/],
  [{ catchUp: "none" as const }, /missed fires +None runs that is later than a minute\.\n/],
  [
    { catchUp: "none" as const, catchUpWindowSec: 3600 },
    /missed fires +The newest runs if it is no later than 1 h; none of the others does\.\n/,
  ],
  [{}, /missed fires +The newest runs, and stands for all of them\.\n/],
  [
    { dst: { gap: "skip", fold: "both" } as const },
    /leave out is skipped; one that comes twice, both times\.\n/,
  ],
  [
    { blackouts: [{ when: "SAT-SUN", reason: null }], blackoutPolicy: "defer" as const },
    /blackouts +The fires in one of these are one fire, at its end: SAT-SUN\.\n/,
  ],
])("a schedule with %j is told in words", async (fields, line) => {
  api.world.schedules = [aSchedule({ cron: "17 3 * * *", ...fields })];
  expect(await explained("nightly-backup")).toMatch(line);
});

const database = { name: "database", limit: 2 };
const retry = { attempts: 3, backoff: "exponential", delaySec: 30, maxDelaySec: 3600 } as const;

test.each<[Partial<ScheduleJson>, RegExp]>([
  [{ overlap: "replace" }, /overlap +While a run before it is at work, a fire takes the place of the oldest/],
  [{ maxConcurrent: 3 }, /overlap +A fire does not run while 3 runs before it are at work\.\n/],
  [{ overlap: "concurrent" }, /overlap +A fire runs beside those before it\.\n/],
  [
    { overlap: "concurrent", maxConcurrent: 3 },
    /overlap +A fire waits while 3 runs before it are at work\.\n/,
  ],
  [{ overlap: "queue", queueDepth: 1 }, /queue +At most 1 run may wait; a fire beyond that does not run\.\n/],
  [{ overlap: "queue", queueDepth: 0 }, /queue +None waits: a fire that would have to does not run\.\n/],
  [{ concurrencyGroup: database }, /group +At most 2 runs of the group "database" may be at work at once/],
  [{ priority: 10 }, /priority +10: .* start before those of an ordinary schedule\.\n/],
  [{ priority: -1 }, /priority +-1: .* start after those/],
  [{ startDeadlineSec: 600 }, /start deadline +A run that could not be started within 10 min is skipped\.\n/],
  [{ graceSec: 60 }, /grace +A job that is to end gets SIGTERM, and SIGKILL 1 min later\.\n/],
  [{}, /retry +A run that fails is not tried again\.\n/],
  [
    { retry: { ...retry, on: ["timeout", 75] } },
    /retry +A run .* up to 3 attempts in all, first after 30 s, then after twice as long each time, up to 1 h; after a timeout or exit code 75\.\n/,
  ],
  [
    { retry: { ...retry, backoff: "fixed", on: ["exit_code"] } },
    /attempts in all, each 30 s after the last; after any exit code\.\n/,
  ],
  [
    { exitCodes: { "75": "retry", "99": "skip", "2": "fail" } },
    /exit codes +2 is never tried again; 75 asks for another attempt; 99 means that there was nothing to do\.\n/,
  ],
  [
    { pauseAfter: 5 },
    /breaker +After 5 failures in a row its fires do not run; 15 min after the last of them one run tries/,
  ],
  [{ keepSec: 2_592_000, keepRuns: 1000 }, /history +Runs .* are kept for 30 d, at most the newest 1000\.\n/],
  [{ keepRuns: 10 }, /history +Runs that have ended are kept, at most the newest 10\.\n/],
])("the policies of a schedule with %j are told in words", async (fields, line) => {
  api.world.schedules = [aSchedule(fields)];
  expect(await explained("nightly-backup")).toMatch(line);
});

test.each([
  [{}, "Next fires"],
  [{ pausedAt: "2026-11-20T00:00:00.000Z", nextFireAt: null }, "Next fires, once it is resumed"],
  [{ enabled: false, nextFireAt: null }, "Next fires, once it is turned on"],
  [{ retiredAt: "2026-11-20T00:00:00.000Z", nextFireAt: null }, "Next fires, once a manifest names it again"],
  [{ lastError: "Bad.", lastErrorAt: "2026-11-20T00:00:00.000Z" }, "Next fires, once its error is mended"],
])("the fires of a schedule with %j stand below what must be for them to come", async (fields, title) => {
  api.world.schedules = [aSchedule({ cron: "17 3 * * *", ...fields })];
  expect(await explained("nightly-backup")).toContain(`\n${title}\n  Tue 24 Nov 03:17 CET`);
});

test("a schedule that may make few runs has no more fires than those, and none when they are made", async () => {
  const fires = async (runsMade: number, nextFireAt: string | null) => {
    api.world.schedules = [aSchedule({ cron: "17 3 * * *", maxRuns: 5, runsMade, nextFireAt })];
    const { fires } = JSON.parse(await explained("nightly-backup", "--json")) as { fires: unknown[] };
    return fires.length;
  };
  expect(await fires(3, "2026-11-24T02:17:00.000Z")).toBe(2);
  expect(await fires(5, null)).toBe(0);
  expect(await explained("nightly-backup")).toMatch(/Next fires\n {2}It never fires again\.\n/);
});

test("a schedule that runs by hand only has no policies of fires", async () => {
  api.world.schedules = [aSchedule({ cron: null, nextFireAt: null })];
  const page = await explained("nightly-backup");
  expect(page).toMatch(/means +By hand only\.\n/);
  expect(page).toMatch(/Next fires\n {2}It never fires again\.\n/);
  expect(page).not.toMatch(/missed|clock changes|bounds/);
});

test("a name may have blanks; what looks like an expression is one, and --at says that it is a name", async () => {
  api.world.schedules = [aSchedule({ name: "year end" }), aSchedule({ name: "3 monthly" })];
  expect(await explained("year end")).toMatch(/^year end: on\n/);
  expect((await belfryAt(api, ["explain", "3 monthly"])).stderr).toMatch(/\(invalid_cron\)/);
  expect(await explained("3 monthly", "--at", "2026-11-24")).toMatch(
    /^3 monthly has no fire at that time\.\n/,
  );
});

test("explain --json of a schedule has the schedule, its policies in English and its times", async () => {
  const told = JSON.parse(await explained("nightly-backup", "--json"));
  expect(told).toMatchObject({
    schedule: { name: "nightly-backup", cron: "17 3 * * *" },
    english: { zone: "Europe/Berlin", overlap: "A fire does not run while a run before it is at work." },
    lint: [],
  });
  expect(told.fires[0]).toEqual({ at: "2026-11-24T02:17:00.000Z", note: null });
});

test.each([
  ["2026-11-24 03:17", "2026-11-24T02:17:00.000Z", "2026-11-24T02:17:59.999Z"],
  ["2026-11-24T03:17:30", "2026-11-24T02:17:30.000Z", "2026-11-24T02:17:30.999Z"],
  ["2026-11-24T02:17Z", "2026-11-24T02:17:00.000Z", "2026-11-24T02:17:59.999Z"],
  ["2026-11-24", "2026-11-23T23:00:00.000Z", "2026-11-24T22:59:59.999Z"],
  // A day of 25 hours.
  ["2026-10-25", "2026-10-24T22:00:00.000Z", "2026-10-25T22:59:59.999Z"],
])("--at %j asks for that time on the schedule's clock", async (at, from, to) => {
  const told = JSON.parse(await explained("nightly-backup", "--at", at, "--json"));
  expect(told).toMatchObject({ from, to, fires: [] });
});

test("--at tells each fire with what became of it", async () => {
  api.world.explanation = {
    fires: [
      { fireAt: "2026-11-23T02:17:00.000Z", verdict: "ran", words: "Run 7 succeeded.", runId: "7" },
      { fireAt: "2026-11-24T02:17:00.000Z", verdict: "pending_tick", words: "It is due.", runId: null },
    ],
    more: true,
    notes: ["The clocks changed."],
  };
  expect(await explained("nightly-backup", "--at", "2026-11-24")).toBe(
    "nightly-backup, Mon 23 Nov 03:17 CET: ran\n  Run 7 succeeded.\n" +
      "nightly-backup, Tue 24 Nov 03:17 CET: pending tick\n  It is due.\n" +
      "There are more fires in that time: name a shorter one.\n" +
      "\nNotes\n  The clocks changed.\n",
  );
});

test("--at says when there is no fire, why, and which ones are near", async () => {
  api.world.explanation = {
    fires: [],
    notes: ["It is moved by its spread."],
    before: "2026-11-23T02:17:00.000Z",
    after: null,
  };
  expect(await explained("nightly-backup", "--at", "2026-11-24 03:00")).toBe(
    "nightly-backup has no fire at that time.\n" +
      "\nWhy\n  It is moved by its spread.\n  The fire right before: Mon 23 Nov 03:17 CET.\n  There is no fire after.\n",
  );
});

test.each([
  [["nightly-backup", "--at", "yesterday"], 2, /"yesterday" is not an instant\..* \(invalid_request\)/],
  [["nobody"], 4, /no schedule of that name\. \(schedule_not_found\)/],
  [["nobody", "--at", "2026-11-24"], 4, /no schedule of that name\. \(schedule_not_found\)/],
])("explain %j: exit code %i", async (argv, code, line) => {
  const told = await belfryAt(api, ["explain", ...argv]);
  expect(told).toMatchObject({ code, stdout: "" });
  expect(told.stderr).toMatch(line);
});

test("docs/cli.md says what each word for a fire means", async () => {
  const page = await readFile(new URL("../../docs/cli.md", import.meta.url), "utf8");
  for (const verdict of fireVerdicts) expect(page).toMatch(new RegExp(`^\\| .*\`${verdict}\`.* \\|`, "m"));
});
