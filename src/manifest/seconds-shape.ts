import { z } from "zod";
import { parseDuration } from "../core/duration.js";
import { obeys } from "./laws.js";
import { mustBe } from "./words.js";

/** A duration, as seconds that obey the law. */
export function secondsShape(law: (seconds: number) => unknown) {
  return z
    .union([z.string(), z.number()], mustBe("a duration, such as 90s, 15m or 1h30m, or a number of seconds"))
    .superRefine(obeys((duration) => law(secondsOf(duration))))
    .transform(secondsOf);
}

function secondsOf(duration: string | number): number {
  return parseDuration(duration) / 1000;
}
