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

test("next joins several expressions: an instant that two of them name is one fire", async () => {
  const { stdout } = await belfry(["next", "0 9 * * *", "0 9,17 * * TUE", "-n", "4", "--json"]);
  expect(JSON.parse(stdout)).toEqual([
    "2026-11-24T09:00:00.000Z",
    "2026-11-24T17:00:00.000Z",
    "2026-11-25T09:00:00.000Z",
    "2026-11-26T09:00:00.000Z",
  ]);
});

test("next works H out from the name of a schedule, always the same", async () => {
  const fires = async (name: string) =>
    (await belfry(["next", "H H * * *", "--name", name, "-n", "1", "--json"])).stdout;
  expect(await fires("backup")).toBe(await fires("backup"));
  expect(await fires("backup")).not.toBe(await fires("report"));
});

const berlin = ["next", "30 2 * * *", "--tz", "Europe/Berlin", "-n", "2"];
const spring = { now: "2027-03-28T00:00:00.000Z" };
const autumn = { now: "2027-10-30T22:00:00.000Z" };

test.each([
  [
    [],
    spring,
    "Sun 28 Mar 03:00 CEST  Europe/Berlin  2027-03-28T01:00:00Z  in 60 min  02:30 does not exist; it fires at 03:00 instead\n" +
      "Mon 29 Mar 02:30 CEST  Europe/Berlin  2027-03-29T00:30:00Z  in 25 h\n",
  ],
  [
    ["--dst-gap", "skip"],
    spring,
    "Mon 29 Mar 02:30 CEST  Europe/Berlin  2027-03-29T00:30:00Z  in 25 h\n" +
      "Tue 30 Mar 02:30 CEST  Europe/Berlin  2027-03-30T00:30:00Z  in 2 d\n",
  ],
  [
    ["--dst-fold", "both"],
    autumn,
    "Sun 31 Oct 02:30 CEST  Europe/Berlin  2027-10-31T00:30:00Z  in 3 h  02:30 comes twice; it fires both times\n" +
      "Sun 31 Oct 02:30 CET   Europe/Berlin  2027-10-31T01:30:00Z  in 4 h  02:30 comes twice; it fires both times\n",
  ],
])("next marks the fires that a clock change touches, by the rule %j", async (rule, when, stdout) => {
  expect((await belfry([...berlin, ...rule], when)).stdout).toBe(stdout);
});

test.each([
  [["61 * * * *"], "invalid_cron"],
  [["0 0 30 2 *"], "invalid_cron"],
  [["* * * * *", "--tz", "Europe/Atlantis"], "invalid_timezone"],
  [["H H * * *"], "invalid_cron"],
  [["* * * * *", "--dst-gap", "jump"], "invalid_request"],
])("next %j: exit code 2 and the code %s", async (argv, code) => {
  const told = await belfry(["next", ...argv]);
  expect(told.code).toBe(2);
  expect(told.stderr).toMatch(new RegExp(`^belfry: .+ \\(${code}\\)\\n$`));
});
