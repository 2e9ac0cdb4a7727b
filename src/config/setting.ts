import { z } from "zod";

type Raw = string | number | boolean;

/** One setting: `read` makes its value of what a flag or a variable says, or answers undefined if `right` is not met. */
export function setting<Value>(read: (raw: Raw) => Value | undefined, right: string) {
  return z.union([z.string(), z.number(), z.boolean()], { error: right }).transform((raw, context): Value => {
    const value = read(raw);
    if (value !== undefined) return value;
    context.addIssue({ code: "custom", message: right });
    return z.NEVER;
  });
}

export function text(right: string, law: RegExp) {
  return setting((raw) => (typeof raw === "string" && law.test(raw) ? raw : undefined), right);
}

export function word<const Word extends string>(words: readonly Word[]) {
  return setting((raw) => words.find((each) => each === raw), `Write one of ${words.join(", ")}.`);
}

/** A number that `read` finds in a text, within bounds. */
export function number(read: (raw: Raw) => number | undefined, least: number, most: number, right: string) {
  return setting((raw) => {
    const value = read(raw);
    return value !== undefined && value >= least && value <= most ? value : undefined;
  }, right);
}
