import { describe, expect, it } from "vitest";
import { checkSchedule, checkScheduleName } from "./check-schedule.js";
import { BelfryError } from "./errors.js";
import { type ScheduleDefinition, scheduleDefaults } from "./schedule.js";

const backup: ScheduleDefinition = { ...scheduleDefaults, name: "backup", run: ["pg_dump", "shop"] };

function errorOf(changes: object): BelfryError | null {
  try {
    checkSchedule({ ...backup, ...changes });
    return null;
  } catch (error) {
    return error as BelfryError;
  }
}

describe("a schedule's definition", () => {
  it.each([
    {},
    { run: "echo hello | cat" },
    { run: ["printf", ""] },
    { cron: "0 3 * * *", timezone: "Europe/Berlin" },
    { timeoutSec: 1 },
    { timeoutSec: 365 * 86_400 },
    { cwd: "/srv/shop" },
    { cwd: "C:\\shop" },
    { env: { _A1: "", GITHUB_TOKEN: "x" } },
    { installationId: 1 },
    { name: "nächtliche Sicherung / 夜 👩‍🔧" },
    { name: "x".repeat(200) },
    { name: "🔔".repeat(200) },
  ])("may be %j", (changes) => {
    expect(errorOf(changes)).toBeNull();
  });

  it("comes back as it went in", () => {
    expect(checkSchedule(backup)).toBe(backup);
  });

  it.each([
    [{ cron: "61 * * * *" }, "invalid_cron", /61/],
    [{ cron: 5 }, "invalid_schedule", /cron expression is text/],
    [{ timezone: "Europe/Berln" }, "invalid_timezone", /Did you mean "Europe\/Berlin"/],
    [{ timezone: undefined }, "invalid_schedule", /time zone is text/],
    [
      { overlap: "never" },
      "invalid_schedule",
      /"never" is not an overlap policy. Write skip, queue, concurrent or replace/,
    ],
    [{ timeoutSec: 0 }, "invalid_schedule", /from 1 to/],
    [{ timeoutSec: 1.5 }, "invalid_schedule", /whole seconds/],
    [{ timeoutSec: 365 * 86_400 + 1 }, "invalid_schedule", /31536000/],
    [{ timeoutSec: Number.NaN }, "invalid_schedule", /NaN/],
    [{ timeoutSec: "60" }, "invalid_schedule", /"60"/],
    [{ run: [] }, "invalid_schedule", /at least a program/],
    [{ run: [" "] }, "invalid_schedule", /blank/],
    [{ run: " \n" }, "invalid_schedule", /blank/],
    [{ run: ["a", 1] }, "invalid_schedule", /argument/],
    [{ run: "a\0b" }, "invalid_schedule", /NUL/],
    [{ run: undefined }, "invalid_schedule", /command/],
    [{ cwd: "jobs" }, "invalid_schedule", /"jobs" is not an absolute path/],
    [{ description: null }, "invalid_schedule", /description/],
    [{ description: "\ud800" }, "invalid_schedule", /surrogate/],
    [{ env: { "1A": "x" } }, "invalid_schedule", /"1A"/],
    [{ env: { A: 1 } }, "invalid_schedule", /value of A/],
    [{ env: { BELFRY_RUN_ID: "1" } }, "invalid_schedule", /reserved/],
    [{ env: [] }, "invalid_schedule", /map/],
    [{ installationId: 0 }, "invalid_schedule", /whole number/],
    [{ enabled: "yes" }, "invalid_schedule", /true or false/],
  ])("may not be %j", (changes, code, message) => {
    expect(errorOf(changes)).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it("never has the value of a variable in its error", () => {
    expect(errorOf({ env: { TOKEN: "hunter2\0" } })?.message).not.toContain("hunter2");
  });

  it.each([
    "",
    " a",
    "a\n",
    "a\tb",
    "\u202eabc",
    "a\u200bb",
    ".",
    "..",
    "x".repeat(201),
    "\ud800",
    5,
    undefined,
  ])("has a name that is not %j", (name) => {
    expect(() => checkScheduleName(name)).toThrow(BelfryError);
  });
});
