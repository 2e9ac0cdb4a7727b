import { clockChanges, effectOn } from "../../src/core/clock/clock-changes.js";
import { wordsFor } from "../../src/core/clock/clock-change-words.js";
import { countFires } from "../../src/core/fires/count-fires.js";
import { cronsOf } from "../../src/core/cron/cron.js";
import { type DstRule, onceADay } from "../../src/core/clock/dst-rule.js";
import { BelfryError } from "../../src/core/errors.js";
import { lintCron } from "../../src/core/lint/lint-cron.js";
import { nextFire, nextFireMs } from "../../src/core/fires/next-fire.js";
import { stableHash } from "../../src/core/stable-hash.js";
import { zoneOf } from "../../src/core/clock/zone.js";

const asShown: DstRule = { gap: "skip", fold: "both" };

/** Expression, zone, and from when on. The changes of these zones are past and settled, whatever the age of the zone data. */
const cases: [text: string, timeZone: string, from: string, dst?: DstRule][] = [
  ["* * * * *", "UTC", "2020-02-28T23:58:00Z"],
  ["*/20 30 9 * * *", "UTC", "2020-02-28T23:58:00Z"],
  ["30 2 * * *", "Europe/Berlin", "2019-03-30T00:00:00Z"],
  ["30 2 * * *", "Europe/Berlin", "2019-10-26T00:00:00Z"],
  ["30 2 * * *", "Europe/Berlin", "2019-03-30T00:00:00Z", asShown],
  ["30 2 * * *", "Europe/Berlin", "2019-10-26T00:00:00Z", asShown],
  ["*/15 * * * *", "Europe/Berlin", "2019-10-27T00:00:00Z"],
  ["0 9 * * MON-FRI", "America/New_York", "2018-03-09T00:00:00Z"],
  ["30 1 * * *", "America/New_York", "2018-11-03T00:00:00Z"],
  ["15 2 * * *", "Australia/Lord_Howe", "2018-10-05T00:00:00Z"],
  ["45 1 * * *", "Australia/Lord_Howe", "2019-04-05T00:00:00Z"],
  ["0 0 * * *", "America/Sao_Paulo", "2018-11-02T00:00:00Z"],
  ["0 12 * * *", "Pacific/Apia", "2011-12-28T00:00:00Z"],
  ["0 12 * * *", "Asia/Kolkata", "2015-06-01T00:00:00Z"],
  ["0 0 29 2 *", "UTC", "2015-06-01T00:00:00Z"],
  ["0 0 13 * FRI", "UTC", "2015-06-01T00:00:00Z"],
  ["0 18 L,15W * *", "Europe/Berlin", "2015-06-01T00:00:00Z"],
  ["0 18 * * MON#2,FRIL", "Europe/Berlin", "2015-06-01T00:00:00Z"],
  ["H H(0-5) * * *", "Europe/Berlin", "2015-06-01T00:00:00Z"],
  ["H/15 * * * *", "Asia/Tokyo", "2015-06-01T00:00:00Z"],
  ["0 9 * * MON-FRI\n30 10 * * SAT,SUN", "Asia/Tokyo", "2015-06-01T00:00:00Z"],
];

const wrong: [text: string, timeZone: string][] = [
  ["61 * * * *", "UTC"],
  ["0 9 * * MON-FIR", "UTC"],
  ["0 9 * *", "UTC"],
  ["0 9 * * *", "Europe/Berln"],
];

/** What the core answers where this runs, as plain data: fires, counts, words and errors. */
export function coreAnswers() {
  return {
    fires: cases.map((one) => firesOf(...one)),
    errors: wrong.map(errorOf),
    words: words(),
    hash: hash(),
  };
}

function firesOf(text: string, timeZone: string, from: string, dst: DstRule = onceADay) {
  const zone = zoneOf(timeZone);
  return cronsOf(text, "nightly backup").map((spec) => {
    const fires: string[] = [];
    let ms = Date.parse(from);
    while (fires.length < 8) {
      ms = nextFireMs(spec, zone, ms, dst);
      fires.push(new Date(ms).toISOString());
    }
    return { resolved: spec.resolved, fires, count: countFires(spec, zone, Date.parse(from), ms, dst) };
  });
}

function errorOf([text, timeZone]: [text: string, timeZone: string]) {
  try {
    return nextFire(text, timeZone, new Date(0))?.toISOString();
  } catch (error) {
    if (!(error instanceof BelfryError)) throw error;
    return { code: error.code, message: error.message };
  }
}

function words() {
  const [zone, specs] = [zoneOf("Europe/Berlin"), cronsOf("0,30 2 * * *")];
  const changes = clockChanges(zone, Date.UTC(2010, 0, 1), Date.UTC(2020, 0, 1));
  const effects = changes.flatMap((change) => effectOn(specs, zone, onceADay, change) ?? []);
  const lints = lintCron(cronsOf("*/45 0 31 * FRI"), "Europe/Berlin", { nowMs: Date.UTC(2018, 0, 1) });
  return { told: effects.map(wordsFor), lints };
}

function hash() {
  return ["", "backup", "Grüße", "\u{1f514}"].map(stableHash);
}
