import { expect, test } from "vitest";
import { BelfryError, type ErrorCode, errorTable } from "../core/errors.js";
import { ApiProblem } from "./api-problem.js";
import { exitCodeOf, exitCodes } from "./exit-codes.js";

test("every error has an exit code of the table, and none of them is 0", () => {
  const known: number[] = Object.values(exitCodes).map(({ code }) => code);
  for (const code of Object.keys(errorTable) as ErrorCode[]) {
    const exitCode = exitCodeOf(new BelfryError(code, ""));
    expect(known, code).toContain(exitCode);
    expect(exitCode, code).toBeGreaterThan(0);
  }
});

test.each([
  [400, 2],
  [401, 5],
  [403, 5],
  [404, 4],
  [409, 6],
  [422, 2],
  [500, 1],
  [503, 3],
])("a code that only a newer server knows goes by its status: %d ends in %d", (status, exitCode) => {
  expect(exitCodeOf(new ApiProblem({ code: "quota_exceeded", detail: "", status }))).toBe(exitCode);
});

test("a code that is named like a part of every object is unknown all the same", () => {
  expect(exitCodeOf(new ApiProblem({ code: "constructor", detail: "", status: 404 }))).toBe(4);
});

test("whatever else was thrown is a failure", () => {
  expect(exitCodeOf(new TypeError("x is undefined"))).toBe(1);
  expect(exitCodeOf("thrown as a string")).toBe(1);
});
