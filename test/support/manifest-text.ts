import * as fc from "fast-check";
import { expect } from "vitest";
import { ManifestError } from "../../src/manifest/problem.js";

/** A manifest of one schedule whose first line is the fourth of the file. */
export function withLines(...lines: string[]): string {
  return ["version: 1", "schedules:", "  a:", ...lines.map((line) => `    ${line}`), ""].join("\n");
}

/** What is wrong with a text, by whoever reads it. */
export function problemsOf(read: () => unknown): ManifestError["problems"] {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof ManifestError && error.problems.length > 0) return error.problems;
    throw error;
  }
}

/** Reads manifests whose schedule or defaults have any of these keys and values: each is right, or says well what is not. */
export function expectHonestProblems(
  read: (text: string) => unknown,
  { keys, values, numRuns }: { keys: readonly string[]; values: readonly string[]; numRuns: number },
): void {
  const someLine = fc
    .tuple(fc.constantFrom(...keys), fc.constantFrom(...values))
    .map(([key, value]) => `${key}: ${value}`);
  fc.assert(
    fc.property(fc.array(someLine, { maxLength: 6 }), fc.boolean(), (lines, isDefault) => {
      const text = isDefault
        ? `version: 1\ndefaults:\n${lines.map((each) => `    ${each}\n`).join("")}\nschedules: { a: { run: x } }\n`
        : withLines("run: x", ...lines);
      const told = problemsOf(() => read(text));
      expect(new Set(told.map((each) => JSON.stringify(each))).size).toBe(told.length);
      for (const { line, column, message } of told) {
        expect(text.split("\n")[line - 1]!.length).toBeGreaterThanOrEqual(column - 1);
        expect(message).toMatch(/^\S.*[.?]$/);
      }
    }),
    { numRuns },
  );
}
