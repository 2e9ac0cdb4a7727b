import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { expectHonestProblems, withLines } from "../../test/support/manifest-text.js";
import type { Blackout } from "../core/blackout/blackout.js";
import { BelfryError } from "../core/errors.js";
import type { Calendars } from "./calendars.js";
import { parseManifest } from "./parse.js";
import { ManifestError } from "./problem.js";

const folder = resolve("/srv/shop");
const file = resolve(folder, "belfry.yaml");

const christmas: Blackout = { when: "2026-12-25", reason: "Christmas Day" };
const easter: Blackout = { when: "2027-03-28", reason: "Easter" };
const calendars: Calendars = new Map<string, readonly Blackout[] | BelfryError>([
  [resolve(folder, "holidays.ics"), [christmas, easter]],
  [
    resolve(folder, "broken.ics"),
    new BelfryError("invalid_manifest", "The calendar cannot be used: it is empty."),
  ],
]);

function read(text: string) {
  return parseManifest(text, file, calendars);
}

/** The schedule that runs `x` and has these lines besides. */
function scheduleWith(...lines: string[]) {
  return read(withLines("run: x", ...lines))[0]!;
}

/** The lines of the error, without the folder. */
function linesOf(text: string): string[] {
  try {
    read(text);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ManifestError);
    return (error as ManifestError).message.replaceAll(`${folder}/`, "").split("\n");
  }
}

describe("when a schedule fires", () => {
  it("is said by an expression", () => {
    expect(scheduleWith('cron: "0 9 * * *"').cron).toBe("0 9 * * *");
  });

  it.each<[string, string[]]>([
    ["a list", ['cron: ["0 9 * * MON-FRI", "0 17 * * SAT"]']],
    ["a list of lines", ["cron:", "  - 0 9 * * MON-FRI", '  - "0 17 * * SAT"']],
    ["a block of lines", ["cron: |", "  0 9 * * MON-FRI", "", "  0 17 * * SAT", ""]],
    ["a text with a line feed", ['cron: " 0 9 * * MON-FRI\\n\\n  0 17 * * SAT "']],
    ["a folded block with a blank line", ["cron: >-", "  0 9 * * MON-FRI", "", "  0 17 * * SAT"]],
  ])("is said by several expressions: %s", (_what, lines) => {
    expect(scheduleWith(...lines).cron).toBe("0 9 * * MON-FRI\n0 17 * * SAT");
  });

  it("may hang on the schedule's name", () => {
    expect(scheduleWith('cron: "H H(0-5) * * *"').cron).toBe("H H(0-5) * * *");
    expect(scheduleWith('cron: ["H 3 * * *", "H/15 9-17 * * *"]').cron).toBe("H 3 * * *\nH/15 9-17 * * *");
  });

  it("is said by elapsed time", () => {
    expect(scheduleWith("every: 90m")).toMatchObject({ cron: null, everySec: 5400, anchorAt: null });
    expect(scheduleWith("every: 45")).toMatchObject({ everySec: 45 });
    expect(scheduleWith("every: 1d", "anchor: 2026-01-05T09:00", "timezone: Europe/Berlin")).toMatchObject({
      everySec: 86_400,
      anchorAt: new Date("2026-01-05T08:00:00Z"),
    });
  });

  it.each([
    ["at: 2026-12-24T18:00:00Z", "2026-12-24T18:00:00Z"],
    ["at: 2026-12-24T18:00:00+05:30", "2026-12-24T12:30:00Z"],
    ["at: 2026-12-24 18:00", "2026-12-24T17:00:00Z"],
    ["at: 2026-12-24T18:00:30", "2026-12-24T17:00:30Z"],
    ["at: '2026-07-24 18:00'", "2026-07-24T16:00:00Z"],
    ["at: 2026-12-24", "2026-12-23T23:00:00Z"],
  ])("is said by an instant, on the clock of the schedule's zone: %s", (line, instant) => {
    const { at, cron } = scheduleWith(line, "timezone: Europe/Berlin");
    expect([at, cron]).toEqual([new Date(instant), null]);
  });

  it("may be said by elapsed time that is spread and only ends", () => {
    expect(scheduleWith("every: 5m", "spread: 1m", "ends_at: 2030-01-01")).toMatchObject({ spreadSec: 60 });
  });

  it("begins and ends on the clock of the zone, also if it stands in the defaults; an end that is a day is all of it", () => {
    const [a, b] = read(`
version: 1
defaults: { timezone: Europe/Berlin }
schedules:
  a: { run: x, cron: "@daily", starts_at: 2026-06-01, ends_at: 2026-12-31, max_runs: 3 }
  b: { run: x, cron: "@daily", starts_at: 2026-06-01, ends_at: 2026-12-31T12:00, timezone: Asia/Tokyo }
`);
    expect(a).toMatchObject({
      startsAt: new Date("2026-05-31T22:00:00Z"),
      endsAt: new Date("2026-12-31T22:59:59.999Z"),
      maxRuns: 3,
    });
    expect(b).toMatchObject({
      startsAt: new Date("2026-05-31T15:00:00Z"),
      endsAt: new Date("2026-12-31T03:00:00Z"),
      maxRuns: null,
    });
  });
});

describe("what becomes of the fires", () => {
  it("is said by policies", () => {
    const lines = [
      'cron: "30 2 * * *"',
      "spread: 10m",
      "dst: { gap: skip, fold: both }",
      "blackouts: [SAT-SUN]",
      "blackout: defer",
      "catch_up: all",
      "catch_up_window: 6h",
    ];
    expect(scheduleWith(...lines)).toMatchObject({
      spreadSec: 600,
      dst: { gap: "skip", fold: "both" },
      blackouts: [{ when: "SAT-SUN", reason: null }],
      blackoutPolicy: "defer",
      catchUp: "all",
      catchUpWindowSec: 21_600,
    });
  });

  it("may be said for all schedules, and otherwise for one of them", () => {
    const [a, b] = read(`
version: 1
defaults:
  spread: 10m
  dst: { gap: skip }
  blackouts: [SAT-SUN]
  blackout: defer
  catch_up: none
  catch_up_window: 5m
schedules:
  a: { run: x, cron: "@daily" }
  b:
    run: x
    cron: "@daily"
    spread: 0
    dst: { fold: last }
    blackouts: []
    blackout: skip
    catch_up: latest
    catch_up_window: 1d
`);
    expect(a).toMatchObject({
      spreadSec: 600,
      dst: { gap: "skip", fold: "first" },
      blackouts: [{ when: "SAT-SUN", reason: null }],
      blackoutPolicy: "defer",
      catchUp: "none",
      catchUpWindowSec: 300,
    });
    expect(b).toMatchObject({
      spreadSec: 0,
      dst: { gap: "skip", fold: "last" },
      blackouts: [],
      blackoutPolicy: "skip",
      catchUp: "latest",
      catchUpWindowSec: 86_400,
    });
  });

  it("is nothing to a schedule that runs by hand only: a spread in the defaults is not for it", () => {
    const [a] = read("version: 1\ndefaults: { spread: 10m }\nschedules: { a: { run: x } }\n");
    expect(a!.spreadSec).toBe(0);
  });
});

describe("when a schedule does not run", () => {
  it.each<[string, Blackout[]]>([
    ["[SAT-SUN, 22:00-06:00]", [nameless("SAT-SUN"), nameless("22:00-06:00")]],
    ["[MON-FRI 09:00-17:00, 12-25]", [nameless("MON-FRI 09:00-17:00"), nameless("12-25")]],
    ["[2026-12-24 - 2027-01-01, 2026-05-01]", [nameless("2026-12-24 - 2027-01-01"), nameless("2026-05-01")]],
    ["[{ when: 12-24 - 12-26, reason: Christmas }]", [{ when: "12-24 - 12-26", reason: "Christmas" }]],
    ["[{ when: FRI 18:00 - MON 06:00 }]", [nameless("FRI 18:00 - MON 06:00")]],
    ["[2026-12-24T18:00 - 2026-12-26T06:00]", [nameless("2026-12-24T18:00 - 2026-12-26T06:00")]],
    ["[{ calendar: holidays.ics }]", [christmas, easter]],
    ["[SUN, { calendar: ./holidays.ics }, SAT]", [nameless("SUN"), christmas, easter, nameless("SAT")]],
    ["[]", []],
  ])("blackouts: %s", (written, blackouts) => {
    expect(scheduleWith('cron: "@daily"', `blackouts: ${written}`).blackouts).toEqual(blackouts);
  });

  it("may be said for all, also by a calendar", () => {
    const [a] = read(
      "version: 1\ndefaults: { blackouts: [{ calendar: holidays.ics }] }\nschedules: { a: { run: x } }\n",
    );
    expect(a!.blackouts).toEqual([christmas, easter]);
  });
});

describe("a mistake in a time is told with its place and what would be right", () => {
  const daily = 'cron: "@daily"';
  const anInstant =
    "Write it as 2026-12-24T18:00:00Z, 2026-12-24T18:00 on the zone's clock, or 2026-12-24 for a whole day.";

  it.each<[string, string[], string]>([
    [
      "an H beyond its field",
      ['cron: "H(0-60) * * * *"'],
      "5:5 schedules.a.cron: Minute 60 is out of range 0-59",
    ],
    [
      "an expression in a list",
      ["cron:", '  - "0 9 * * *"', '  - "0 24 * * *"'],
      "7:9 schedules.a.cron[1]: Hour 24 is out of range 0-23",
    ],
    [
      "a blank in a list",
      ['cron: ["0 9 * * *", ""]'],
      '5:25 schedules.a.cron[1]: The cron expression "" is empty.',
    ],
    ["an empty list", ["cron: []"], '5:5 schedules.a.cron: The cron expression "" is empty.'],
    [
      "a number in a list",
      ["cron: [5]"],
      "5:12 schedules.a.cron[0]: This is the number 5. Write an expression",
    ],
    ["a map", ["cron: { a: b }"], "5:5 schedules.a.cron: This is a map. Write an expression in quotes"],
    [
      "a line of a block",
      ["cron: |", "  0 9 * * *", "", "    0 24 * * *"],
      "8:9 schedules.a.cron: Hour 24 is out of range 0-23",
    ],
    [
      "a line of a text in quotes, which has no line of its own",
      ['cron: "0 9 * * *\\n0 24 * * *"'],
      "5:5 schedules.a.cron: Hour 24 is out of range 0-23",
    ],
    [
      "too many expressions",
      [`cron: [${Array.from({ length: 51 }, (_, minute) => `${minute} * * * *`).join(", ")}]`],
      "5:5 schedules.a.cron: There are 51 cron expressions; at most 50 are read.",
    ],
    [
      "a word for a duration",
      ["every: hour"],
      '5:5 schedules.a.every: "hour" is not a duration. Write 90s, 15m',
    ],
    [
      "half a second",
      ["every: 0.5s"],
      "5:5 schedules.a.every: Every is whole seconds, from 1 second to 366 days",
    ],
    [
      "a number for an instant",
      ["at: 20261224"],
      "5:5 schedules.a.at: This is the number 20261224. Write an instant",
    ],
    ["no instant", ["at: tomorrow"], `5:5 schedules.a.at: "tomorrow" is not an instant. ${anInstant}`],
    ["a day that is not", ["at: 2026-02-30"], "5:5 schedules.a.at: Day 30 is out of range 01-28"],
    [
      "a day that the zone skipped",
      [daily, "starts_at: 2011-12-30", "timezone: Pacific/Apia"],
      "6:5 schedules.a.starts_at: Pacific/Apia had no 2011-12-30: its clocks skipped that day.",
    ],
    [
      "an instant before the calendar",
      [daily, "starts_at: 1900-01-01", "timezone: Asia/Tokyo"],
      "6:5 schedules.a.starts_at: 1900-01-01 is not in the years 1900 to 2199 of UTC.",
    ],
    [
      "no runs at all",
      [daily, "max_runs: 0"],
      "6:5 schedules.a.max_runs: The most runs of a schedule is a whole number",
    ],
    [
      "runs in words",
      [daily, "max_runs: three"],
      '6:5 schedules.a.max_runs: This is the text "three". Write a whole number',
    ],
    [
      "a spread of days",
      [daily, "spread: 2d"],
      "6:5 schedules.a.spread: A spread is whole seconds, at most a day, such as 10m.",
    ],
    [
      "a word for the rule",
      [daily, "dst: skip"],
      '6:5 schedules.a.dst: This is the text "skip". Write a map with gap, fold or both, such as { gap: skip }.',
    ],
    [
      "a wrong word in the rule",
      [daily, "dst: { gap: later }"],
      '6:12 schedules.a.dst.gap: "later" does not say what becomes of a time that the clocks leave out. Write next-valid or skip.',
    ],
    [
      "a wrong key in the rule",
      [daily, "dst: { spring: skip }"],
      '6:12 schedules.a.dst.spring: There is no key "spring" here. Did you mean "gap"? The keys are gap, fold.',
    ],
    [
      "a blackout that is not in a list",
      [daily, "blackouts: SAT-SUN"],
      '6:5 schedules.a.blackouts: This is the text "SAT-SUN". Write a list, such as [SAT-SUN, 12-25], or [] for none.',
    ],
    ["a weekday that is not", [daily, "blackouts: [SAT-SUNDEY]"], "6:17 schedules.a.blackouts[0]: "],
    [
      "a month that is not",
      [daily, "blackouts:", "  - SAT", "  - { when: 13-01, reason: x }"],
      "8:11 schedules.a.blackouts[1].when: ",
    ],
    [
      "a blackout without a when",
      [daily, "blackouts: [{ reason: Christmas }]"],
      "6:17 schedules.a.blackouts[0]: This does not say when. Write { when: 12-24 - 12-26 } or { calendar: holidays.ics }.",
    ],
    [
      "a blackout with two",
      [daily, "blackouts: [{ when: SAT, calendar: holidays.ics }]"],
      "6:17 schedules.a.blackouts[0]: This has both when and calendar. Write two blackouts.",
    ],
    [
      "a reason for a calendar",
      [daily, "blackouts: [{ reason: x, calendar: holidays.ics }]"],
      "6:17 schedules.a.blackouts[0]: A calendar has reasons of its own: the titles of its events. Take reason away.",
    ],
    [
      "a number for a blackout",
      [daily, "blackouts: [1225]"],
      "6:17 schedules.a.blackouts[0]: This is the number 1225. Write days, dates or times, such as SAT-SUN or 12-24 - 12-26, or a map with when or calendar.",
    ],
    [
      "a wrong key in a blackout",
      [daily, "blackouts: [{ date: 12-25, why: x }]"],
      '6:19 schedules.a.blackouts[0].date: There is no key "date" here. Did you mean "when"? The keys are when, reason, calendar.',
    ],
    [
      "a reason that is long",
      [daily, `blackouts: [{ when: SAT, reason: ${"x".repeat(201)} }]`],
      "6:30 schedules.a.blackouts[0].reason: The reason of a blackout has at most 200 characters; this one has 201.",
    ],
    [
      "a calendar that is broken",
      [daily, "blackouts:", "  - calendar: broken.ics"],
      "7:9 schedules.a.blackouts[0].calendar: The calendar cannot be used: it is empty.",
    ],
    [
      "a calendar that was not read",
      [daily, "blackouts: [{ calendar: other.ics }]"],
      "6:19 schedules.a.blackouts[0].calendar: Calendars cannot be read here. Write the days out.",
    ],
    [
      "a calendar at home",
      [daily, "blackouts: [{ calendar: ~/holidays.ics }]"],
      '6:19 schedules.a.blackouts[0].calendar: "~/holidays.ics" begins with ~, which only a shell knows. Write the path.',
    ],
    [
      "a calendar in the web",
      [daily, 'blackouts: [{ calendar: "https://example.org/holidays.ics" }]'],
      '6:19 schedules.a.blackouts[0].calendar: "https://example.org/holidays.ics" is an address, and nothing is fetched here. Write the file of a calendar, such as holidays.ics.',
    ],
    [
      "too many blackouts",
      [daily, `blackouts: [${"SAT, ".repeat(1001)}]`],
      "6:5 schedules.a.blackouts: A schedule has at most 1000 blackouts; these are 1001.",
    ],
    [
      "a wrong word for a fire in a blackout",
      [daily, "blackout: later"],
      '6:5 schedules.a.blackout: "later" does not say what becomes of a fire in a blackout. Write skip or defer.',
    ],
    [
      "a wrong word for missed fires",
      [daily, "catch_up: true"],
      "6:5 schedules.a.catch_up: This is true. Write latest, none or all.",
    ],
    [
      "a window of nothing",
      [daily, "catch_up_window: 0"],
      "6:5 schedules.a.catch_up_window: The window of catching up is whole seconds",
    ],
  ])("%s", (_what, lines, expected) => {
    const [first] = linesOf(withLines("run: x", ...lines));
    expect(first!.slice(0, `belfry.yaml:${expected}`.length)).toBe(`belfry.yaml:${expected}`);
  });

  it.each([
    "cron: { a: b }",
    "cron: [[x]]",
    "every: []",
    "at: [2026-12-24]",
    "dst: []",
    "blackouts: [[]]",
    "blackouts: [{ when: [], x: 1 }]",
    "blackouts: [{ when: 5 }]",
    "blackouts: {}",
    "catch_up: {}",
  ])("once, whatever stands there: %s", (line) => {
    const told = linesOf(withLines("run: x", line));
    expect(new Set(told).size).toBe(told.length);
    expect(told.length).toBeGreaterThan(0);
  });
});

describe("keys that do not go together are told at the one to look at", () => {
  const ways = "A schedule fires by cron, by every or at one instant. Keep one of the three.";
  const byHand =
    "A schedule that runs by hand only has no start, end, spread or most runs. Add cron, every or at, or take them away.";

  it.each<[string[], string]>([
    [["every: 5m", 'cron: "@daily"'], `5:5 schedules.a.every: ${ways}`],
    [["at: 2026-12-24", 'cron: "@daily"'], `5:5 schedules.a.at: ${ways}`],
    [["every: 5m", "at: 2026-12-24"], `6:5 schedules.a.at: ${ways}`],
    [
      ['cron: "@daily"', "anchor: 2026-12-24"],
      "6:5 schedules.a.anchor: An anchor says where every begins to count. Add every, or take the anchor away.",
    ],
    [["max_runs: 3"], `5:5 schedules.a.max_runs: ${byHand}`],
    [["starts_at: 2026-01-01"], `5:5 schedules.a.starts_at: ${byHand}`],
    [["spread: 5m"], `5:5 schedules.a.spread: ${byHand}`],
    [
      ['cron: "@daily"', "starts_at: 2026-12-24", "ends_at: 2026-12-23"],
      "7:5 schedules.a.ends_at: The end of the schedule is before its start. Turn them round.",
    ],
    [
      ['cron: "0 0 29 2 *"', "starts_at: 2026-01-01", "ends_at: 2027-12-31"],
      "7:5 schedules.a.ends_at: The schedule never fires between its start and its end. Move one of them, or its times.",
    ],
    [
      ["at: 2026-01-01", "starts_at: 2026-06-01"],
      "6:5 schedules.a.starts_at: The schedule never fires between its start and its end. Move one of them, or its times.",
    ],
  ])("%j", (lines, expected) => {
    expect(linesOf(withLines("run: x", ...lines))).toEqual([`belfry.yaml:${expected}`]);
  });

  it("not beside what is wrong with one of them", () => {
    expect(
      linesOf(withLines("run: x", "at: 2011-12-30", "spread: 5m", "timezone: Pacific/Apia")),
    ).toHaveLength(1);
    expect(linesOf(withLines("run: x", 'cron: "0 24 * * *"', "ends_at: 2026-12-24"))).toHaveLength(1);
  });
});

describe("a word of another scheduler", () => {
  it.each([
    ["interval", "every"],
    ["OnUnitActiveSec", "every"],
    ["OnCalendar", "cron"],
    ["crontab", "cron"],
    ["timeZone", "timezone"],
    ["jitter", "spread"],
    ["splay", "spread"],
    ["RandomizedDelaySec", "spread"],
    ["start_date", "starts_at"],
    ["startAt", "starts_at"],
    ["end_date", "ends_at"],
    ["until", "ends_at"],
    ["count", "max_runs"],
    ["run_date", "at"],
    ["startingDeadlineSeconds", "catch_up_window"],
    ["misfire_grace_time", "catch_up_window"],
    ["catchup", "catch_up"],
    ["misfire", "catch_up"],
    ["Persistent", "catch_up"],
    ["exclude", "blackouts"],
    ["holidays", "blackouts"],
    ["blackout_policy", "blackout"],
    ["concurrencyPolicy", "overlap"],
    ["activeDeadlineSeconds", "timeout"],
    ["max-runs", "max_runs"],
    ["constructor", null],
  ])("%s makes it ask for %s", (key, meant) => {
    const [told] = linesOf(withLines("run: x", `${key}: x`));
    expect(/Did you mean "(\w+)"\?/.exec(told!)?.[1] ?? null).toBe(meant);
  });
});

it("all the mistakes in times are told at once, in the order of the file", () => {
  const told = linesOf(`version: 1
defaults:
  spread: long
  blackouts: [{ calendar: broken.ics }]
schedules:
  a:
    cron:
      - "0 24 * * *"
      - "0 25 * * *"
    at: never
    blackouts: [FRIDAYISH, { calendar: broken.ics }]
  b:
    run: x
    every: 5m
    dst: { gap: x, fold: y }
`);
  expect(told.map((line) => line.split(" ", 2).join(" "))).toEqual([
    "belfry.yaml:3:3 defaults.spread:",
    "belfry.yaml:4:17 defaults.blackouts[0].calendar:",
    "belfry.yaml:6:3 schedules.a.run:",
    "belfry.yaml:8:9 schedules.a.cron[0]:",
    "belfry.yaml:9:9 schedules.a.cron[1]:",
    "belfry.yaml:10:5 schedules.a.at:",
    "belfry.yaml:11:17 schedules.a.blackouts[0]:",
    "belfry.yaml:11:30 schedules.a.blackouts[1].calendar:",
    "belfry.yaml:15:12 schedules.b.dst.gap:",
    "belfry.yaml:15:20 schedules.b.dst.fold:",
  ]);
});

describe("whatever stands at the keys for time", () => {
  const keys =
    "cron every anchor at starts_at ends_at max_runs spread dst blackouts blackout catch_up catch_up_window timezone";
  const values = `"@daily"  "H * * * *"  "0 0 30 2 *"  []  {}  [x]  [[x]]  5  -1
    1.5  true  ~  90m  0  "9999999999d"  2026-12-24  2011-12-30  1900-01-01
    2199-12-31T23:59:59Z  tomorrow  [SAT]  [{}]  [{ when: SAT }]  [{ calendar: holidays.ics }]  [{ calendar: broken.ics }]  [~]  { gap: skip }
    { gap: [] }  skip  defer  all  Pacific/Apia  Mars  [{ when: 5, calendar: [] }]  "\\n\\n"`.split(/\s{2,}/);
  const blocks = [
    "\n      - x\n      - 5",
    "\n      gap: x\n      fold: y",
    "|\n      0 24 * * *\n\n      x",
  ];

  it("is a list of schedules, or problems that are each told once, at places that are in the file", () => {
    expectHonestProblems(read, { keys: keys.split(" "), values: [...values, ...blocks], numRuns: 2000 });
  });
});

function nameless(when: string): Blackout {
  return { when, reason: null };
}
