import { z } from "zod";
import { obeys } from "./laws.js";
import { mustBe } from "./words.js";

/** A word that stands for a policy, which its law knows. */
export function wordShape<Word extends string>(right: string, law: (word: Word) => unknown) {
  return z
    .string(mustBe(right))
    .transform((written) => written as Word)
    .superRefine(obeys(law));
}
