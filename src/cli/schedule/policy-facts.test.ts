import { expect, test } from "vitest";
import { completeRetry } from "../../core/policies/complete-retry.js";
import { type Policies, policyDefaults } from "../../core/policies/policies.js";
import { policyFacts } from "./policy-facts.js";

function facts(policies: Partial<Policies>) {
  const told = policyFacts({ ...policyDefaults, ...policies });
  return Object.fromEntries(told.filter(([, value]) => value !== null));
}

test("what was left to the defaults is not told", () => {
  expect(facts({})).toEqual({});
});

test("what was said is told in a few words", () => {
  const policies: Partial<Policies> = {
    retry: completeRetry({ attempts: 3, on: ["timeout", 75] }),
    exitCodes: { "75": "retry", "99": "skip" },
    graceSec: 0,
    queueDepth: 0,
    maxConcurrent: 3,
    concurrencyGroup: { name: "database", limit: 2 },
    priority: -5,
    startDeadlineSec: 600,
    pauseAfter: 5,
    coolDownSec: 900,
    keepSec: 2_592_000,
    keepRuns: 1000,
  };
  expect(facts(policies)).toEqual({
    "at once": "3",
    "queue depth": "0",
    group: "database, 2 at once",
    priority: "-5",
    "start deadline": "10m",
    retry: "3 attempts, exponential from 30s to 1h, on timeout, 75",
    "exit codes": "75 retry, 99 skip",
    pauses: "after 5 failures in a row, tries again after 15m",
    grace: "0s",
    kept: "30d, at most 1000 runs",
  });
});

test.each<[Partial<Policies>, object]>([
  [
    { retry: completeRetry({ attempts: 2, backoff: "fixed", on: ["signal"] }) },
    { retry: "2 attempts, fixed 30s, on signal" },
  ],
  [{ pauseAfter: 1 }, { pauses: "after 1 failure, tries again after 15m" }],
  [{ keepRuns: 1 }, { kept: "at most 1 run" }],
  [{ keepSec: 60 }, { kept: "1m" }],
])("%j reads %j", (policies, told) => {
  expect(facts(policies)).toEqual(told);
});
