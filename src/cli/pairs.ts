import { BelfryError } from "../core/errors.js";

/** Reads an option that is given once for each `NAME=VALUE`. The value may have further equals signs. */
export function pairsOf(
  option: string,
): (text: string, before: Record<string, string>) => Record<string, string> {
  return (text, before) => {
    const at = text.indexOf("=");
    if (at > 0) return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
    throw new BelfryError("invalid_request", `"${text}" is out of place for ${option}: write NAME=VALUE.`);
  };
}
