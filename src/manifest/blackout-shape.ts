import { z } from "zod";
import { checkBlackout, checkBlackoutReason } from "../core/blackout/blackout.js";
import { obeys } from "./laws.js";
import { pathShape } from "./path-shape.js";
import { mustBe } from "./words.js";

const when = z
  .string(mustBe("days, dates or times, such as SAT-SUN or 12-24 - 12-26"))
  .superRefine(obeys(checkBlackout));

/** A blackout that is written as a map: a stretch of time, or the file of a calendar. */
export const blackoutMapShape = z
  .strictObject({
    when: when.optional(),
    reason: z
      .string(mustBe("a text, in quotes if need be"))
      .superRefine(obeys(checkBlackoutReason))
      .optional(),
    calendar: pathShape("the file of a calendar, such as holidays.ics").optional(),
  })
  .superRefine((blackout, context) => {
    // A key that is not known may stand for the one that is missing.
    const message = context.issues.length > 0 ? null : whatIsWrong(blackout);
    if (message !== null) context.addIssue({ code: "custom", message });
  });

export type BlackoutEntry = z.output<typeof blackoutMapShape>;

/** One of `blackouts`. */
export const blackoutShape = z
  .union(
    [when, blackoutMapShape],
    mustBe("days, dates or times, such as SAT-SUN or 12-24 - 12-26, or a map with when or calendar"),
  )
  .transform((written): BlackoutEntry => (typeof written === "string" ? { when: written } : written));

function whatIsWrong({ when, reason, calendar }: BlackoutEntry): string | null {
  if (when !== undefined && calendar !== undefined)
    return "This has both when and calendar. Write two blackouts.";
  if (when === undefined && calendar === undefined) {
    return "This does not say when. Write { when: 12-24 - 12-26 } or { calendar: holidays.ics }.";
  }
  if (reason === undefined || when !== undefined) return null;
  return "A calendar has reasons of its own: the titles of its events. Take reason away.";
}
