import { expect, test } from "vitest";
import { type Timing, timingDefaults } from "./timing.js";
import { timingJson, timingOf } from "./timing-json.js";

const timings: [string, Timing][] = [
  ["nothing but the defaults", timingDefaults],
  ["expressions", { ...timingDefaults, cron: "0 9 * * *\nH 17 * * SAT", timezone: "Europe/Berlin" }],
  [
    "each field",
    {
      ...timingDefaults,
      everySec: 5400,
      anchorAt: new Date("2026-01-01T00:00:00Z"),
      startsAt: new Date("2026-02-01T00:00:00.500Z"),
      endsAt: new Date("2026-12-31T22:59:59.999Z"),
      maxRuns: 10,
      spreadSec: 600,
      dst: { gap: "skip", fold: "both" },
      blackouts: [
        { when: "12-25", reason: "Christmas Day" },
        { when: "SAT-SUN", reason: null },
      ],
      blackoutPolicy: "defer",
      catchUp: "all",
      catchUpWindowSec: 21_600,
    },
  ],
  ["one instant", { ...timingDefaults, at: new Date("2026-12-24T17:00:00Z") }],
];

test.each(timings)("a timing of %s goes through JSON unharmed", (_, timing) => {
  expect(timingOf(JSON.parse(JSON.stringify(timingJson(timing))))).toEqual(timing);
});

test("other fields of a schedule stay outside", () => {
  const secret = { ...timingDefaults, env: { PASSWORD: "hunter2" } };
  expect(Object.keys(timingJson(secret))).toEqual(Object.keys(timingDefaults));
  expect(Object.keys(timingOf({ ...timingJson(timingDefaults), env: {} } as never))).toEqual(
    Object.keys(timingDefaults),
  );
});
