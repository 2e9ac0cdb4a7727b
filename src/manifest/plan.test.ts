import { describe, expect, it } from "vitest";
import { BelfryError } from "../core/errors.js";
import { completeRetry } from "../core/policies/complete-retry.js";
import { type Schedule, type ScheduleDefinition, scheduleDefaults } from "../core/schedule.js";
import { planManifest } from "./plan.js";

const at = new Date("2026-11-23T13:30:00Z");

function wants(name: string, changes: Partial<ScheduleDefinition> = {}): ScheduleDefinition {
  return { ...scheduleDefaults, name, cron: "0 3 * * *", run: ["true"], env: { A: "1", B: "2" }, ...changes };
}

function has(name: string, changes: Partial<Schedule> = {}): Schedule {
  return {
    ...wants(name),
    id: `id of ${name}`,
    source: "manifest",
    pausedAt: null,
    pauseReason: null,
    breakerResetAt: null,
    retiredAt: null,
    nextFireAt: at,
    owedFrom: null,
    runsMade: 0,
    lastError: null,
    lastErrorAt: null,
    createdAt: at,
    updatedAt: at,
    revision: "1",
    ...changes,
  };
}

/** The plan in words: what happens to the one schedule there is, or is wanted. */
function becomes(current: Schedule[], wanted: ScheduleDefinition[]): string {
  const { create, update, retire, unchanged } = planManifest(current, wanted);
  return [
    ...create.map(({ name }) => `create ${name}`),
    ...update.map(({ schedule, rearm }) => `update ${schedule.name}${rearm ? " and rearm" : ""}`),
    ...retire.map(({ name }) => `retire ${name}`),
    ...unchanged.map(({ name }) => `keep ${name}`),
  ].join(", ");
}

describe("what an edit of the manifest does", () => {
  const weekend = [{ when: "SAT-SUN", reason: null }];
  const retired = { retiredAt: at, nextFireAt: null };

  it.each<[string, Schedule[], ScheduleDefinition[], string]>([
    ["nothing and nothing", [], [], ""],
    ["a new name", [], [wants("a")], "create a"],
    ["the same again", [has("a")], [wants("a")], "keep a"],
    [
      "the same environment in another order",
      [has("a")],
      [wants("a", { env: { B: "2", A: "1" } })],
      "keep a",
    ],
    ["a name that is gone", [has("a")], [], "retire a"],
    ["a name that was gone before", [has("a", retired)], [], ""],
    ["a name that is back", [has("a", retired)], [wants("a")], "update a and rearm"],
    ["a paused one that stays", [has("a", { pausedAt: at, nextFireAt: null })], [wants("a")], "keep a"],
    ["the library's own, not named", [has("a", { source: null })], [], ""],
    ["a new name for the old", [has("a")], [wants("b")], "create b, retire a"],
    ["another command", [has("a")], [wants("a", { run: ["false"] })], "update a"],
    ["a list for a line", [has("a", { run: "true" })], [wants("a")], "update a"],
    ["another description", [has("a")], [wants("a", { description: "x" })], "update a"],
    ["another timeout", [has("a")], [wants("a", { timeoutSec: 5 })], "update a"],
    ["another overlap", [has("a")], [wants("a", { overlap: "queue" })], "update a"],
    ["a retry", [has("a")], [wants("a", { retry: completeRetry({ attempts: 3 }) })], "update a"],
    [
      "the same policies as the database has them",
      [has("a", { exitCodes: { "99": "skip", "8": "fail" } })],
      [wants("a", { exitCodes: { "8": "fail", "99": "skip" } })],
      "keep a",
    ],
    ["another priority", [has("a")], [wants("a", { priority: 5 })], "update a"],
    ["another folder", [has("a")], [wants("a", { cwd: "/srv" })], "update a"],
    ["another variable", [has("a")], [wants("a", { env: { A: "1" } })], "update a"],
    ["another value", [has("a")], [wants("a", { env: { A: "1", B: "3" } })], "update a"],
    ["another installation", [has("a")], [wants("a", { installationId: 7 })], "update a"],
    ["another expression", [has("a")], [wants("a", { cron: "0 4 * * *" })], "update a and rearm"],
    ["by hand only", [has("a")], [wants("a", { cron: null })], "update a and rearm"],
    ["another zone", [has("a")], [wants("a", { timezone: "Asia/Tokyo" })], "update a and rearm"],
    ["another spread", [has("a")], [wants("a", { spreadSec: 60 })], "update a and rearm"],
    [
      "another rule for the clocks",
      [has("a")],
      [wants("a", { dst: { gap: "skip", fold: "both" } })],
      "update a and rearm",
    ],
    ["another end", [has("a")], [wants("a", { endsAt: at })], "update a and rearm"],
    ["another limit", [has("a")], [wants("a", { maxRuns: 3 })], "update a and rearm"],
    ["another way to catch up", [has("a")], [wants("a", { catchUp: "all" })], "update a"],
    ["another window", [has("a")], [wants("a", { catchUpWindowSec: 60 })], "update a"],
    ["a blackout that skips", [has("a")], [wants("a", { blackouts: weekend })], "update a"],
    [
      "a blackout that defers",
      [has("a")],
      [wants("a", { blackouts: weekend, blackoutPolicy: "defer" })],
      "update a and rearm",
    ],
    [
      "the end of a blackout while it lasts",
      [has("a", { blackouts: weekend, owedFrom: at })],
      [wants("a")],
      "update a and rearm",
    ],
    ["the same blackout", [has("a", { blackouts: weekend })], [wants("a", { blackouts: weekend })], "keep a"],
    ["off", [has("a")], [wants("a", { enabled: false })], "update a and rearm"],
    ["on", [has("a", { enabled: false, nextFireAt: null })], [wants("a")], "update a and rearm"],
    [
      "one that is broken",
      [has("a", { lastError: "x", lastErrorAt: at })],
      [wants("a")],
      "update a and rearm",
    ],
  ])("%s", (_what, current, wanted, expected) => {
    expect(becomes(current, wanted)).toBe(expected);
  });

  it("carries the new definition along with the schedule that it changes", () => {
    const definition = wants("a", { run: "echo" });
    expect(planManifest([has("a")], [definition]).update).toEqual([
      { schedule: has("a"), definition, rearm: false },
    ]);
  });

  it("is refused as a whole if names belong to others, and all of them are told", () => {
    const current = [has("a", { source: null }), has("b"), has("c", { source: "team", retiredAt: at })];
    const plan = () => planManifest(current, [wants("a"), wants("b", { run: "x" }), wants("c")]);
    expect(plan).toThrow(BelfryError);
    expect(plan).toThrow(/"a", "c"/);
    expect(plan).not.toThrow(/"b"/);
  });
});
