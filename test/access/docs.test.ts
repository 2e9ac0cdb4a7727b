import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { rights, rightsOf, rightsTable, roles } from "../../src/core/rights.js";

const page = readFileSync(new URL("../../docs/access.md", import.meta.url), "utf8");

test("docs/access.md has the table of rights as the code has it", () => {
  const rows = page.split("\n").filter((line) => line.startsWith("| `"));
  const expected = rights.map((right) => {
    const marks = roles.map((role) => (rightsOf[role].includes(right) ? "yes" : "no"));
    return `| \`${right}\` | ${marks.join(" | ")} | ${rightsTable[right]} |`;
  });
  expect(rows).toEqual(expected);
});
