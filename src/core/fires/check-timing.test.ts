import { describe, expect, test } from "vitest";
import { checkTiming } from "./check-timing.js";
import { timingDefaults } from "./timing.js";

const check = (timing: object) => () => checkTiming({ ...timingDefaults, name: "job", ...timing });
const day = (text: string) => new Date(`${text}T00:00:00Z`);

describe("a timing", () => {
  test.each<[string, object]>([
    ["of nothing at all: it runs by hand", {}],
    ["of several expressions", { cron: "0 9 * * *\n0 17 * * SAT\n" }],
    ["of an interval with an anchor", { everySec: 5400, anchorAt: day("2026-01-01") }],
    ["of one instant", { at: day("2026-12-24") }],
    [
      "with bounds, a spread and a limit",
      {
        cron: "0 9 * * *",
        startsAt: day("2026-01-01"),
        endsAt: day("2026-12-31"),
        spreadSec: 600,
        maxRuns: 3,
      },
    ],
    [
      "with blackouts",
      { cron: "0 9 * * *", blackouts: [{ when: "SAT-SUN", reason: null }], blackoutPolicy: "defer" },
    ],
    [
      "with rules for clock changes and missed fires",
      {
        cron: "0 9 * * *",
        dst: { gap: "skip", fold: "both" },
        catchUp: "all",
        catchUpWindowSec: 3600,
      },
    ],
    ["of the name that H needs", { cron: "H H(0-5) * * *" }],
  ])("is taken: %s", (_, timing) => {
    expect(check(timing)).not.toThrow();
  });

  test.each<[object, RegExp]>([
    [{ cron: "0 9 * * *", everySec: 60 }, /Keep one of the three/],
    [{ everySec: 60, at: day("2026-01-01") }, /Keep one of the three/],
    [{ everySec: 0 }, /from 1 second to 366 days/],
    [{ everySec: 1.5 }, /whole seconds/],
    [{ anchorAt: day("2026-01-01") }, /Add every, or take the anchor away/],
    [{ cron: "0 9 * * *", anchorAt: day("2026-01-01") }, /Add every, or take the anchor away/],
    [{ at: new Date(NaN) }, /valid Date in the years 1900 to 2199/],
    [{ at: "2026-12-24" }, /valid Date/],
    [{ cron: "0 9 * * *", maxRuns: 0 }, /whole number from 1 to 2147483647/],
    [{ cron: "0 9 * * *", maxRuns: 1e10 }, /whole number from 1 to 2147483647/],
    [{ cron: "0 9 * * *", spreadSec: 100_000 }, /at most a day/],
    [{ cron: "0 9 * * *", dst: { gap: "later", fold: "first" } }, /"later".*Write next-valid or skip/],
    [{ cron: "0 9 * * *", dst: null }, /Write next-valid or skip/],
    [{ cron: "0 9 * * *", dst: { gap: "skip", fold: "twice" } }, /Write first, last or both/],
    [{ cron: "0 9 * * *", blackoutPolicy: "wait" }, /Write skip or defer/],
    [{ cron: "0 9 * * *", blackouts: [{ when: "SAT-XYZ", reason: null }] }, /XYZ/],
    [{ cron: "0 9 * * *", catchUp: "newest" }, /Write latest, none or all/],
    [{ cron: "0 9 * * *", catchUpWindowSec: 0 }, /from 1 second to 366 days/],
    [{ cron: "0 9 * * *", startsAt: day("2026-02-01"), endsAt: day("2026-01-01") }, /Turn them round/],
    [{ cron: "0 0 29 2 *", startsAt: day("2026-01-01"), endsAt: day("2027-12-31") }, /never fires between/],
    [{ at: day("2026-06-01"), endsAt: day("2026-05-01") }, /never fires between/],
    [{ spreadSec: 60 }, /Add cron, every or at/],
    [{ maxRuns: 2 }, /Add cron, every or at/],
    [{ timezone: 2 }, /Europe\/Berlin/],
    [{ cron: 5 }, /text such as/],
  ])("is refused: %j", (timing, words) => {
    expect(check(timing)).toThrow(words);
  });
});
