import { readFile } from "node:fs/promises";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import { expect, test } from "vitest";
import { clientSource } from "../../scripts/client-source.js";
import { publicDocument } from "../../scripts/public-document.js";

const kept = await readFile(new URL("../../docs/openapi.json", import.meta.url), "utf8");

test("docs/openapi.json says what the routes say; `npx tsx scripts/write-openapi.ts` writes it anew", () => {
  expect(`${JSON.stringify(publicDocument(), null, 2)}\n`).toBe(kept);
});

test("the typed client knows the operations that there are; the same script writes it", async () => {
  const file = new URL("../../src/client/operations.ts", import.meta.url);
  expect(clientSource(publicDocument())).toBe(await readFile(file, "utf8"));
});

test("the document keeps the rules of an independent linter", async () => {
  const config = await createConfig({
    extends: ["recommended"],
    rules: {
      // Every operation has one answer for all that is wrong, `default`: its codes are of one table.
      "operation-4xx-response": "off",
    },
  });
  const problems = await lintFromString({ source: kept, absoluteRef: "openapi.json", config });
  expect(
    problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`),
  ).toEqual([]);
});

test("each operation says who may call it, and what an error looks like", () => {
  const operations = Object.values(publicDocument().paths ?? {}).flatMap((item) =>
    Object.values(item as object),
  );
  expect(operations.length).toBeGreaterThan(25);
  for (const operation of operations) {
    expect(operation["x-belfry-access"], operation.operationId).toEqual(expect.any(String));
    expect(operation.responses.default.content).toEqual({
      "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } },
    });
  }
});
