/** The words for a value of the wrong type: what it is, and what to write. To be given to a zod shape. */
export function mustBe(right: string) {
  return {
    error: (issue: { code?: string; input?: unknown }): string | undefined =>
      issue.code === "unrecognized_keys" ? undefined : `${whatIs(issue.input)} Write ${right}.`,
  };
}

/** A sentence about a value that came out of YAML. Texts and numbers are shown, cut short. */
export function whatIs(value: unknown): string {
  if (value === undefined) return "This is missing.";
  if (value === null) return "This has no value.";
  if (Array.isArray(value)) return "This is a list.";
  if (typeof value === "object") return "This is a map.";
  if (typeof value === "string") return `This is the text ${quoted(value)}.`;
  return typeof value === "number" ? `This is the number ${value}.` : `This is ${value as boolean}.`;
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);
}
