import { describe, expect, test } from "vitest";
import { check } from "../../torture/checker/check.js";
import type { Evidence, RunRow } from "../../torture/checker/evidence.js";
import { asked, at, event, events, life, output, run, skipped, soundEvidence } from "./evidence.js";

function violationsOf(changes: Partial<Evidence>): Record<string, string[]> {
  const broken = check(soundEvidence(changes)).filter(({ violations }) => violations.length > 0);
  return Object.fromEntries(broken.map(({ law, violations }) => [law, violations]));
}

test("what is as it should be breaks no law", () => {
  expect(violationsOf({})).toEqual({});
});

describe("every fire is in exactly one row", () => {
  const coverage = (runs: RunRow[], changes: Partial<Evidence> = {}) =>
    violationsOf({ runs, events: [], outputs: [], lives: [], ...changes })[
      "every fire is in exactly one row"
    ];
  const never = { attempt: 0 };

  test.each<[string, RunRow[], RegExp]>([
    [
      "one in the middle is missing",
      [skipped(1, 10), skipped(3, 30)],
      /run 3, .*30\.000Z, does not follow run 1.*20\.000Z is in no row/,
    ],
    [
      "the first is missing",
      [skipped(2, 20), skipped(3, 30)],
      /run 2.* is not the first after its creation at .*05\.000Z: that is .*10\.000Z/,
    ],
    [
      "the last is missing",
      [skipped(1, 10), skipped(2, 20)],
      /what it owes next, .*40\.000Z, does not follow run 2/,
    ],
    [
      "one is in two rows",
      [skipped(1, 10), skipped(2, 30, { coversFromMs: at(10), coversCount: 3 })],
      /run 2, .*stands for fires that run 1, .*stands for too/,
    ],
    [
      "one is none of its times",
      [skipped(1, 10), skipped(2, 20), skipped(9, 23), skipped(3, 30)],
      /run 9, .*23\.000Z, does not stand for fires of this schedule's times/,
    ],
    [
      "a row counts them wrongly",
      [skipped(1, 10), skipped(3, 30, { coversFromMs: at(20), coversCount: 3 })],
      /run 3, .*\(3 fires\), does not stand for fires/,
    ],
  ])("%s", (_, runs, told) => {
    expect(coverage(runs)).toEqual([expect.stringMatching(told)]);
  });

  test("rows that stand for several, and runs by hand, leave no hole", () => {
    const several = skipped(3, 30, { coversFromMs: at(10), coversCount: 3, skipReason: "paused" });
    expect(coverage([several, run(4, 0, { fireMs: null, ...never })], { lives: [] })).toBeUndefined();
  });

  test("a schedule without a row owes the first fire after its creation", () => {
    const owing = (second: number) => [{ id: "1", name: "job", createdMs: at(5), owedMs: at(second) }];
    expect(coverage([], { schedules: owing(10) })).toBeUndefined();
    expect(coverage([], { schedules: owing(20) })).toHaveLength(1);
  });

  describe("when its times were edited between second 22 and second 24", () => {
    const before = { grid: { periodSec: 10, phaseSec: 0 }, since: { afterMs: at(0), untilMs: at(5) } };
    const after = {
      grid: { periodSec: 10, phaseSec: 6 },
      since: { afterMs: at(22), untilMs: at(24) },
    };
    const edited = (seconds: number[], owed: number) =>
      coverage(
        seconds.map((second, index) => skipped(index + 1, second)),
        {
          asked: [asked({ versions: [before, after] })],
          schedules: [{ id: "1", name: "job", createdMs: at(5), owedMs: at(owed) }],
        },
      );

    test("the times before count until then, and the times after from then on", () => {
      expect(edited([10, 20, 26, 36], 46)).toBeUndefined();
      expect(edited([10, 20], 26)).toBeUndefined();
    });

    test.each([
      ["a fire of the times before is missing", [10, 26, 36], 46],
      ["a fire of the times after is missing", [10, 20, 36], 46],
      ["the times after count too early", [10, 16, 26, 36], 46],
      ["the times before count too long", [10, 20, 30, 36], 46],
      ["the times before come back", [10, 20, 26, 30], 40],
    ])("%s", (_, seconds, owed) => {
      expect(edited(seconds, owed)).toHaveLength(1);
    });
  });
});

test("a fire that has two rows is seen", () => {
  const runs = [run(1, 10), skipped(2, 20), run(3, 30), skipped(4, 30)];
  expect(violationsOf({ runs })["a fire has one row"]).toEqual([
    expect.stringMatching(/job: the fire of .*30\.000Z has two rows, run 3 and run 4/),
  ]);
});

test("a schedule that was asked for and is not there is seen", () => {
  expect(violationsOf({ asked: [asked(), asked({ name: "lost" })] })).toEqual({
    "every schedule is there": ["lost: there is no such schedule."],
  });
});

describe("an attempt begins once, and the rows know it", () => {
  const starts = (changes: Partial<Evidence>) =>
    violationsOf(changes)["an attempt begins once, and the rows know it"];
  const { lives } = soundEvidence();

  test("two processes of one attempt are seen, also one after the other", () => {
    expect(starts({ lives: [...lives, life(1, 123, 124, { pid: 7 })] })).toEqual([
      "job: attempt 1 of run 1 was begun 2 times, as processes 1001, 7.",
    ]);
  });

  test.each([
    ["of a run without a row", life(8, 140, 141), "which has no row."],
    [
      "of an attempt that no event tells of",
      life(3, 132, 133, { attempt: 2 }),
      "which no event says was started.",
    ],
    ["of a fire that was skipped", life(2, 140, 141), "which no event says was started."],
  ])("a job %s is seen", (_, stray, told) => {
    expect(starts({ lives: [...lives, stray] })).toEqual([expect.stringContaining(told)]);
  });

  test("a job of a later attempt than the row's is seen", () => {
    const late = [...soundEvidence().events, event(3, "started", 33, 2)];
    expect(starts({ lives: [...lives, life(3, 133, 134, { attempt: 2 })], events: late })).toEqual([
      expect.stringContaining("its row is at attempt 1"),
    ]);
  });
});

describe("an end that was told is one that happened", () => {
  const ends = (changes: Partial<Evidence>) =>
    violationsOf(changes)["an end that was told is one that happened"];
  const [first, third] = soundEvidence().lives;

  test.each([
    ["has no job", [third!], "no job of that attempt was ever at work"],
    ["has a job that was killed", [{ ...first!, end: null }, third!], "did not come to its end"],
    [
      "has a job that failed",
      [{ ...first!, end: { exitCode: 4, lines: 2 } }, third!],
      "its job ended with exit code 4",
    ],
  ])("a run that succeeded and %s is seen", (_, lives, told) => {
    expect(ends({ lives })).toEqual([expect.stringContaining(told)]);
  });

  test("a run whose exit code is another than its job's is seen", () => {
    const failed = run(3, 30, { status: "failed", errorKind: "exit_code", exitCode: 9 });
    expect(ends({ runs: [run(1, 10), skipped(2, 20), failed] })).toHaveLength(1);
  });

  test("a run that was never tried and has a job is seen", () => {
    const lives = [first!, third!, life(2, 125, 126)];
    expect(ends({ lives })).toEqual(["job: run 2 was never tried by its row, but has a job."]);
  });

  test("a run that was ended otherwise needs no job that came to its end", () => {
    const lost = run(3, 30, { status: "failed", errorKind: "shutdown", exitCode: null });
    expect(
      ends({ runs: [run(1, 10), skipped(2, 20), lost], lives: [first!, { ...third!, end: null }] }),
    ).toBeUndefined();
  });
});

test("a run that failed by a signal is seen, unless its job was killed on purpose", () => {
  const failed = run(3, 30, { status: "failed", errorKind: "signal", exitCode: null });
  const runs = [run(1, 10), skipped(2, 20), failed];
  expect(violationsOf({ runs })).toEqual({
    "a signal is somebody's": ["job: run 3 failed by a signal that nobody sent."],
  });
  expect(violationsOf({ runs, killed: new Set(["3"]) })).toEqual({});
});

describe("a schedule keeps its limit", () => {
  const limits = (changes: Partial<Evidence>) => violationsOf(changes)["a schedule keeps its limit"];
  const overlapping = [life(1, 110, 131), life(3, 130.2, 130.9)];

  test("two jobs that were alive at once are seen", () => {
    expect(limits({ lives: overlapping })).toEqual([
      "job: 130.20 s after the machine's start run 1 attempt 1 (process 1001) and run 3 attempt 1 (process 1003) were alive, but 1 may be at once.",
    ]);
  });

  test("two runs that were under way at once by their events are seen", () => {
    const { events: all } = soundEvidence();
    expect(limits({ events: [...all.slice(3), ...events(1, 10.1, 30.5)] })).toEqual([
      expect.stringMatching(
        /job: at .*30\.100Z run 1 attempt 1 and run 3 attempt 1 were under way, but 1 may be at once/,
      ),
    ]);
  });

  test("as many as the limit says may be at once, and no more", () => {
    const two = [asked({ overlap: "concurrent", limit: 2 })];
    expect(limits({ asked: two, lives: overlapping })).toBeUndefined();
    const third = run(4, 40, { fireMs: null });
    const three = { runs: [...soundEvidence().runs, third], lives: [...overlapping, life(4, 130.4, 130.6)] };
    expect(limits({ asked: two, ...three })).toHaveLength(1);
    expect(limits({ asked: [asked({ overlap: "concurrent", limit: null })], ...three })).toBeUndefined();
  });

  test("one that ends in the moment in which the next one begins is no violation", () => {
    expect(limits({ lives: [life(1, 110, 130.2), life(3, 130.2, 130.9)] })).toBeUndefined();
  });
});

test("two attempts of one run that were alive at once are seen, whatever the policy", () => {
  const free = [asked({ overlap: "concurrent", limit: null, attempts: 2 })];
  const runs = [run(1, 10), skipped(2, 20), run(3, 30, { attempt: 2, failures: 1 })];
  const attempts = [life(3, 130.2, 140, { end: null }), life(3, 136, 137, { attempt: 2, pid: 9 })];
  expect(
    violationsOf({ asked: free, runs, lives: [life(1, 110, 111), ...attempts] })[
      "attempts of one run are never alive together"
    ],
  ).toEqual([expect.stringMatching(/job: 136.00 s .* run 3 attempt 1 .* and run 3 attempt 2/)]);
});

test("more runs of a group than its limit are seen, over all of its schedules", () => {
  const group = { name: "db", limit: 1 };
  const members = [asked({ group }), asked({ name: "other", group })];
  const schedules = [
    ...soundEvidence().schedules,
    { id: "2", name: "other", createdMs: at(5), owedMs: at(40) },
  ];
  const others = [
    run(4, 10, { scheduleId: "2" }),
    skipped(5, 20, { scheduleId: "2" }),
    skipped(6, 30, { scheduleId: "2" }),
  ];
  const together = {
    asked: members,
    schedules,
    runs: [...soundEvidence().runs, ...others],
    events: [...soundEvidence().events, ...events(4, 11, 12)],
    outputs: [...soundEvidence().outputs, output(4)],
    lives: [...soundEvidence().lives, life(4, 111.2, 111.8, { schedule: "other" })],
  };
  const told = violationsOf(together);
  expect(Object.keys(told)).toEqual(["a group keeps its limit"]);
  expect(told["a group keeps its limit"]).toEqual([
    expect.stringMatching(/^group db: at .*run 1 attempt 1 and run 4 attempt 1 were under way/),
    expect.stringMatching(/^group db: 111\.20 s .* were alive/),
  ]);
});

test("a queued run that went before an older one is seen", () => {
  const queue = [asked({ overlap: "queue" })];
  const runs = [run(1, 10), run(2, 20), run(3, 30)];
  const wrong = [...events(1, 10.1, 22), ...events(3, 30.1, 31), ...events(2, 32, 33)];
  const lives = [life(1, 110, 121), life(2, 132, 133), life(3, 130, 131)];
  const outputs = [output(1), output(2), output(3)];
  expect(violationsOf({ asked: queue, runs, events: wrong, lives, outputs })).toEqual({
    "what is queued keeps its order": [
      expect.stringMatching(/job: run 3 of .* was dispatched at .*30\.100Z, before the older run 2/),
    ],
  });
});

describe("a run is not tried too often", () => {
  const tries = (changes: Partial<Evidence>) => violationsOf(changes)["a run is not tried too often"];
  const begun = [1, 2, 3].map((attempt) => life(3, 130 + attempt, 130.5 + attempt, { attempt }));

  test("more jobs than attempts are seen", () => {
    expect(tries({ asked: [asked({ attempts: 2 })], lives: begun })).toEqual([
      "job: run 3 has 3 attempts that count, but 2 may be.",
    ]);
    expect(tries({ asked: [asked({ attempts: 3 })], lives: begun })).toBeUndefined();
  });

  test("more failures than attempts are seen", () => {
    const failed = run(3, 30, { status: "failed", errorKind: "timeout", exitCode: null, failures: 1 });
    expect(tries({ runs: [run(1, 10), skipped(2, 20), failed] })).toHaveLength(1);
  });
});

describe("output is whole and in order", () => {
  const outputs = (changed: ReturnType<typeof output>) =>
    violationsOf({ outputs: [output(1), changed] })["output is whole and in order"];

  test.each([
    [
      "a line that is missing at the end",
      { text: "3.1 line 1\n" },
      "1 lines are kept, and its job printed 2.",
    ],
    [
      "a line that came twice",
      { text: "3.1 line 1\n3.1 line 1\n3.1 line 2\n" },
      'line 2 is "3.1 line 1", not "3.1 line 2".',
    ],
    ["a line of another run", { text: "3.1 line 1\n1.1 line 2\n" }, 'line 2 is "1.1 line 2"'],
    ["a line that is cut", { text: "3.1 line 1\n3.1 li" }, "1 lines are kept, and its job printed 2."],
    ["a chunk that is missing", { chunks: 2, lastSeq: 2 }, "there are 2 chunks, numbered from 0 to 2."],
  ])("%s is seen", (_, changes, told) => {
    expect(outputs(output(3, changes))![0]).toContain(told);
  });

  test("of a run that was killed the beginning is enough", () => {
    const killed = run(3, 30, { status: "failed", errorKind: "shutdown", exitCode: null });
    const runs = [run(1, 10), skipped(2, 20), killed];
    expect(violationsOf({ runs, outputs: [output(1), output(3, { text: "3.1 line 1\n" })] })).toEqual({});
  });

  test("a run that succeeded and has no output at all is seen", () => {
    expect(violationsOf({ outputs: [output(1)] })["output is whole and in order"]).toHaveLength(1);
  });
});

test("a run that has not ended and a job that is alive are seen", () => {
  const runs = [
    run(1, 10),
    skipped(2, 20),
    run(3, 30),
    run(4, 0, { fireMs: null, status: "pending", attempt: 0 }),
  ];
  expect(violationsOf({ runs, orphans: [{ pid: 77, runId: "3" }] })).toEqual({
    "all has come to an end": [
      expect.stringMatching(/job: run 4, made at .*, is still pending at attempt 0/),
      "Process 77, a job of run 3, is still alive.",
    ],
  });
});
