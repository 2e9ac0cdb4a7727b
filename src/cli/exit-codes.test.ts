import { expect, test } from "vitest";
import { BelfryError, type ErrorCode, errorTable } from "../core/errors.js";
import { ApiProblem } from "../client/api-problem.js";
import { exitCodeOf, exitCodes } from "./exit-codes.js";

const failures: number[] = Object.values(exitCodes).flatMap(({ code }) => (code === 0 ? [] : [code]));

test.each(Object.keys(errorTable) as ErrorCode[])("%s has an exit code of the table other than 0", (code) => {
  expect(failures).toContain(exitCodeOf(new BelfryError(code, "")));
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
