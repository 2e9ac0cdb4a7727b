import { afterEach, beforeEach, expect, test } from "vitest";
import type { LogEntryJson } from "../../src/api/public/shapes.js";
import { aRun, aSchedule } from "../support/api-samples.js";
import { belfryAt } from "../support/cli.js";
import { type PublicApi, startPublicApi } from "../support/public-api.js";

const yearEnd = aSchedule({ id: "2", name: "books/year end", cron: null, nextFireAt: null });
const old = aSchedule({ id: "3", name: "old", retiredAt: "2026-11-02T00:00:00.000Z", nextFireAt: null });

let api: PublicApi;

beforeEach(async () => {
  api = await startPublicApi({ schedules: [aSchedule({ lastRun: aRun() }), { ...yearEnd }, { ...old }] });
});

afterEach(() => api.stop());

test("the list shows each schedule's next run on its own clock, its state and its last run", async () => {
  const { code, stdout } = await belfryAt(api, ["schedule", "list"]);
  expect(code).toBe(0);
  expect(stdout.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
    ["NAME", "CRON", "ZONE", "OVERLAP", "STATE", "NEXT RUN", "LAST RUN"],
    [
      "nightly-backup",
      "0 3 * * *",
      "Europe/Berlin",
      "skip",
      "on",
      "Tue 24 Nov 03:00 CET",
      "in 14 h",
      "succeeded",
    ],
    ["books/year end", "by hand", "Europe/Berlin", "skip", "on", "-", "-"],
    [""],
  ]);
});

test("the list has retired schedules only if asked for all", async () => {
  expect(await names()).toEqual(["nightly-backup", "books/year end"]);
  expect(await names("--all")).toEqual(["nightly-backup", "books/year end", "old"]);
});

async function names(...options: string[]): Promise<string[]> {
  const { stdout } = await belfryAt(api, ["schedule", "list", "--json", ...options]);
  return (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name);
}

test("the list has all the schedules, however many pages they fill", async () => {
  api.world.schedules = Array.from({ length: 1203 }, (_, n) => aSchedule({ id: `${n + 1}`, name: `s${n}` }));
  const { stdout } = await belfryAt(api, ["schedule", "list", "--json"]);
  expect(JSON.parse(stdout)).toEqual(api.world.schedules);
  expect(api.asked).toHaveLength(3);
});

test("without schedules the list is empty: [] for programs, a sentence on stderr for people", async () => {
  api.world.schedules = [];
  expect(await belfryAt(api, ["schedule", "list"])).toEqual({
    code: 0,
    stdout: "",
    stderr: "There are no schedules.\n",
  });
  expect((await belfryAt(api, ["schedule", "list", "--json"])).stdout).toBe("[]\n");
});

test("a schedule's page names all that is known of it, and a command as one would type it", async () => {
  const { stdout } = await belfryAt(api, ["schedule", "show", "nightly-backup"]);
  expect(stdout).toMatch(/^nightly-backup: on\n/);
  expect(stdout).toMatch(/command +pg_dump --file "\/backups\/nightly dump.sql"\n/);
  expect(stdout).toMatch(/timeout +1 h\n/);
  expect(stdout).toMatch(/next run +Tue 24 Nov 03:00 CET \(in 14 h\)\n/);
  expect(stdout).toMatch(/last run +1: succeeded, Mon 23 Nov 03:00 CET \(10 h ago\)\n/);
});

test("the list says of any schedule how it fires, and whether its fires are over", async () => {
  api.world.schedules = [
    aSchedule({ name: "shop", cron: "0 9 * * *\n0 17 * * SAT" }),
    aSchedule({ name: "poll", cron: null, everySec: 5400 }),
    aSchedule({ name: "once", cron: null, at: "2026-12-24T17:00:00.000Z" }),
    aSchedule({ name: "over", cron: null, at: "2026-10-24T17:00:00.000Z", nextFireAt: null }),
  ];
  const { stdout } = await belfryAt(api, ["schedule", "list"]);
  const rows = stdout.split("\n").map((line) => line.split(/ {2,}/));
  expect(rows.slice(1, -1).map(([name, cron, , , state]) => [name, cron, state])).toEqual([
    ["shop", "0 9 * * * | 0 17 * * SAT", "on"],
    ["poll", "every 90m", "on"],
    ["once", "at 24 Dec 2026 18:00", "on"],
    ["over", "at 24 Oct 2026 19:00", "ended"],
  ]);
});

const dark = {
  blackouts: [
    { when: "11-24", reason: "Stocktaking" },
    { when: "SAT-SUN", reason: null },
  ],
  nextFireAt: "2026-11-24T02:00:00.000Z",
  nextRunAt: "2026-11-25T02:00:00.000Z",
};

test("in a blackout the list shows the next run, and the page the next fire too, and why it will not run", async () => {
  api.world.schedules = [aSchedule(dark)];
  expect((await belfryAt(api, ["schedule", "list"])).stdout).toMatch(/on +Wed 25 Nov 03:00 CET +in 38 h/);
  const { stdout } = await belfryAt(api, ["schedule", "show", "nightly-backup"]);
  expect(stdout).toMatch(/next run +Wed 25 Nov 03:00 CET \(in 38 h\)\n/);
  expect(stdout).toMatch(/next fire +Tue 24 Nov 03:00 CET \(in 14 h\), in a blackout: Stocktaking\n/);
  expect(stdout).toMatch(/blackouts +skip: 11-24 \(Stocktaking\), SAT-SUN\n/);
});

test("the page tells all that is said of when it fires, and nothing that is not", async () => {
  api.world.schedules = [
    aSchedule({
      name: "full",
      cron: null,
      everySec: 5400,
      anchorAt: "2026-11-01T00:30:00.000Z",
      startsAt: "2026-11-01T00:00:00.000Z",
      endsAt: "2026-12-31T22:59:59.999Z",
      maxRuns: 10,
      runsMade: 3,
      spreadSec: 600,
      dst: { gap: "skip", fold: "both" },
      catchUp: "all",
      catchUpWindowSec: 21_600,
    }),
    aSchedule({ name: "plain" }),
  ];
  const { stdout } = await belfryAt(api, ["schedule", "show", "full"]);
  for (const line of [
    /fires +every 90m, counted from Sun 1 Nov 01:30 CET\n/,
    /starts +Sun 1 Nov 01:00 CET\n/,
    /ends +Thu 31 Dec 23:59:59 CET\n/,
    /runs +3 made of at most 10\n/,
    /spread +10m\n/,
    /clock changes +gap skip, fold both\n/,
    /catch-up +all, within 6h\n/,
  ]) {
    expect(stdout).toMatch(line);
  }
  const { stdout: plain } = await belfryAt(api, ["schedule", "show", "plain"]);
  expect(plain).not.toMatch(/starts|ends|runs|spread|clock|blackout|catch/);
});

test("the page tells the policies that are not as usual", async () => {
  api.world.schedules = [aSchedule({ overlap: "queue", queueDepth: 5, priority: 10, pauseAfter: 3 })];
  const { stdout } = await belfryAt(api, ["schedule", "show", "nightly-backup"]);
  expect(stdout).toMatch(/overlap +queue\n/);
  expect(stdout).toMatch(/queue depth +5\n +priority +10\n +pauses +after 3 failures in a row, tries/);
  expect(stdout).not.toMatch(/retry|exit codes|grace|kept|group|circuit/);
});

test.each([
  ["open", /circuit breaker +open since Mon 23 Nov .*; fires are skipped until Mon 23 Nov .*\n/],
  ["half_open", /circuit breaker +open since Mon 23 Nov .*; the next fire tries whether it works again\n/],
] as const)("the page tells of a circuit breaker that is %s", async (state, expected) => {
  const instants = { since: "2026-11-23T11:00:00.000Z", probeAt: "2026-11-23T11:15:00.000Z" };
  api.world.schedules = [aSchedule({ name: "job", pauseAfter: 5, breaker: { state, ...instants } })];
  const { stdout } = await belfryAt(api, ["schedule", "show", "job"]);
  expect(stdout).toMatch(expected);
});

test("a name may hold spaces and slashes", async () => {
  const { stdout } = await belfryAt(api, ["schedule", "show", "books/year end", "--json"]);
  expect(JSON.parse(stdout)).toEqual(yearEnd);
  expect(api.asked).toEqual(["GET /api/v1/schedules/books%2Fyear%20end"]);
});

test.each(["", ".", ".."])(
  "the name %j, which no address can hold, is refused and not sent",
  async (name) => {
    const { code, stderr } = await belfryAt(api, ["schedule", "trigger", name]);
    expect({ code, asked: api.asked }).toEqual({ code: 2, asked: [] });
    expect(stderr).toMatch(/cannot be a schedule's name.* \(invalid_request\)\n$/);
  },
);

test("a schedule that does not exist: exit code 4 and one line that says so", async () => {
  const told = await belfryAt(api, ["schedule", "show", "nope"]);
  const line = "belfry: There is no schedule of that name. (schedule_not_found)\n";
  expect(told).toEqual({ code: 4, stdout: "", stderr: line });
});

test("trigger tells the run's id and how to follow it", async () => {
  const { code, stdout } = await belfryAt(api, ["schedule", "trigger", "nightly-backup"]);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: 'Run 1 of "nightly-backup" is pending. Follow it with: belfry run logs 1 -f\n',
  });
});

test("trigger --json prints the run", async () => {
  const { stdout } = await belfryAt(api, ["schedule", "trigger", "nightly-backup", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({
    id: "1",
    status: "pending",
    fireTime: null,
    fireReason: "manual",
  });
});

test("a retired schedule cannot be triggered: exit code 6", async () => {
  const { code, stderr } = await belfryAt(api, ["schedule", "trigger", "old"]);
  expect({ code, stderr }).toEqual({ code: 6, stderr: 'belfry: "old" is retired. (schedule_retired)\n' });
});

const wrote: LogEntryJson[] = [
  { attempt: 1, seq: 0, at: "2026-11-23T12:00:01.000Z", stream: "stdout", text: "dumping\n" },
  { attempt: 1, seq: 1, at: "2026-11-23T12:00:02.000Z", stream: "stderr", text: "disk is slow\n" },
];

test("trigger --wait prints the output as it comes and succeeds with the run", async () => {
  api.world.onTrigger = (run) => {
    api.world.logs[run.id] = wrote;
    Object.assign(run, { status: "succeeded", exitCode: 0, finishedAt: "2026-11-23T12:00:03.000Z" });
  };
  const { code, stdout, stderr } = await belfryAt(api, ["schedule", "trigger", "nightly-backup", "--wait"]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: "dumping\n" });
  expect(stderr).toBe('belfry: Run 1 of "nightly-backup". It goes on if you leave.\ndisk is slow\n');
});

test("trigger --wait fails with a run that failed, and says why", async () => {
  const end = {
    status: "failed",
    errorKind: "exit_code",
    exitCode: 3,
    finishedAt: "2026-11-23T12:00:03.000Z",
  };
  api.world.onTrigger = (run) => Object.assign(run, end);
  const { code, stderr } = await belfryAt(api, ["schedule", "trigger", "nightly-backup", "--wait"]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/belfry: Run 1 of "nightly-backup": failed \(exit_code 3\)\.\n$/);
});

test("trigger --wait --json prints the run as it ended, and nothing else on stdout", async () => {
  api.world.onTrigger = (run) => {
    api.world.logs[run.id] = wrote;
    Object.assign(run, { status: "skipped", skipReason: "overlap", finishedAt: "2026-11-23T12:00:00.000Z" });
  };
  const { code, stdout } = await belfryAt(api, ["schedule", "trigger", "nightly-backup", "--wait", "--json"]);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ id: "1", status: "skipped", skipReason: "overlap" });
});

test("pause takes a reason and resume ends it", async () => {
  const reason = "disk is being replaced";
  const paused = await belfryAt(api, ["schedule", "pause", "nightly-backup", "--reason", reason]);
  expect(paused.stdout).toBe('"nightly-backup" is paused. Runs under way go on.\n');
  expect(api.world.schedules[0]).toMatchObject({ pauseReason: reason });
  expect((await belfryAt(api, ["schedule", "show", "nightly-backup"])).stdout).toContain(`: ${reason}\n`);
  const resumed = await belfryAt(api, ["schedule", "resume", "nightly-backup", "--json"]);
  expect(JSON.parse(resumed.stdout)).toMatchObject({
    name: "nightly-backup",
    pausedAt: null,
    pauseReason: null,
  });
});
