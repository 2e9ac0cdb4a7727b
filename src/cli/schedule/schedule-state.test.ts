import { expect, test } from "vitest";
import { scheduleState } from "./schedule-state.js";

const at = "2026-11-23T12:00:00.000Z";
const on = {
  retiredAt: null,
  enabled: true,
  pausedAt: null,
  lastError: null,
  nextFireAt: at,
  cron: "0 3 * * *",
  everySec: null,
  at: null,
};
const byHand = { ...on, cron: null, nextFireAt: null };

test.each([
  [on, "on"],
  [byHand, "on"],
  [{ ...on, lastError: "no such zone" }, "error"],
  [{ ...on, nextFireAt: null }, "ended"],
  [{ ...byHand, everySec: 90 }, "ended"],
  [{ ...byHand, at }, "ended"],
  [{ ...on, nextFireAt: null, lastError: "no such zone" }, "error"],
  [{ ...on, nextFireAt: null, pausedAt: at }, "paused"],
  [{ ...on, pausedAt: at, lastError: "no such zone" }, "paused"],
  [{ ...on, enabled: false, pausedAt: at }, "off"],
  [{ ...on, retiredAt: at, enabled: false }, "retired"],
])("%j is %s", (schedule, state) => {
  expect(scheduleState(schedule)).toBe(state);
});
