import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { ScheduleJson } from "../../src/api/public/shapes.js";
import { askServer } from "../support/ask-server.js";
import { BelfryServer } from "../support/belfry-server.js";
import { createTestFolder } from "../support/data-dir.js";
import { eventually } from "../support/eventually.js";
import { findFreePort } from "../support/free-port.js";
import { createTestDatabase, type TestDatabase } from "../support/postgres.js";

// One server for all: it is never started again, whatever happens to its file.
let folder: string;
let file: string;
let port: number;
let database: TestDatabase;
let rows: Client;
let server: BelfryServer;

const broken = "version: 1\nschedules:\n  job:\n    run: 'true'\n    corn: '* * * * *'\n";

beforeAll(async () => {
  folder = await createTestFolder();
  file = join(folder, "belfry.yaml");
  await writeFile(file, broken);
  port = await findFreePort();
  database = await createTestDatabase();
  rows = new Client({ connectionString: database.url });
  await rows.connect();
  server = new BelfryServer({
    manifest: file,
    dataDir: join(folder, "data"),
    databaseUrl: database.url,
    port,
  });
  await server.start();
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rows.end();
  await database.drop();
  await rm(folder, { recursive: true });
});

beforeEach(async () => {
  await rows.query("truncate schedules, runs, run_events, run_logs");
});

let edition = 0;
const applications = () => server.logged("manifest.applied").length;

/** Puts another manifest in place, as an editor does, and waits until the server has said that it took it. */
async function apply(schedules: Record<string, object>): Promise<void> {
  const before = applications();
  edition += 1; // the same text again would be no change
  await put(`${JSON.stringify({ version: 1, schedules })} # edition ${edition}`);
  await eventually(() => applications() > before);
}

async function put(text: string, target = file): Promise<void> {
  await writeFile(`${target}.new`, text);
  await rename(`${target}.new`, target);
}

const job = { cron: "0 3 * * *", run: "true" };

async function show(name: string): Promise<ScheduleJson> {
  const { body } = await askServer({ port, dataDir: join(folder, "data") }, `/api/v1/schedules/${name}`);
  return body as ScheduleJson;
}

const runsOf = async (name: string) =>
  (
    await rows.query(
      "select r.status, r.skip_reason, r.fire_reason from runs r join schedules s on s.id = r.schedule_id where s.name = $1 order by r.id",
      [name],
    )
  ).rows;

test("a file that is broken at the start is told with its place, and the server serves without it until it is mended", async () => {
  await server.untilLogged("manifest.refused");
  const [refusal] = server.logged("manifest.refused");
  expect(refusal).toMatchObject({
    level: "error",
    file,
    error: expect.stringContaining(`${file}:5:5 schedules.job`),
  });
  expect(refusal!["error"]).toMatch(/"corn".*Did you mean "cron"\?/);
  expect((await server.belfry("schedule", "list", "--json")).stdout).toBe("[]\n");
  await apply({ job });
  expect((await show("job")).cron).toBe("0 3 * * *");
});

test("a file that is broken later changes nothing, and is told once", async () => {
  await apply({ job });
  const [refusals, appliedBefore] = [server.logged("manifest.refused").length, applications()];
  await put(broken);
  await eventually(() => server.logged("manifest.refused").length > refusals);
  expect(await show("job")).toMatchObject({ cron: "0 3 * * *", retiredAt: null });
  await apply({ job: { ...job, description: "mended" } });
  expect([server.logged("manifest.refused").length, applications()]).toEqual([
    refusals + 1,
    appliedBefore + 1,
  ]);
});

test("a schedule that is taken out is retired: it fires no more, its history stays; put back, it fires from then on", async () => {
  await apply({ job: { cron: "* * * * * *", run: "true" }, other: job });
  await server.untilLogged("run.succeeded", { schedule: "job" });
  await apply({ other: job });
  expect(await show("job")).toMatchObject({ nextFireAt: null, retiredAt: expect.any(String) });
  expect((await server.belfry("schedule", "trigger", "job")).code).toBe(6);
  await eventually(() => server.children().length === 0);
  const history = await runsOf("job");
  expect(history).toContainEqual({ status: "succeeded", skip_reason: null, fire_reason: "schedule" });

  await rows.query("select pg_notify('belfry', 'ready')");
  await apply({ other: job, job });
  expect(await runsOf("job")).toEqual(history);
  expect(await show("job")).toMatchObject({ retiredAt: null, nextFireAt: expect.any(String) });
  expect(server.logged("manifest.applied").at(-1)).toMatchObject({ updated: ["job"], unchanged: 1 });
});

test("a schedule that was paused by hand stays so, whatever the file says of it", async () => {
  await apply({ job });
  await server.belfry("schedule", "pause", "job", "--reason", "holidays");
  await apply({ job: { ...job, cron: "* * * * * *", description: "new" } });
  const paused = { description: "new", cron: "* * * * * *", pauseReason: "holidays", nextFireAt: null };
  expect(await show("job")).toMatchObject(paused);
  await server.belfry("schedule", "resume", "job");
  await server.untilLogged("run.succeeded", { schedule: "job" });
});

test("an edit of anything but the times leaves the next fire as it is", async () => {
  await apply({ job });
  const odd = "2031-05-06T07:08:09.000Z";
  await rows.query("update schedules set next_fire_at = $1", [odd]);
  await apply({ job: { ...job, run: ["echo", "x"], env: { A: "1" }, overlap: "queue", timeout: "5m" } });
  expect(await show("job")).toMatchObject({ run: ["echo", "x"], timeoutSec: 300, nextFireAt: odd });
});

test.each([
  ["cron", { cron: "0 4 * * *" }],
  ["the time zone", { timezone: "Asia/Kolkata" }],
  ["the blackouts", { blackouts: [{ when: "12-25", reason: "Christmas Day" }] }],
])(
  "an edit of %s sets the next fire anew, from now: what was missed is not replayed, and has a row that says so",
  async (_, change) => {
    const { rows: clock } = await rows.query("select now() as now");
    await apply({ job });
    await rows.query("update schedules set enabled = false, next_fire_at = now() - interval '3 days'");
    await apply({ job: { ...job, ...change } });
    const { nextFireAt } = await show("job");
    expect(Date.parse(nextFireAt!)).toBeGreaterThan(clock[0].now.getTime());
    expect(await runsOf("job")).toEqual([
      { status: "skipped", skip_reason: "edited", fire_reason: "schedule" },
    ]);
  },
);

test("a schedule that is switched off in the file rests, and replays nothing when it is switched on", async () => {
  await apply({ job: { ...job, enabled: false } });
  expect(await show("job")).toMatchObject({ enabled: false, nextFireAt: null });
  await apply({ job });
  expect(Date.parse((await show("job")).nextFireAt!)).toBeGreaterThan(Date.now());
  expect(await runsOf("job")).toEqual([]);
});

test("a run that waits when its schedule is taken out is skipped, and says why", async () => {
  await apply({ job: { run: "sleep 600" } });
  for (const _ of [1, 2]) await server.belfry("schedule", "trigger", "job");
  await server.untilLogged("run.started", { schedule: "job" });
  await apply({});
  expect(await runsOf("job")).toEqual([
    { status: "running", skip_reason: null, fire_reason: "manual" },
    { status: "skipped", skip_reason: "retired", fire_reason: "manual" },
  ]);
});

test("a file that is removed retires nothing: it is told, and picked up when it is back", async () => {
  await apply({ job });
  await rm(file);
  await server.untilLogged("manifest.unreadable");
  expect(await show("job")).toMatchObject({ retiredAt: null });
  await apply({ job: { ...job, description: "back" } });
  expect(await show("job")).toMatchObject({ description: "back" });
});

test("a calendar that the file names is watched too: its days count, and a broken one changes nothing", async () => {
  const calendar = join(folder, "holidays.ics");
  const year = new Date().getUTCFullYear() + 1;
  const blackouts = async () =>
    (await rows.query("select blackouts from schedules where name = 'job'")).rows[0].blackouts;
  await put(calendarWith(`${year}0501`), calendar);
  await apply({ job: { ...job, blackouts: [{ calendar: "holidays.ics" }] } });
  expect(await blackouts()).toEqual([{ when: `${year}-05-01`, reason: "A holiday" }]);

  const before = applications();
  await put(calendarWith(`${year}0502`), calendar);
  await eventually(() => applications() > before);
  const moved = [{ when: `${year}-05-02`, reason: "A holiday" }];
  expect(await blackouts()).toEqual(moved);

  const refusals = server.logged("manifest.refused").length;
  await put("<html>Not found</html>", calendar);
  await eventually(() => server.logged("manifest.refused").length > refusals);
  expect(server.logged("manifest.refused").at(-1)!["error"]).toContain(
    "schedules.job.blackouts[0].calendar: In ",
  );
  expect(await blackouts()).toEqual(moved);
});

function calendarWith(date: string): string {
  const event = ["BEGIN:VEVENT", "UID:1", `DTSTART;VALUE=DATE:${date}`, "SUMMARY:A holiday", "END:VEVENT"];
  return ["BEGIN:VCALENDAR", "VERSION:2.0", ...event, "END:VCALENDAR", ""].join("\r\n");
}
