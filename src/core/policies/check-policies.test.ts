import { describe, expect, test } from "vitest";
import { checkPolicies } from "./check-policies.js";
import { completeRetry } from "./complete-retry.js";
import { policyDefaults } from "./policies.js";

const check = (policies: object) => () => checkPolicies({ ...policyDefaults, overlap: "skip", ...policies });
const retry = (fields: object = {}) => ({ retry: { ...completeRetry({ attempts: 3 }), ...fields } });
const day = 86_400;

describe("the policies of a schedule", () => {
  test.each<[string, object]>([
    ["nothing at all", {}],
    ["a retry", retry()],
    [
      "the most of a retry",
      retry({ attempts: 100, delaySec: 30 * day, maxDelaySec: 30 * day, on: ["spawn", 255] }),
    ],
    ["no pause between attempts", retry({ backoff: "fixed", delaySec: 0, maxDelaySec: 0 })],
    ["a code that is tried again", { ...retry(), exitCodes: { "75": "retry", "99": "skip", "1": "fail" } }],
    ["codes that mean nothing to do, and no retry", { exitCodes: { "99": "skip" } }],
    ["no grace", { graceSec: 0 }],
    ["an hour of grace", { graceSec: 3600 }],
    ["a queue of none", { overlap: "queue", queueDepth: 0 }],
    ["a queue behind several", { overlap: "concurrent", maxConcurrent: 3, queueDepth: 10 }],
    ["several at once", { maxConcurrent: 10_000 }],
    ["a group", { concurrencyGroup: { name: "database / 夜", limit: 2 } }],
    ["the lowest priority", { priority: -100 }],
    ["the highest priority", { priority: 100 }],
    ["a deadline", { startDeadlineSec: 1 }],
    ["a circuit breaker", { pauseAfter: 1, coolDownSec: 30 * day }],
    ["a history", { keepSec: 60, keepRuns: 1 }],
  ])("may be %s", (_, policies) => {
    expect(check(policies)).not.toThrow();
  });

  test.each<[object, RegExp]>([
    [{ retry: 3 }, /has attempts, backoff, delay/],
    [{ retry: undefined }, /or it is null/],
    [retry({ attempts: 1 }), /from 2 to 100, the first one included; this is 1\./],
    [retry({ attempts: 101 }), /from 2 to 100/],
    [retry({ attempts: "3" }), /this is "3"\./],
    [retry({ backoff: "linear" }), /"linear" does not say how .* grow. Write fixed or exponential\./],
    [retry({ delaySec: -1 }), /at most 30 days/],
    [retry({ delaySec: 0.5 }), /whole seconds/],
    [retry({ maxDelaySec: 30 * day + 1 }), /longest delay.*at most 30 days/],
    [retry({ delaySec: 60, maxDelaySec: 30 }), /longer than its longest delay/],
    [retry({ on: [] }), /a list of failures and exit codes/],
    [retry({ on: "timeout" }), /a list of failures and exit codes/],
    [retry({ on: ["crash"] }), /"crash" is not a failure. Write exit_code, .*, or an exit code\./],
    [retry({ on: [0] }), /from 1 to 255; this is 0/],
    [retry({ on: [256] }), /from 1 to 255; this is 256/],
    [retry({ on: [75, "timeout", 75] }), /75 is there twice/],
    [{ exitCodes: null }, /a map of codes/],
    [{ exitCodes: ["retry"] }, /a map of codes/],
    [{ exitCodes: { "0": "skip" } }, /"0" is not an exit code of a command that fails/],
    [{ exitCodes: { "256": "skip" } }, /from 1 to 255/],
    [{ exitCodes: { "075": "skip" } }, /"075" is not an exit code/],
    [{ exitCodes: { "75": "again" } }, /"again" does not say what an exit code means. Write skip, retry or/],
    [{ exitCodes: { "75": "retry" } }, /Exit code 75 asks for a retry, and there is none/],
    [{ graceSec: -1 }, /from 0 to 3600/],
    [{ graceSec: 3601 }, /from 0 to 3600/],
    [{ graceSec: null }, /from 0 to 3600/],
    [{ overlap: "queue", queueDepth: -1 }, /from 0 to 1000000/],
    [{ overlap: "skip", queueDepth: 1 }, /needs runs that wait/],
    [{ overlap: "replace", queueDepth: 1 }, /needs runs that wait/],
    [{ overlap: "concurrent", queueDepth: 1 }, /needs runs that wait/],
    [{ maxConcurrent: 0 }, /from 1 to 10000; this is 0/],
    [{ maxConcurrent: undefined }, /from 1 to 10000/],
    [{ concurrencyGroup: "database" }, /a name and a limit, or null/],
    [{ concurrencyGroup: { name: "", limit: 1 } }, /A concurrency group needs a name of 1 to 200/],
    [{ concurrencyGroup: { name: " a", limit: 1 } }, /blank/],
    [{ concurrencyGroup: { name: "a\u200bb", limit: 1 } }, /cannot be seen/],
    [{ concurrencyGroup: { name: "x".repeat(201), limit: 1 } }, /A concurrency group's name has at most 200/],
    [
      { concurrencyGroup: { name: "a" } },
      /limit of a concurrency group .* this is a value of type undefined/,
    ],
    [{ concurrencyGroup: { name: "a", limit: 10_001 } }, /from 1 to 10000/],
    [{ priority: 101 }, /from -100 to 100/],
    [{ priority: "high" }, /this is "high"/],
    [{ startDeadlineSec: 0 }, /from 1 second to 365 days/],
    [{ startDeadlineSec: 365 * day + 1 }, /from 1 second to 365 days/],
    [{ pauseAfter: 0 }, /from 1 to 1000/],
    [{ coolDownSec: 0 }, /from 1 second to 30 days/],
    [{ coolDownSec: null }, /from 1 second to 30 days/],
    [{ keepSec: 59 }, /from 1 minute to 20000 days/],
    [{ keepRuns: 0 }, /from 1 to 1000000000/],
  ])("may not be %j", (policies, words) => {
    expect(check(policies)).toThrow(words);
  });
});

describe("a retry of which only the attempts are said", () => {
  test("has the defaults for all the rest", () => {
    expect(completeRetry({ attempts: 3 })).toEqual({
      attempts: 3,
      backoff: "exponential",
      delaySec: 30,
      maxDelaySec: 3600,
      on: ["exit_code", "signal", "timeout", "dispatch", "shutdown", "secret"],
    });
  });

  test.each([{ delaySec: 7200 }, { maxDelaySec: 10 }])("may have one unusual delay: %j", (delays) => {
    expect(check({ retry: completeRetry({ attempts: 3, ...delays }) })).not.toThrow();
  });
});
