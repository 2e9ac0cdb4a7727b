import { expect, test } from "vitest";
import { belfry } from "../support/cli.js";

test("next shows local time, zone, UTC and how far off each fire is", async () => {
  const told = await belfry(["next", "0 3 * * *", "--tz", "Europe/Berlin", "-n", "2"]);
  expect(told).toEqual({
    code: 0,
    stdout:
      "Tue 24 Nov 03:00 CET  Europe/Berlin  2026-11-24T02:00:00Z  in 14 h\n" +
      "Wed 25 Nov 03:00 CET  Europe/Berlin  2026-11-25T02:00:00Z  in 38 h\n",
    stderr: "",
  });
});

test("next --json prints an array of instants, five of them in UTC if nothing else is said", async () => {
  const { stdout } = await belfry(["next", "*/15 * * * *", "--json"], { now: "2026-11-23T12:07:00.000Z" });
  expect(JSON.parse(stdout)).toEqual([
    "2026-11-23T12:15:00.000Z",
    "2026-11-23T12:30:00.000Z",
    "2026-11-23T12:45:00.000Z",
    "2026-11-23T13:00:00.000Z",
    "2026-11-23T13:15:00.000Z",
  ]);
});

test.each([
  [["61 * * * *"], "invalid_cron"],
  [["0 0 30 2 *"], "invalid_cron"],
  [["* * * * *", "--tz", "Europe/Atlantis"], "invalid_timezone"],
])("next %j: exit code 2 and the code %s", async (argv, code) => {
  const told = await belfry(["next", ...argv]);
  expect(told.code).toBe(2);
  expect(told.stderr).toMatch(new RegExp(`^belfry: .+ \\(${code}\\)\\n$`));
});
