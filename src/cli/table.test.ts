import { expect, test } from "vitest";
import { renderTable } from "./table.js";

const red = (text: string) => `\u001b[31m${text}\u001b[39m`;

test("columns stand side by side whatever their cells are written in", () => {
  const rows = [
    ["NAME", "STATUS", ""],
    ["backup", red("failed"), "in 3 min"],
    ["バックアップ", "on", "x"],
    ["cafe\u0301 🚀", "on", ""],
  ];
  expect(renderTable(rows)).toBe(
    [
      "NAME          STATUS",
      `backup        ${red("failed")}  in 3 min`,
      "バックアップ  on      x",
      "cafe\u0301 🚀       on",
      "",
    ].join("\n"),
  );
});

test("a table without rows is nothing", () => {
  expect(renderTable([])).toBe("");
});
