import * as fc from "fast-check";
import { expect, test } from "vitest";
import { countFires, countFiresOfAny } from "./count-fires.js";
import { parseCron } from "../cron/cron.js";
import type { DstRule } from "../clock/dst-rule.js";
import { nextFireMs } from "./next-fire.js";
import { type Zone, zoneOf } from "../clock/zone.js";

const zones = fc.constantFrom(
  "UTC",
  "Europe/Berlin",
  "Africa/Cairo",
  "Africa/Casablanca",
  "Australia/Lord_Howe",
  "America/Havana",
  "Pacific/Apia",
);
const expressions = fc.constantFrom(
  "*/13 * * * *",
  "*/10 1-3 * * *",
  "30 2 * * *",
  "30 * * * *",
  "0,30 0,23 * * *",
  "0 2,3 * * SUN",
  "15 22-4/2 */3 * *",
  "0 0 29 2 *",
  "59 1 1-7 3,10,11 MON-FRI",
  "*/20 */7 0 * * *",
  "5/7 */9 2 * * *",
);
const rules = fc.record<DstRule>({
  gap: fc.constantFrom("next-valid", "skip"),
  fold: fc.constantFrom("first", "last", "both"),
});
const changes = fc.constantFrom(
  "2026-03-29",
  "2026-10-25",
  "2026-10-30",
  "2026-04-24",
  "2011-12-30",
  "2026-11-01",
);
const minute = fc.integer({ min: -30 * 60, max: 30 * 60 });
const range = fc
  .tuple(changes, minute, minute)
  .map(([day, a, b]) => [Math.min(a, b), Math.max(a, b)].map((min) => Date.parse(day) + min * 60_000))
  .map(([afterMs, untilMs]) => ({ afterMs: afterMs!, untilMs: untilMs! }));

/** The fires of all the expressions, by walking through them one by one. */
function walk(
  texts: readonly string[],
  zone: Zone,
  { afterMs, untilMs, dst }: { afterMs: number; untilMs: number; dst: DstRule },
): Set<number> {
  const fires = new Set<number>();
  for (const text of texts) {
    const spec = parseCron(text);
    for (let ms = nextFireMs(spec, zone, afterMs, dst); ms <= untilMs; ms = nextFireMs(spec, zone, ms, dst))
      fires.add(ms);
  }
  return fires;
}

test("fires are counted as a walk counts them, whatever is chosen for gaps and folds", () => {
  fc.assert(
    fc.property(expressions, zones, rules, range, (text, timeZone, dst, { afterMs, untilMs }) => {
      const zone = zoneOf(timeZone);
      const counted = countFires(parseCron(text), zone, afterMs, untilMs, dst);
      expect(counted).toBe(walk([text], zone, { afterMs, untilMs, dst }).size);
    }),
    { numRuns: 2000 },
  );
});

test("an instant that several expressions name is counted once", () => {
  const several = fc.array(expressions, { minLength: 2, maxLength: 4 });
  fc.assert(
    fc.property(several, zones, rules, range, (texts, timeZone, dst, { afterMs, untilMs }) => {
      const zone = zoneOf(timeZone);
      const counted = countFiresOfAny(
        texts.map((text) => parseCron(text)),
        zone,
        { afterMs, untilMs, dst },
      );
      expect(counted).toBe(walk(texts, zone, { afterMs, untilMs, dst }).size);
    }),
    { numRuns: 1000 },
  );
});

test("ten years of two expressions, one of which fires each second, are the seconds of ten years", () => {
  const specs = ["* * * * * *", "0 3 * * *"].map((text) => parseCron(text));
  const [afterMs, untilMs] = [Date.UTC(2020, 0, 1), Date.UTC(2030, 0, 1)];
  expect(countFiresOfAny(specs, zoneOf("Europe/Berlin"), { afterMs, untilMs })).toBe(
    (untilMs - afterMs) / 1000,
  );
});
