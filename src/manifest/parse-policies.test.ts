import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { expectHonestProblems, problemsOf, withLines } from "../../test/support/manifest-text.js";
import { parseManifest } from "./parse.js";

const file = resolve("/srv/shop/belfry.yaml");

function read(text: string) {
  return parseManifest(text, file);
}

/** The schedule that runs `x` and has these lines besides. */
function scheduleWith(...lines: string[]) {
  return read(withLines("run: x", ...lines))[0]!;
}

/** The schedule that runs `x` and has these lines besides, below defaults with those. */
function scheduleBelow(defaults: string, ...lines: string[]) {
  const text = `version: 1\ndefaults:\n  { ${defaults} }\nschedules:\n  a:\n    run: x\n`;
  return read(text + lines.map((line) => `    ${line}\n`).join(""))[0]!;
}

/** The lines of the error, without the file. */
function linesOf(text: string): string[] {
  return problemsOf(() => read(text)).map(
    ({ line, column, path, message }) => `${line}:${column} ${path}: ${message}`,
  );
}

const usual = {
  backoff: "exponential",
  delaySec: 30,
  maxDelaySec: 3600,
  on: ["exit_code", "signal", "timeout", "dispatch", "shutdown", "secret"],
};

describe("what becomes of a run that fails", () => {
  it.each([
    ["retry: 3", { ...usual, attempts: 3 }],
    ["retry: { attempts: 2, delay: 0 }", { ...usual, attempts: 2, delaySec: 0 }],
    ["retry: { attempts: 5, delay: 2h }", { ...usual, attempts: 5, delaySec: 7200, maxDelaySec: 7200 }],
    ["retry: { attempts: 5, max_delay: 10s }", { ...usual, attempts: 5, delaySec: 10, maxDelaySec: 10 }],
    [
      "retry: { attempts: 4, backoff: fixed, delay: 1m30s, max_delay: 1d, on: [timeout, spawn, 75] }",
      { attempts: 4, backoff: "fixed", delaySec: 90, maxDelaySec: 86_400, on: ["timeout", "spawn", 75] },
    ],
    ["retry: false", null],
  ])("is said by %s", (line, retry) => {
    expect(scheduleWith(line).retry).toEqual(retry);
  });

  it("is said by its exit code, too", () => {
    expect(scheduleWith("retry: 2", "exit_codes: { 75: retry, 99: skip, 2: fail }").exitCodes).toEqual({
      "2": "fail",
      "75": "retry",
      "99": "skip",
    });
  });

  it("is that the schedule pauses after several", () => {
    expect(scheduleWith("pause_after: 5")).toMatchObject({ pauseAfter: 5, coolDownSec: 900 });
    expect(scheduleWith("pause_after: 1", "cool_down: 1h")).toMatchObject({
      pauseAfter: 1,
      coolDownSec: 3600,
    });
  });
});

describe("how runs are limited and kept", () => {
  it.each<[string[], object]>([
    [["grace: 1m"], { graceSec: 60 }],
    [["overlap: replace"], { overlap: "replace" }],
    [["overlap: queue", "queue_depth: 10"], { overlap: "queue", queueDepth: 10 }],
    [
      ["overlap: concurrent", "max_concurrent: 3", "queue_depth: 0"],
      { overlap: "concurrent", maxConcurrent: 3, queueDepth: 0 },
    ],
    [
      ["concurrency_group: { name: database, limit: 2 }"],
      { concurrencyGroup: { name: "database", limit: 2 } },
    ],
    [["priority: -5"], { priority: -5 }],
    [["start_deadline: 10m"], { startDeadlineSec: 600 }],
    [["keep: 30d"], { keepSec: 2_592_000, keepRuns: null }],
    [["keep: { for: 30d, runs: 1000 }"], { keepSec: 2_592_000, keepRuns: 1000 }],
    [["keep: { runs: 1000 }"], { keepSec: null, keepRuns: 1000 }],
  ])("is said by %j", (lines, policies) => {
    expect(scheduleWith(...lines)).toMatchObject(policies);
  });
});

describe("the defaults for policies", () => {
  it("are for all schedules that say nothing else", () => {
    const common =
      "retry: 3, exit_codes: { 75: retry }, grace: 5s, overlap: queue, queue_depth: 7, max_concurrent: 2, priority: 9, start_deadline: 1h, pause_after: 4, cool_down: 1m, keep: 1d, concurrency_group: { name: g, limit: 1 }";
    const policies = {
      retry: { ...usual, attempts: 3 },
      exitCodes: { "75": "retry" },
      graceSec: 5,
      overlap: "queue",
      queueDepth: 7,
      maxConcurrent: 2,
      priority: 9,
      startDeadlineSec: 3600,
      pauseAfter: 4,
      coolDownSec: 60,
      keepSec: 86_400,
      concurrencyGroup: { name: "g", limit: 1 },
    };
    expect(scheduleBelow(common)).toMatchObject(policies);
    const none = "retry max_concurrent queue_depth start_deadline pause_after concurrency_group".split(" ");
    const lines = [...none.map((key) => `${key}: false`), "exit_codes: { 75: fail }", "priority: 0"];
    expect(scheduleBelow(common, ...lines)).toMatchObject({
      retry: null,
      maxConcurrent: null,
      queueDepth: null,
      startDeadlineSec: null,
      pauseAfter: null,
      concurrencyGroup: null,
      exitCodes: { "75": "fail" },
      priority: 0,
    });
  });

  it.each<[string, string[], object]>([
    ["retry: { delay: 1m, on: [timeout] }", [], { retry: null }],
    [
      "retry: { delay: 1m, on: [timeout] }",
      ["retry: 4"],
      { retry: { ...usual, attempts: 4, delaySec: 60, on: ["timeout"] } },
    ],
    ["retry: 3", ["retry: { backoff: fixed }"], { retry: { ...usual, attempts: 3, backoff: "fixed" } }],
    ["exit_codes: { 75: retry, 99: skip }", [], { exitCodes: { "99": "skip" } }],
    [
      "exit_codes: { 75: retry, 99: skip }",
      ["retry: 2", "exit_codes: { 99: fail, 3: skip }"],
      { exitCodes: { "75": "retry", "99": "fail", "3": "skip" } },
    ],
    ["queue_depth: 5", [], { queueDepth: null }],
    ["queue_depth: 5", ["overlap: queue"], { queueDepth: 5 }],
    ["keep: { for: 1d, runs: 10 }", ["keep: 2d"], { keepSec: 172_800, keepRuns: 10 }],
    ["cool_down: 1h", [], { pauseAfter: null, coolDownSec: 3600 }],
  ])("%s count by each key, and only where they say something: %j", (common, lines, policies) => {
    expect(scheduleBelow(common, ...lines)).toMatchObject(policies);
  });
});

describe("a mistake in a policy is told with its place and what would be right", () => {
  it.each<[string[], string]>([
    [
      ["retry: 1"],
      "5:5 schedules.a.retry.attempts: The attempts are a whole number from 2 to 100, the first one included; this is 1.",
    ],
    [
      ["retry: true"],
      "5:5 schedules.a.retry: This is true. Write a number of attempts, such as 3, a map such as { attempts: 3, delay: 1m }, or false for none.",
    ],
    [["retry:"], "5:5 schedules.a.retry: This has no value. Write a number of attempts, such as 3, a map"],
    [
      ["retry: { delay: 1m }"],
      "5:5 schedules.a.retry: This does not say how many attempts there may be in all. Write attempts too, such as { attempts: 3 }.",
    ],
    [
      ["retry: { attempts: 3, tries: 4 }"],
      '5:27 schedules.a.retry.tries: There is no key "tries" here. Did you mean "attempts"? The keys are attempts, backoff, delay, max_delay, on.',
    ],
    [
      ["retry:", "  attempts: 3", "  backoff: linear"],
      '7:7 schedules.a.retry.backoff: "linear" does not say how the pauses between attempts grow. Write fixed or exponential.',
    ],
    [
      ["retry: { attempts: 3, delay: 2m, max_delay: 1m }"],
      "5:5 schedules.a.retry: The delay of the retry is longer than its longest delay. Turn them round.",
    ],
    [
      ["retry: { attempts: 3, on: timeout }"],
      '5:27 schedules.a.retry.on: This is the text "timeout". Write a list, such as [timeout, 75].',
    ],
    [
      ["retry: { attempts: 3, on: [timeout, crash] }"],
      '5:41 schedules.a.retry.on[1]: "crash" is not a failure. Write exit_code, signal, timeout, spawn, dispatch, shutdown, secret, or an exit code.',
    ],
    [
      ["retry: { attempts: 3, on: [] }"],
      "5:27 schedules.a.retry.on: What is tried again is a list of failures and exit codes, such as [timeout, 75].",
    ],
    [
      ["retry: { attempts: 3, on: [75, 75] }"],
      "5:27 schedules.a.retry.on: 75 is there twice. Keep one of the two.",
    ],
    [
      ["exit_codes: { 75: again }"],
      '5:19 schedules.a.exit_codes.75: "again" does not say what an exit code means. Write skip, retry or fail.',
    ],
    [
      ["exit_codes:", "  0: skip"],
      '6:7 schedules.a.exit_codes.0: "0" is not an exit code of a command that fails. Write a number from 1 to 255.',
    ],
    [
      ["exit_codes: [75]"],
      "5:5 schedules.a.exit_codes: This is a list. Write a map of exit codes to what they mean, such as { 75: retry, 99: skip }.",
    ],
    [
      ["exit_codes: { 75: retry }"],
      "5:5 schedules.a.exit_codes: Exit code 75 asks for a retry, and there is none. Add retry, such as 3, or take it away.",
    ],
    [
      ["grace: 2h"],
      "5:5 schedules.a.grace: A grace is whole seconds, from 0 to 3600 (an hour), such as 10s; this is 7200.",
    ],
    [
      ["overlap: skip", "queue_depth: 3"],
      "6:5 schedules.a.queue_depth: A queue depth needs runs that wait: overlap queue, or concurrent with max_concurrent. Add one of them, or take the depth away.",
    ],
    [
      ["max_concurrent: many"],
      '5:5 schedules.a.max_concurrent: This is the text "many". Write a whole number of runs, such as 3, or false for none.',
    ],
    [
      ["concurrency_group: database"],
      '5:5 schedules.a.concurrency_group: This is the text "database". Write a map such as { name: database, limit: 2 }, or false for none.',
    ],
    [
      ["concurrency_group: { name: database }"],
      "5:5 schedules.a.concurrency_group.limit: This is missing. Write how many of its runs may be under way at once, such as 2.",
    ],
    [
      ["concurrency_group: { key: database, limit: 2 }"],
      '5:26 schedules.a.concurrency_group.key: There is no key "key" here. Did you mean "name"? The keys are name, limit.',
    ],
    [
      ["concurrency_group: { name: ' a', limit: 2 }"],
      '5:26 schedules.a.concurrency_group.name: The name " a" has a blank at its beginning or end. Take it away.',
    ],
    [
      ["priority: 500"],
      "5:5 schedules.a.priority: A priority is a whole number from -100 to 100, the highest first; this is 500.",
    ],
    [["priority: high"], '5:5 schedules.a.priority: This is the text "high". Write a whole number from'],
    [["start_deadline: soon"], '5:5 schedules.a.start_deadline: "soon" is not a duration.'],
    [["pause_after: 0"], "5:5 schedules.a.pause_after: The failures after which a schedule pauses are"],
    [
      ["cool_down: 1h"],
      "5:5 schedules.a.cool_down: A cool-down follows a pause, and the schedule never pauses by itself. Add pause_after, or take the cool-down away.",
    ],
    [["keep: 1s"], "5:5 schedules.a.keep.for: How long runs are kept is whole seconds, from 1 minute to"],
    [["keep: false"], "5:5 schedules.a.keep: This is false. Write a duration, such as 30d, or a map"],
    [["keep: { runs: 0 }"], "5:13 schedules.a.keep.runs: How many runs are kept is a whole number from 1"],
    [
      ["keep: { days: 30 }"],
      '5:13 schedules.a.keep.days: There is no key "days" here. Did you mean "for"? The keys are for, runs.',
    ],
  ])("%j", (lines, expected) => {
    const told = linesOf(withLines("run: x", ...lines));
    expect(told.map((line) => line.slice(0, expected.length))).toContain(expected);
  });

  it("what two keys have wrong is told of both", () => {
    expect(linesOf(withLines("run: x", "cool_down: 1h", "max_runs: 3", "queue_depth: 1"))).toHaveLength(3);
  });

  it("a group that has two limits is told at the second of its schedules", () => {
    const told = linesOf(`version: 1
defaults:
  concurrency_group: { name: database, limit: 2 }
schedules:
  a: { run: x }
  b: { run: x, concurrency_group: { name: other, limit: 3 } }
  c:
    run: x
    concurrency_group: { name: database, limit: 3 }
`);
    expect(told).toEqual([
      '9:42 schedules.c.concurrency_group.limit: The group "database" has the limit 2 in the schedule "a". Write the same limit in all.',
    ]);
  });
});

describe("a word of another scheduler", () => {
  it.each([
    ["retries", "retry"],
    ["max_retries", "retry"],
    ["backoffLimit", "retry"],
    ["retryPolicy", "retry"],
    ["restartPolicy", "retry"],
    ["concurrencyKey", "concurrency_group"],
    ["pool", "concurrency_group"],
    ["terminationGracePeriodSeconds", "grace"],
    ["kill_timeout", "grace"],
    ["killSignal", "grace"],
    ["stop_grace_period", "grace"],
    ["successfulJobsHistoryLimit", "keep"],
    ["ttlSecondsAfterFinished", "keep"],
    ["retention", "keep"],
    ["max_instances", "max_concurrent"],
    ["max_active_runs", "max_concurrent"],
    ["parallelism", "max_concurrent"],
    ["priority_weight", "priority"],
    ["max_consecutive_failed_dag_runs", "pause_after"],
    ["circuit_breaker", "pause_after"],
    ["skip_on_exit_code", "exit_codes"],
    ["SuccessExitStatus", "exit_codes"],
    ["queueSize", "queue_depth"],
    ["scheduleToStartTimeout", "start_deadline"],
  ])("%s makes it ask for %s", (key, meant) => {
    const [told] = linesOf(withLines("run: x", `${key}: x`));
    expect(/Did you mean "(\w+)"\?/.exec(told!)?.[1] ?? null).toBe(meant);
  });
});

describe("whatever stands at the keys for policies", () => {
  const keys =
    "retry exit_codes grace overlap queue_depth max_concurrent concurrency_group priority start_deadline pause_after cool_down keep";
  const values =
    `3  -1  1.5  true  false  ~  []  {}  [x]  [[x]]  90m  0  "9999999999d"  queue  replace  concurrent
    { attempts: 3 }  { attempts: 3, on: [[x], 5, 5] }  { attempts: x, delay: [] }  { 75: retry }  { 75: [] }
    { x: skip, 0: x }  { name: a, limit: 1 }  { name: [], limit: x, y: 1 }  { for: 1s, runs: 0 }  { for: 30d }`.split(
      /\s{2,}/,
    );

  it("is a list of schedules, or problems that are each told once, at places that are in the file", () => {
    expectHonestProblems(read, { keys: keys.split(" "), values: values, numRuns: 1000 });
  });
});
