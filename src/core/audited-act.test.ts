import { expect, test } from "vitest";
import { scheduleCreated, scheduleRetired, scheduleUpdated } from "./audited-act.js";
import { type Schedule, scheduleDefaults } from "./schedule.js";

const at = new Date("2026-11-23T13:30:00Z");

const schedule: Schedule = {
  ...scheduleDefaults,
  name: "back-up",
  run: ["pg_dump", "db"],
  cron: "0 3 * * *",
  env: { KEEP: "a", PASSWORD: "hunter2", OLD: "b" },
  id: "7",
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
};

test("a new schedule is told whole, but for the values of its environment", () => {
  const act = scheduleCreated(schedule);
  expect(act).toMatchObject({
    action: "schedule.created",
    targetKind: "schedule",
    target: "back-up",
    after: { cron: "0 3 * * *", run: ["pg_dump", "db"], env: ["KEEP", "OLD", "PASSWORD"] },
  });
  expect(act.before).toBeUndefined();
  expect(JSON.stringify(act)).not.toContain("hunter");
});

test("of an edit what changes is told, and of the environment the names", () => {
  const to = { ...schedule, cron: "0 4 * * *", env: { KEEP: "a", PASSWORD: "hunter3", NEW: "c" } };
  const act = scheduleUpdated(schedule, to);
  expect(act).toEqual({
    action: "schedule.updated",
    targetKind: "schedule",
    target: "back-up",
    before: { cron: "0 3 * * *", env: ["OLD", "PASSWORD"] },
    after: { cron: "0 4 * * *", env: ["NEW", "PASSWORD"] },
  });
  expect(JSON.stringify(act)).not.toContain("hunter");
});

test("an edit that changes nothing is no act", () => {
  const env = { PASSWORD: "hunter2", OLD: "b", KEEP: "a" };
  expect(scheduleUpdated(schedule, { ...schedule, env })).toBeNull();
});

test("a retired schedule that is back, or a broken one that is let go again, is told with what it was", () => {
  expect(scheduleUpdated({ ...schedule, retiredAt: at }, schedule)).toMatchObject({
    before: { retiredAt: at.toISOString() },
    after: {},
  });
  expect(scheduleUpdated({ ...schedule, lastError: "no such zone" }, schedule)).toMatchObject({
    before: { lastError: "no such zone" },
  });
});

test("of a retired schedule its last definition is told", () => {
  const act = scheduleRetired(schedule);
  expect(act).toMatchObject({ action: "schedule.retired", target: "back-up", before: { timeoutSec: 3600 } });
  expect(act.after).toBeUndefined();
  expect(JSON.stringify(act)).not.toContain("hunter");
});
