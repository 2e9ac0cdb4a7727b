import { z } from "zod";
import { obeys } from "./laws.js";
import { mustBe } from "./words.js";

/** A whole number that obeys the law; `right` says what to write, such as "a whole number, such as 3". */
export function countShape(right: string, law: (count: number) => unknown) {
  return z.number(mustBe(right)).superRefine(obeys(law));
}
