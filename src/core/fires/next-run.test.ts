import { expect, test } from "vitest";
import { nextRunAt } from "./next-run.js";
import { type Timing, timingDefaults } from "./timing.js";

const christmas = [{ when: "12-25 - 12-26", reason: "Christmas" }];
const daily = { cron: "0 3 * * *", timezone: "Europe/Berlin" };

const cases: [string, Partial<Timing>, string | null, string | null][] = [
  ["the next fire, if no blackout skips it", daily, "2026-12-24T02:00:00Z", "2026-12-24T02:00:00Z"],
  [
    "the first fire after the blackout that the next one is in",
    { ...daily, blackouts: christmas },
    "2026-12-25T02:00:00Z",
    "2026-12-27T02:00:00Z",
  ],
  [
    "the deferred fire, if fires wait for the end of a blackout",
    { ...daily, blackouts: christmas, blackoutPolicy: "defer" },
    "2026-12-26T23:00:00Z",
    "2026-12-26T23:00:00Z",
  ],
  ["nothing, if it does not fire", daily, null, null],
  [
    "nothing, if each fire is in a blackout",
    { ...daily, blackouts: [{ when: "MON-SUN", reason: null }] },
    "2026-12-24T02:00:00Z",
    null,
  ],
  [
    "nothing, if blackouts come for ever just when it fires",
    { cron: "0 3 * * SAT", blackouts: [{ when: "SAT-SUN", reason: null }] },
    "2026-12-26T03:00:00Z",
    null,
  ],
  [
    "nothing, if it cannot be worked out",
    { ...daily, blackouts: christmas, timezone: "Europe/Atlantis" },
    "2026-12-24T02:00:00Z",
    null,
  ],
  // A server with older time zone data, or one before an edit, may have written another instant.
  ["a fire that the expression does not name", daily, "2026-12-24T02:17:00Z", "2026-12-24T02:17:00Z"],
];

test.each(cases)("the next run is %s", (_, timing, nextFireAt, expected) => {
  const schedule = { ...timingDefaults, ...timing, name: "nightly" };
  const found = nextRunAt({ ...schedule, nextFireAt: nextFireAt === null ? null : new Date(nextFireAt) });
  expect(found).toEqual(expected === null ? null : new Date(expected));
});
