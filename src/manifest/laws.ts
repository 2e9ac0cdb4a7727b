import type { z } from "zod";
import { BelfryError } from "../core/errors.js";

/** What a law of core says against a value, in the law's own words; null: nothing. */
export function saidAgainst(law: () => unknown): string | null {
  try {
    law();
    return null;
  } catch (error) {
    if (error instanceof BelfryError) return error.message;
    throw error;
  }
}

/** A check by a law of core. To be given to `superRefine` of a zod shape. */
export function obeys<Value>(law: (value: Value) => unknown) {
  return (value: Value, context: z.RefinementCtx): void => {
    const message = saidAgainst(() => law(value));
    if (message !== null) context.addIssue({ code: "custom", message });
  };
}
