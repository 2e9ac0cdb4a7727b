import { z } from "zod";
import {
  checkBlackoutPolicy,
  checkCatchUp,
  checkCatchUpWindowSec,
  checkDstRule,
  checkEverySec,
  checkMaxRuns,
  checkSpreadSec,
  checkTimezone,
} from "../core/fires/check-timing.js";
import { type DstRule, onceADay } from "../core/clock/dst-rule.js";
import type { BlackoutPolicy, CatchUpPolicy } from "../core/fires/timing.js";
import { readInstant } from "../core/clock/zoned-instant.js";
import { blackoutShape } from "./blackout-shape.js";
import { countShape } from "./count-shape.js";
import { obeys } from "./laws.js";
import { secondsShape } from "./seconds-shape.js";
import { wordShape } from "./word-shape.js";
import { mustBe } from "./words.js";

const timezone = z.string(mustBe('a time zone, such as "Europe/Berlin"')).superRefine(obeys(checkTimezone));

const oneExpression = z.string(mustBe('an expression in quotes, such as "0 3 * * *"'));

/** One expression a line. They are read beside the shape, because an `H` needs the schedule's name. */
const cron = z
  .union(
    [z.string(), z.array(oneExpression)],
    mustBe('an expression in quotes, such as "0 3 * * *", or a list of them'),
  )
  .transform(oneALine);

// Which instant it is depends on the zone, which may stand in the defaults.
const instant = z.string(mustBe("an instant, such as 2026-12-24T18:00")).superRefine(obeys(readInstant));

export const dstShape = z.strictObject(
  {
    gap: wordShape<DstRule["gap"]>(
      "next-valid or skip",
      obeysDst((gap) => ({ gap })),
    ).optional(),
    fold: wordShape<DstRule["fold"]>(
      "first, last or both",
      obeysDst((fold) => ({ fold })),
    ).optional(),
  },
  mustBe("a map with gap, fold or both, such as { gap: skip }"),
);

/** The keys for time that may stand in `defaults` too. */
export const sharedTimeKeys = {
  timezone: timezone.optional(),
  spread: secondsShape(checkSpreadSec).optional(),
  dst: dstShape.optional(),
  blackouts: z.array(blackoutShape, mustBe("a list, such as [SAT-SUN, 12-25], or [] for none")).optional(),
  blackout: wordShape<BlackoutPolicy>("skip or defer", checkBlackoutPolicy).optional(),
  catch_up: wordShape<CatchUpPolicy>("latest, none or all", checkCatchUp).optional(),
  catch_up_window: secondsShape(checkCatchUpWindowSec).optional(),
};

/** The keys for time that are a schedule's own. */
export const timeKeys = {
  cron: cron.optional(),
  every: secondsShape(checkEverySec).optional(),
  anchor: instant.optional(),
  at: instant.optional(),
  starts_at: instant.optional(),
  ends_at: instant.optional(),
  max_runs: countShape("a whole number, such as 3", checkMaxRuns).optional(),
};

function obeysDst<Word>(part: (word: Word) => object) {
  return (word: Word) => checkDstRule({ ...onceADay, ...part(word) });
}

function oneALine(written: string | string[]): string {
  const text = typeof written === "string" ? written : written.join("\n");
  if (!text.includes("\n")) return text;
  const lines = text.split("\n").map((line) => line.trim());
  return lines.filter((line) => line !== "").join("\n");
}
