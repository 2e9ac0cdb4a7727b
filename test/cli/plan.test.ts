import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { aSchedule } from "../support/api-samples.js";
import { belfryAt } from "../support/cli.js";
import { type PublicApi, startPublicApi, type World } from "../support/public-api.js";

const manifest = `version: 1
defaults: { timezone: Europe/Berlin, cwd: /srv }
schedules:
  report: { cron: "17 9 * * *", run: make report, env: { PGPASSWORD: hunter2 } }
  backup: { cron: "17 4 * * *", run: pg_dump }
`;

let api: PublicApi;
let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "belfry-plan-"));
  file = join(folder, "belfry.yaml");
  await writeFile(file, manifest);
  api = await startPublicApi();
});

afterEach(async () => {
  await api.stop();
  await rm(folder, { recursive: true });
});

const { lastRun: _, ...backup } = aSchedule({
  name: "backup",
  cron: "17 3 * * *",
  cwd: "/srv",
  run: "pg_dump",
});
const sameEnv = { added: [], removed: [], changed: [] };
const later = { field: "cron", from: "17 3 * * *", to: "17 4 * * *" };

const changes: World["plan"] = {
  created: ["report"],
  updated: [{ current: backup, rearm: true, fields: [later], env: { ...sameEnv, changed: ["PGPASSWORD"] } }],
  retired: [{ name: "old", nextRunAt: null }],
  unchanged: 12,
};

const plan = (...argv: string[]) => belfryAt(api, ["plan", "-f", file, ...argv]);

test("a plan shows what would be created, updated and retired, with the fires before and after", async () => {
  api.world.plan = changes;
  expect(await plan("-n", "2")).toEqual({
    code: 0,
    stderr: "",
    stdout: `+ report: create
    17 9 * * *  Europe/Berlin
    + Tue 24 Nov 09:17 CET
    + Wed 25 Nov 09:17 CET
~ backup: update, its next fire is worked out anew
    cron  17 3 * * * -> 17 4 * * *
    env   PGPASSWORD changed
    - Tue 24 Nov 03:17 CET
    + Tue 24 Nov 04:17 CET
    - Wed 25 Nov 03:17 CET
    + Wed 25 Nov 04:17 CET
- old: retire
1 to create, 1 to update, 1 to retire, 12 unchanged.
`,
  });
});

test("the server is asked about all of the manifest", async () => {
  await plan();
  expect(api.world.planned).toMatchObject([
    { name: "report", cron: "17 9 * * *", timezone: "Europe/Berlin", env: { PGPASSWORD: "hunter2" } },
    { name: "backup" },
  ]);
});

test("values of an environment are never shown", async () => {
  api.world.plan = changes;
  for (const told of [await plan(), await plan("--json")]) {
    expect(told.stdout + told.stderr).not.toContain("hunter2");
  }
});

test("a fire of both is marked as kept, though it is beyond the first ones of either", async () => {
  const { lastRun: _, ...hourly } = aSchedule({ name: "backup", cron: "17 * * * *" });
  api.world.plan = { updated: [{ current: hourly, rearm: true, fields: [later], env: sameEnv }] };
  const { stdout } = await plan("-n", "2");
  expect(stdout).toContain(
    "    - Mon 23 Nov 13:17 CET\n    - Mon 23 Nov 14:17 CET\n      Tue 24 Nov 04:17 CET\n      Wed 25 Nov 04:17 CET\n",
  );
});

test("runs that were made count, and fires beyond the last run are none", async () => {
  const fields = [{ field: "maxRuns", from: 3, to: 5 }];
  const made = aSchedule({ name: "backup", cron: "17 4 * * *", maxRuns: 3, runsMade: 3, nextFireAt: null });
  const { lastRun: _, ...current } = made;
  await writeFile(file, manifest.replace("run: pg_dump", "max_runs: 5, run: pg_dump"));
  api.world.plan = { updated: [{ current, rearm: true, fields, env: sameEnv }] };
  expect((await plan()).stdout).toMatch(
    /max_runs {2}3 -> 5\n {4}\+ Tue 24 Nov 04:17 CET\n {4}\+ Wed 25 Nov 04:17 CET\nnone to create/,
  );
});

test("a new schedule that never fires says so", async () => {
  await writeFile(file, manifest.replace('cron: "17 9 * * *"', "at: 2020-01-01"));
  api.world.plan = { created: ["report"] };
  expect((await plan("-n", "0")).stdout).toMatch(
    /at 1 Jan 2020 00:00 {2}Europe\/Berlin\n {4}It never fires from now on\.\n/,
  );
});

test("an edit of anything but the times shows no fires", async () => {
  const fields = [{ field: "timeoutSec", from: 3600, to: 5400 }];
  api.world.plan = { updated: [{ current: backup, rearm: false, fields, env: sameEnv }] };
  expect((await plan()).stdout).toMatch(
    /^~ backup: update, its next fire stays\n {4}timeout {2}1h -> 90m\nnone to create, 1 to update, none to retire, 0 unchanged\.\n$/,
  );
});

test("policies are told in the manifest's words", async () => {
  const retry = { attempts: 3, backoff: "exponential", delaySec: 30, maxDelaySec: 3600, on: ["timeout", 75] };
  const fields = [
    { field: "retry", from: null, to: retry },
    { field: "exitCodes", from: {}, to: { "75": "retry" } },
    { field: "graceSec", from: 10, to: 0 },
    { field: "concurrencyGroup", from: { name: "database", limit: 2 }, to: null },
    { field: "keepSec", from: null, to: 2_592_000 },
    { field: "keepRuns", from: 1000, to: null },
  ];
  api.world.plan = { updated: [{ current: backup, rearm: false, fields, env: sameEnv }] };
  const { stdout } = await plan();
  expect(stdout.split("\n").map((line) => line.trim().split(/ {2,}/))).toEqual(
    expect.arrayContaining([
      ["retry", "none -> 3 attempts, exponential from 30s to 1h, on timeout, 75"],
      ["exit_codes", "none -> 75 retry"],
      ["grace", "10s -> 0s"],
      ["concurrency_group", "database, 2 at once -> none"],
      ["keep.for", "none -> 30d"],
      ["keep.runs", "1000 -> none"],
    ]),
  );
});

test("what may not be meant so is told of what is new or changed", async () => {
  await writeFile(file, manifest.replace("17 9 * * *", "0 9 31 * *"));
  api.world.plan = { created: ["report"] };
  expect((await plan()).stdout).toMatch(/\n {4}Worth a look: Day 31 leaves out .* \(short_month\)\n/);
});

test("--json has the changes, the fires and the lint", async () => {
  api.world.plan = changes;
  const { stdout } = await plan("--json", "-n", "1");
  expect(JSON.parse(stdout)).toEqual({
    created: [{ name: "report", fires: [{ at: "2026-11-24T08:17:00.000Z", change: "added" }], lint: [] }],
    updated: [
      {
        name: "backup",
        rearm: true,
        fields: [later],
        env: { added: [], removed: [], changed: ["PGPASSWORD"] },
        fires: [
          { at: "2026-11-24T02:17:00.000Z", change: "removed" },
          { at: "2026-11-24T03:17:00.000Z", change: "added" },
        ],
        lint: [],
      },
    ],
    retired: [{ name: "old", nextRunAt: null }],
    unchanged: 12,
    foreign: [],
  });
});

test.each([
  [changes, [], 0],
  [changes, ["--exit-code"], 7],
  [{ retired: [{ name: "old", nextRunAt: null }] }, ["--exit-code"], 7],
  [{ unchanged: 2 }, ["--exit-code"], 0],
])("the exit code of %j with %j is %i", async (answer, options, code) => {
  api.world.plan = answer;
  expect((await plan(...options)).code).toBe(code);
});

test("names of another owner are refused: exit code 6", async () => {
  api.world.plan = { created: ["report"], foreign: ["backup"] };
  const { code, stdout, stderr } = await plan();
  expect(code).toBe(6);
  expect(stdout).toContain("! backup: refused, it exists and was not made by a manifest\n");
  expect(stderr).toMatch(/^belfry: An apply is refused: .*"backup"\..* \(schedule_exists\)\n$/);
});

test("the problems of a manifest are told a line each, and no server is asked", async () => {
  await writeFile(file, manifest.replace("17 9 * * *", "61 9 * * *").replace("pg_dump", "[]"));
  const { code, stdout, stderr } = await plan();
  expect({ code, stdout, asked: api.asked }).toEqual({ code: 2, stdout: "", asked: [] });
  const lines = stderr.trimEnd().split("\n");
  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatch(/belfry\.yaml:4:\d+ schedules\.report\.cron: .*out of range/);
  expect(lines[1]).toMatch(/belfry\.yaml:5:\d+ schedules\.backup\.run: /);
  expect(lines[2]).toMatch(/^belfry: The manifest .* has 2 problems, told above\. \(invalid_manifest\)$/);
});

test("a manifest that is not there: exit code 2", async () => {
  const { code, stderr } = await belfryAt(api, ["plan", "-f", join(folder, "none.yaml")]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/there is no such file\. \(invalid_manifest\)\n$/);
});

test("--folder reads working directories as the server does, which has the manifest elsewhere", async () => {
  await mkdir(join(folder, "jobs"));
  await writeFile(
    file,
    'version: 1\nschedules:\n  a: { run: "true" }\n  b: { run: "true", cwd: jobs }\n  c: { run: "true", cwd: /opt }\n',
  );
  await plan("--folder", "/etc/belfry");
  expect(api.world.planned.map(({ cwd }) => cwd)).toEqual(["/etc/belfry", "/etc/belfry/jobs", "/opt"]);
});
