import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { canMove, isFinal, runCan, runMoves } from "../src/core/run-state.js";
import { errorKinds, runStatuses, skipReasons } from "../src/core/run.js";

const page = await readFile(new URL("../docs/states.md", import.meta.url), "utf8");
const migration = await readFile(new URL("../migrations/0001_initial.sql", import.meta.url), "utf8");

/** The words in the first column of the table under a heading. */
function tableWords(heading: RegExp): string[] {
  const section = page.split(/^#+ /m).find((part) => heading.test(part))!;
  return [...section.matchAll(/^\| `(\w+)` \|/gm)].map((match) => match[1]!);
}

test("docs/states.md draws the moves that the code allows, and no others", () => {
  const drawn = [...page.matchAll(/^ {2}(\w+) --> (\w+)$/gm)].map((match) => `${match[1]} -> ${match[2]}`);
  const allowed = Object.entries(runMoves).flatMap(([from, to]) =>
    to.map((status) => `${from} -> ${status}`),
  );
  expect(drawn.toSorted()).toEqual(allowed.toSorted());
});

test("docs/states.md explains every status, error kind and skip reason", () => {
  expect(tableWords(/^The states/)).toEqual([...runStatuses]);
  expect(tableWords(/^Why a run failed/)).toEqual([...errorKinds]);
  expect(tableWords(/^Why a fire did not run/)).toEqual([...skipReasons]);
});

test("the database knows the same statuses, and the same ones as final", () => {
  const known = /runs_status check \(status in\s*\(([^)]*)\)/.exec(migration)![1]!;
  const final = /runs_finished check\s*\(\(status in \(([^)]*)\)/.exec(migration)![1]!;
  const words = (list: string) => list.split(",").map((word) => word.trim().replaceAll("'", ""));
  expect(words(known)).toEqual([...runStatuses]);
  expect(words(final)).toEqual(runStatuses.filter(isFinal));
});

test("a final status is final: nothing can be done to it, but a backfill may take up what was skipped", () => {
  for (const status of runStatuses.filter(isFinal)) {
    const moves = status === "skipped" ? ["pending"] : [];
    expect(runStatuses.filter((to) => canMove(status, to))).toEqual(moves);
    expect(runCan.cancel({ status })).toBe(`The run has already ended: it is ${status}.`);
  }
  expect(runCan.cancel({ status: "running" })).toBeNull();
});
