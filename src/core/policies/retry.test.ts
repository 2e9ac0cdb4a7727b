import { describe, expect, it } from "vitest";
import type { ErrorKind } from "../run.js";
import { retryDefaults, type RetryPolicy, verdictOf } from "./retry.js";

const policy = (fields: Partial<RetryPolicy> = {}): RetryPolicy => ({
  attempts: 3,
  ...retryDefaults,
  on: [...retryDefaults.on],
  ...fields,
});

const ended = (errorKind: ErrorKind, exitCode: number | null = null) => ({ errorKind, exitCode });
const first = { failures: 0, chance: 1 };

function kindOf(
  failure: ReturnType<typeof ended>,
  retry: RetryPolicy | null,
  exitCodes: Parameters<typeof verdictOf>[0]["exitCodes"] = {},
  failures = 0,
): string {
  return verdictOf({ retry, exitCodes }, failure, { failures, chance: 1 }).kind;
}

describe("what becomes of a failed attempt", () => {
  it.each<[string, string]>([
    ["without a policy the run fails", kindOf(ended("exit_code", 1), null)],
    ["the last attempt is the last", kindOf(ended("exit_code", 1), policy(), {}, 2)],
    ["what is not named is not tried again", kindOf(ended("spawn"), policy())],
    ["a code beside the named ones is not tried again", kindOf(ended("exit_code", 3), policy({ on: [2] }))],
    ["a code that means failure is final", kindOf(ended("exit_code", 2), policy(), { "2": "fail" })],
    ["a code that asks for more than there is fails", kindOf(ended("exit_code", 2), null, { "2": "retry" })],
    ["a signal has no exit code", kindOf(ended("signal"), policy({ on: [9] }))],
  ])("%s", (_, kind) => expect(kind).toBe("fail"));

  it.each<[string, string]>([
    ["an exit code", kindOf(ended("exit_code", 1), policy())],
    ["a timeout", kindOf(ended("timeout"), policy())],
    ["a runner that went away", kindOf(ended("shutdown"), policy({ on: ["shutdown"] }))],
    ["the code that is named", kindOf(ended("exit_code", 75), policy({ on: [75] }))],
    ["a code that says so itself", kindOf(ended("exit_code", 75), policy({ on: [2] }), { "75": "retry" })],
    ["the second of three", kindOf(ended("exit_code", 1), policy(), {}, 1)],
  ])("is tried again after %s", (_, kind) => expect(kind).toBe("retry"));

  it("is no failure if the code says that there was nothing to do", () => {
    expect(kindOf(ended("exit_code", 99), policy(), { "99": "skip" })).toBe("skip");
  });
});

describe("the pause before the next attempt", () => {
  const delays = (fields: Partial<RetryPolicy>) =>
    [0, 1, 2, 3, 50].map((failures) => {
      const verdict = verdictOf(
        { retry: policy({ attempts: 100, ...fields }), exitCodes: {} },
        ended("timeout"),
        { failures, chance: 1 },
      );
      return verdict.kind === "retry" ? verdict.delayMs / 1000 : verdict.kind;
    });

  it("doubles up to its limit", () => {
    expect(delays({ delaySec: 30, maxDelaySec: 200 })).toEqual([30, 60, 120, 200, 200]);
  });

  it("stays the same if it is fixed", () => {
    expect(delays({ backoff: "fixed", delaySec: 30 })).toEqual([30, 30, 30, 30, 30]);
  });

  it("is shorter by up to a quarter, by chance", () => {
    const retry = policy({ delaySec: 40 });
    expect(verdictOf({ retry, exitCodes: {} }, ended("timeout"), { ...first, chance: 0 })).toEqual({
      kind: "retry",
      delayMs: 30_000,
    });
  });
});
