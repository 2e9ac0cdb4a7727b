import { wrong } from "./law.js";

// Controls, line separators, lone surrogates, and marks that hide or reorder what is around them.
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u;

/** Throws unless it is a name of 1 to 200 printable characters, with no blank at either end; `owner` has it. */
export function checkName(name: unknown, owner: string): void {
  if (typeof name !== "string" || name === "") throw wrong(`A ${owner} needs a name of 1 to 200 characters.`);
  const { length } = Array.from(name);
  if (length > 200) throw wrong(`A ${owner}'s name has at most 200 characters; this one has ${length}.`);
  if (unprintable.test(name)) {
    throw wrong(
      `The name ${JSON.stringify(name)} has a character that cannot be seen. Use printable ones only.`,
    );
  }
  if (name !== name.trim())
    throw wrong(`The name "${name}" has a blank at its beginning or end. Take it away.`);
}
