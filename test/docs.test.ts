import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { errorTable } from "../src/core/errors.js";

test("docs/errors.md lists every code, its status and what it means", async () => {
  const page = await readFile(new URL("../docs/errors.md", import.meta.url), "utf8");
  const listed = [...page.matchAll(/^\| `(\w+)` \| (\d+) \| (.+) \|$/gm)].map((row) => row.slice(1));
  const table = Object.entries(errorTable).map(([code, { status, means }]) => [code, String(status), means]);
  expect(listed).toEqual(table);
});
