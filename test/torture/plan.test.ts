import { expect, test } from "vitest";
import { nextFire } from "../../src/core/fires/next-fire.js";
import { fireAfter } from "../../torture/checker/grid.js";
import { faultKinds, planFaults } from "../../torture/faults/plan.js";
import { planSchedules } from "../../torture/schedules.js";
import { drawFrom } from "../support/draw.js";

const scale = { durationMs: 3_600_000, servers: 3, hosts: 2, leaseMs: 6000 };

test("the same seed plans the same faults, another seed others", () => {
  expect(planFaults(scale, drawFrom(7))).toEqual(planFaults(scale, drawFrom(7)));
  expect(planFaults(scale, drawFrom(7))).not.toEqual(planFaults(scale, drawFrom(8)));
});

test("a shorter run has the beginning of a longer one's faults", () => {
  const long = planFaults(scale, drawFrom(7));
  const short = planFaults({ ...scale, durationMs: 60_000 }, drawFrom(7));
  expect(short.length).toBeGreaterThan(10);
  expect(long.slice(0, short.length)).toEqual(short);
});

test("in an hour each kind of fault comes", () => {
  const kinds = new Set(planFaults(scale, drawFrom(7)).map(({ kind }) => kind));
  expect([...kinds].sort()).toEqual([...faultKinds].sort());
});

test("the times that the manifest says are those that the checker counts with", () => {
  const base = new Date("2026-03-04T05:06:07.5Z");
  for (const { name, times } of planSchedules(500, drawFrom(1), "job.sh")) {
    const { cron, timezone, every } = times.entry as { cron?: string; timezone?: string; every?: string };
    if (cron === undefined) expect(every).toBe(`${times.grid.periodSec}s`);
    else expect(nextFire(cron, timezone!, base)?.getTime(), name).toBe(fireAfter(times.grid, base.getTime()));
  }
});
