import { expect, test } from "vitest";
import { breakerOf, type BreakerState, isHeldUp } from "./breaker.js";

const at = (time: string) => Date.parse(`2026-07-01T${time}:00Z`);
const policy = { pauseAfter: 3, coolDownSec: 900 };
const closed = { state: "closed", sinceMs: null, probeMs: null };

test.each<[string, failures: number, endedMs: number | null, now: string, state: BreakerState]>([
  ["no run has ended yet", 0, null, "12:00", "closed"],
  ["fewer have failed", 2, at("11:59"), "12:00", "closed"],
  ["as many have failed in a row", 3, at("11:59"), "12:00", "open"],
  ["the cool-down is nearly over", 3, at("11:46"), "12:00", "open"],
  ["the cool-down is over", 3, at("11:45"), "12:00", "half_open"],
  ["it has long been over", 3, at("01:00"), "12:00", "half_open"],
  ["the database's clock has gone back since", 3, at("13:00"), "12:00", "open"],
])("%s: %i failures, the last at %j, seen at %s: %s", (_, failures, endedMs, now, state) => {
  expect(breakerOf(policy, { failures, endedMs }, at(now)).state).toBe(state);
});

test("one that is open says since when, and from when on a run may try again", () => {
  expect(breakerOf(policy, { failures: 3, endedMs: at("11:50") }, at("12:00"))).toEqual({
    state: "open",
    sinceMs: at("11:50"),
    probeMs: at("12:05"),
  });
});

test("a schedule without the policy has none that could open", () => {
  const none = { pauseAfter: null, coolDownSec: 900 };
  expect(breakerOf(none, { failures: 99, endedMs: at("11:59") }, at("12:00"))).toEqual(closed);
});

test.each<[BreakerState, activeCount: number, heldUp: boolean]>([
  ["closed", 0, false],
  ["closed", 5, false],
  ["open", 0, true],
  ["open", 5, true],
  ["half_open", 0, false],
  ["half_open", 1, true],
])("%s, with %i runs that have not ended: a fire is held up: %s", (state, activeCount, heldUp) => {
  expect(isHeldUp(state, activeCount)).toBe(heldUp);
});
