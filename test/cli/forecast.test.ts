import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { aSchedule } from "../support/api-samples.js";
import { belfry, belfryAt, type Surroundings } from "../support/cli.js";
import { type PublicApi, startPublicApi } from "../support/public-api.js";

let api: PublicApi;

beforeEach(async () => {
  api = await startPublicApi({
    schedules: [
      aSchedule({ name: "nightly", cron: "30 2 * * *" }),
      aSchedule({ name: "hourly", cron: "30 * * * *", overlap: "skip", timeoutSec: 86_400 }),
      aSchedule({ name: "by hand", cron: null, nextFireAt: null }),
      aSchedule({ name: "resting", pausedAt: "2026-11-01T00:00:00.000Z", nextFireAt: null }),
    ],
    durations: [{ scheduleName: "hourly", runs: 50, p50Ms: 60_000, p95Ms: 5_400_000 }],
  });
});

afterEach(() => api.stop());

async function forecast(argv: string[] = [], surroundings: Surroundings = {}): Promise<string> {
  const { code, stdout, stderr } = await belfryAt(api, ["forecast", "--days", "7", ...argv], surroundings);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

test("the forecast shows the load, busy and quiet minutes, and what may meet", async () => {
  const page = await forecast(["--tz", "Europe/Berlin"]);
  for (const part of [
    /^2 schedules, 175 runs, from Mon 23 Nov 13:00 CET to Mon 30 Nov 13:00 CET \(Europe\/Berlin\)\n/,
    /\nRuns by day and hour\n {14}00 .*\n {2}Mon 23 Nov {2}·{26}▓+\n {2}Tue 24 Nov {2}▓{4}██▓+\n/,
    /\nBusiest minutes\n {2}TIME .*\n {2}02:30 {2}2 +7 days, first Tue 24 Nov 02:30 CET {2}nightly, hourly\n/,
    /\nQuiet minutes for a daily job\n {2}\d\d:\d\d {2}nothing begins within five minutes of it\n/,
    /\nAt work at once\n {2}if runs take as long as usual +1 run, first on .*\n {2}if all are as slow .* 1 run, first on/,
    /\nRuns that may meet\n {2}SCHEDULE.*\n {2}hourly +skip +168 +1 min each: none +1 h 30 min each: 84 skipped\n/,
    /\nNotes\n {2}No run was measured of these, so they count as ended at once: nightly\.\n {2}Left out, because paused: resting\.\n$/,
  ]) {
    expect(page).toMatch(part);
  }
});

test("clock changes are told with those whom they touch, and blackouts with what they skip", async () => {
  const blackouts = [{ when: "03-27", reason: "Inventory" }];
  api.world.schedules = [aSchedule({ name: "nightly", cron: "30 2 * * *", blackouts })];
  const page = await forecast(["--tz", "Europe/Berlin"], { now: "2027-03-25T12:00:00.000Z" });
  expect(page).toContain(
    "\nClock changes\n  Sun 28 Mar 03:00 CEST: the clocks of Europe/Berlin jump ahead\n" +
      "    nightly: 02:30 does not exist; it fires at 03:00 instead\n",
  );
  expect(page).toMatch(
    /\nBlackouts\n {2}FIRST FROM.*\n {2}Sat 27 Mar 00:00 CET {2}Sun 28 Mar 00:00 CET {2}once {2}Inventory {2}1 +nightly\n/,
  );
});

test("without --tz it is told on the clock of the person at the terminal", async () => {
  expect(await forecast([], { env: { TZ: "Asia/Kolkata" } })).toMatch(/\(Asia\/Kolkata\)\n/);
});

test("runs near a quiet minute are counted by the day, however many dates the days touch", async () => {
  api.world.schedules = [aSchedule({ name: "often", cron: "* * * * *" })];
  for (const days of ["1", "2", "30"]) {
    expect(await forecast(["--days", days])).toMatch(/ {2}11 runs a day within five minutes of it\n/);
  }
});

test("the picture is as wide as the terminal allows", async () => {
  const widest = async (columns: number) => {
    const lines = (await forecast([], { columns })).split("\n");
    return lines.find((line) => /^ {2}Tue 24 Nov/.test(line))!.length;
  };
  expect([await widest(40), await widest(64), await widest(120)]).toEqual([38, 62, expect.any(Number)]);
  expect(await widest(120)).toBeLessThanOrEqual(120);
});

test("--json has all of it, with instants in UTC", async () => {
  const told = JSON.parse(await forecast(["--json", "--tz", "UTC"]));
  expect(told).toMatchObject({
    from: "2026-11-23T12:00:00.000Z",
    to: "2026-11-30T12:00:00.000Z",
    timezone: "UTC",
    schedules: 2,
    runs: 175,
    clockChanges: [],
    blackouts: [],
    overlaps: [{ name: "hourly", slow: { skipped: 84, ran: 84 } }],
    peak: { usual: { runs: 1, at: "2026-11-23T12:30:00.000Z" } },
    unmeasured: ["nightly"],
    leftOut: [{ name: "resting", state: "paused" }],
  });
  expect(told.days[1]).toEqual({
    date: "2026-11-24",
    hours: told.days[1].hours.map((_: number, hour: number) => (hour === 1 ? 2 : 1)),
  });
  expect(told.busiest[0]).toEqual({
    time: "01:30",
    runs: 2,
    days: 7,
    at: "2026-11-24T01:30:00.000Z",
    schedules: ["nightly", "hourly"],
  });
  expect(told.quiet).toHaveLength(5);
});

test("a server without schedules has a forecast without runs", async () => {
  api.world.schedules = [];
  expect(await forecast()).toMatch(/^0 schedules, 0 runs, /);
});

test("an unknown zone is refused: exit code 2", async () => {
  const { code, stderr } = await belfryAt(api, ["forecast", "--tz", "Europe/Atlantis"]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/\(invalid_timezone\)\n$/);
});

const manifest = `version: 1
schedules:
  hourly: { cron: "30 * * * *", run: "true", timeout: 1d }
  off: { cron: "0 * * * *", run: "true", enabled: false }
  by hand: { run: "true" }
`;

async function withManifest(use: (file: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "belfry-forecast-"));
  try {
    const file = join(folder, "belfry.yaml");
    await writeFile(file, manifest);
    await use(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("with -f the schedules are the manifest's, and durations those of a server that answers", async () => {
  await withManifest(async (file) => {
    const told = JSON.parse(await forecast(["-f", file, "--json"]));
    expect(told).toMatchObject({
      schedules: 1,
      runs: 168,
      overlaps: [{ name: "hourly" }],
      leftOut: [{ name: "off", state: "off" }],
    });
    expect(api.asked).toEqual(["GET /api/v1/durations"]);
  });
});

test("with -f no server is needed: a note says what is missing", async () => {
  await withManifest(async (file) => {
    const surroundings = { env: { BELFRY_URL: "http://127.0.0.1:9", BELFRY_TOKEN: "x", TZ: "UTC" } };
    const { code, stdout, stderr } = await belfry(["forecast", "-f", file], surroundings);
    expect(code).toBe(0);
    expect(stderr).toBe("belfry: No server tells how long runs take, so it is not said which may meet.\n");
    expect(stdout).toMatch(/^1 schedule, 720 runs, /);
    expect(stdout).not.toMatch(/At work at once|Runs that may meet|No run was measured/);
  });
});
