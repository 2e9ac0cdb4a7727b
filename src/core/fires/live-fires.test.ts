import { expect, test } from "vitest";
import { blackoutsOf } from "../blackout/blackouts.js";
import type { FireTimes } from "./fire-times.js";
import { BlackedOutFires, LiveFires } from "./live-fires.js";
import { timingDefaults, readyTiming } from "./timing.js";
import { zoneOf } from "../clock/zone.js";

const now = Date.parse("2026-11-23T12:00:00Z");
const weekends = blackoutsOf([{ when: "SAT-SUN", reason: null }], zoneOf("UTC"));

/** The fires of an expression, and how often they were asked for. */
function counted(cron: string): FireTimes & { asked: () => number } {
  const { fires } = readyTiming({ ...timingDefaults, name: "job", cron });
  let asked = 0;
  return {
    after: (ms) => {
      asked += 1;
      return fires.after(ms);
    },
    count: (afterMs, untilMs) => fires.count(afterMs, untilMs),
    nominalOf: (ms) => ms,
    asked: () => asked,
  };
}

test("what fires in office hours only is not looked for in all the weekends to come", () => {
  const office = counted("*/7 9-17 * * MON-FRI");
  expect(new BlackedOutFires(office, weekends, now).after(now - 3 * 86_400_000)).toBeNaN();
  expect(office.asked()).toBeLessThan(5);
});

test("what fires at weekends only is not looked for in all the weeks to come", () => {
  const weekend = counted("0 3 * * SAT");
  expect(new LiveFires(weekend, weekends, now).after(now - 3 * 86_400_000)).toBeNaN();
  expect(weekend.asked()).toBeLessThan(5);
});

test("what never comes outside of a blackout is said to never come, after a bounded look", () => {
  const weekend = counted("0 3 * * SAT");
  expect(new LiveFires(weekend, weekends).after(now)).toBeNaN();
  expect(weekend.asked()).toBeLessThan(6000);
});
