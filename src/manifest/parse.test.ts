import { resolve } from "node:path";
import { array, assert, constantFrom, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { problemsOf, withLines } from "../../test/support/manifest-text.js";
import { scheduleDefaults } from "../core/schedule.js";
import { parseManifest } from "./parse.js";
import { ManifestError } from "./problem.js";

const folder = resolve("/srv/shop");
const file = resolve(folder, "belfry.yaml");

function read(text: string) {
  return parseManifest(text, file);
}

/** The lines of the error, without the folder. */
function linesOf(text: string): string[] {
  try {
    parseManifest(text, "belfry.yaml");
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ManifestError);
    expect((error as ManifestError).code).toBe("invalid_manifest");
    return (error as ManifestError).message.split("\n");
  }
}

describe("a manifest that is right", () => {
  it("gives a schedule with only a command every default", () => {
    expect(read(withLines("run: echo hello"))).toEqual([
      {
        name: "a",
        description: "",
        cron: null,
        everySec: null,
        anchorAt: null,
        at: null,
        timezone: "UTC",
        startsAt: null,
        endsAt: null,
        maxRuns: null,
        spreadSec: 0,
        dst: { gap: "next-valid", fold: "first" },
        blackouts: [],
        blackoutPolicy: "skip",
        catchUp: "latest",
        catchUpWindowSec: null,
        retry: null,
        exitCodes: {},
        graceSec: 10,
        queueDepth: null,
        maxConcurrent: null,
        concurrencyGroup: null,
        priority: 0,
        startDeadlineSec: null,
        pauseAfter: null,
        coolDownSec: 900,
        keepSec: null,
        keepRuns: null,
        overlap: "skip",
        timeoutSec: 3600,
        run: "echo hello",
        cwd: folder,
        env: {},
        installationId: null,
        enabled: true,
      },
    ]);
  });

  it("reads every key of a schedule that is neither about time nor a policy", () => {
    const [schedule] = read(`
version: 1
schedules:
  nightly backup:
    description: Dumps the shop.
    cron: "30 2 * * *"
    timezone: Europe/Berlin
    run: [pg_dump, --file, shop.sql, shop]
    cwd: jobs
    env: { PGUSER: shop }
    overlap: queue
    timeout: 1h30m
    enabled: false
    github_installation: 4711
`);
    expect(schedule).toEqual({
      ...scheduleDefaults,
      name: "nightly backup",
      description: "Dumps the shop.",
      cron: "30 2 * * *",
      timezone: "Europe/Berlin",
      run: ["pg_dump", "--file", "shop.sql", "shop"],
      cwd: resolve(folder, "jobs"),
      env: { PGUSER: "shop" },
      overlap: "queue",
      timeoutSec: 5400,
      enabled: false,
      installationId: 4711,
    });
  });

  it("takes what a schedule does not say from the defaults, and joins the environments", () => {
    const [a, b] = read(`
version: 1
defaults:
  { timezone: Asia/Tokyo, overlap: concurrent, timeout: 90, cwd: /tmp, env: { A: one, B: two }, enabled: false }
schedules:
  a: { run: echo }
  b: { run: echo, timezone: UTC, overlap: skip, timeout: 5s, cwd: ., env: { B: three }, enabled: true }
`);
    expect(a).toMatchObject({
      timezone: "Asia/Tokyo",
      overlap: "concurrent",
      timeoutSec: 90,
      enabled: false,
    });
    expect(a).toMatchObject({ cwd: resolve("/tmp"), env: { A: "one", B: "two" } });
    expect(b).toMatchObject({ timezone: "UTC", overlap: "skip", timeoutSec: 5, enabled: true });
    expect(b).toMatchObject({ cwd: folder, env: { A: "one", B: "three" } });
  });

  it("keeps numbers and words of an environment and of arguments as they are written", () => {
    const [schedule] = read(
      withLines("run: [sleep, 1.50, true]", "env: { VERSION: 1.10, OCTAL: 0o17, ON: True, N: 0 }"),
    );
    expect(schedule!.run).toEqual(["sleep", "1.50", "true"]);
    expect(schedule!.env).toEqual({ VERSION: "1.10", OCTAL: "0o17", ON: "True", N: "0" });
  });

  it("takes yes, no, on and off for words, also if the text says that it is YAML 1.1", () => {
    const text = `%YAML 1.1\n---\n${withLines("run: [echo, on, no]", "env: { A: yes }")}`;
    expect(read(text)[0]).toMatchObject({ run: ["echo", "on", "no"], env: { A: "yes" } });
  });

  it("lets anchors and aliases share what is the same", () => {
    const [, b] = read(`
version: 1
schedules:
  a: { run: &command [echo, 1.0], env: &env { A: 1.0 } }
  b: { run: *command, env: *env }
`);
    expect(b).toMatchObject({ run: ["echo", "1.0"], env: { A: "1.0" } });
  });

  it("lets five hundred schedules share one anchor", () => {
    const lines = Array.from({ length: 500 }, (_, index) => `  s${index}: { run: echo, env: *env }`);
    const text = `version: 1\ndefaults: { env: &env { A: b } }\nschedules:\n${lines.join("\n")}\n`;
    expect(read(text)).toHaveLength(500);
  });

  it("may have no schedules, if it says so", () => {
    expect(read("version: 1\nschedules: {}\n")).toEqual([]);
  });

  it("may begin with a byte order mark and have the line ends of Windows", () => {
    expect(read(`\ufeff${withLines("run: echo").replaceAll("\n", "\r\n")}`)[0]).toMatchObject({
      run: "echo",
    });
  });

  it("may name schedules with numbers and with words that are special elsewhere", () => {
    const names = read(
      "version: 1\nschedules:\n  7: {run: x}\n  true: {run: x}\n  constructor: {run: x}\n",
    ).map(({ name }) => name);
    expect(names.toSorted()).toEqual(["7", "constructor", "true"]);
  });
});

describe("a mistake in a manifest is told with its place and what would be right", () => {
  it.each<[string, string[], string[]]>([
    [
      "no command",
      ["cron: '@daily'"],
      [
        "3:3 schedules.a.run: This is missing. Write a line for the shell, such as echo hello, or a list: a program and its arguments.",
      ],
    ],
    [
      "an empty list",
      ["run: []"],
      ["4:5 schedules.a.run: The list is empty: a command needs at least a program."],
    ],
    [
      "a blank line for the shell",
      ["run: ' '"],
      ['4:5 schedules.a.run: The command is blank. Write what to run, such as "echo hello".'],
    ],
    [
      "an argument without a value",
      ["run:", "  - echo", "  -"],
      ["6:8 schedules.a.run[1]: This has no value. Write a text, in quotes if need be."],
    ],
    [
      "a number for a command",
      ["run: 5"],
      [
        "4:5 schedules.a.run: This is the number 5. Write a line for the shell, such as echo hello, or a list: a program and its arguments.",
      ],
    ],
    [
      "a bad zone",
      ["run: x", "timezone: Europe/Berln"],
      [
        '5:5 schedules.a.timezone: "Europe/Berln" is not a time zone of the IANA database. Did you mean "Europe/Berlin"?',
      ],
    ],
    [
      "a bad expression",
      ["run: x", 'cron: "61 * * * *"'],
      ['5:5 schedules.a.cron: Minute 61 is out of range 0-59 (character 1 of "61 * * * *").'],
    ],
    [
      "a key without a value",
      ["run: x", "cron:"],
      [
        '5:5 schedules.a.cron: This has no value. Write an expression in quotes, such as "0 3 * * *", or a list of them.',
      ],
    ],
    [
      "a bad overlap",
      ["run: x", "overlap: allow"],
      [
        '5:5 schedules.a.overlap: "allow" is not an overlap policy. Write skip, queue, concurrent or replace.',
      ],
    ],
    [
      "a bad duration",
      ["run: x", "timeout: soon"],
      [
        '5:5 schedules.a.timeout: "soon" is not a duration. Write 90s, 15m, 1h30m or 2d, or a number of seconds.',
      ],
    ],
    [
      "half a second",
      ["run: x", "timeout: 500ms"],
      ["5:5 schedules.a.timeout: A timeout is whole seconds, from 1 to 31536000 (a year); this is 0.5."],
    ],
    [
      "a word of old YAML",
      ["run: x", "enabled: no"],
      ['5:5 schedules.a.enabled: This is the text "no". Write true or false.'],
    ],
    [
      "a number for a description",
      ["run: x", "description: 5"],
      ["5:5 schedules.a.description: This is the number 5. Write a text, in quotes if need be."],
    ],
    [
      "a broken installation",
      ["run: x", "github_installation: 1.5"],
      [
        "5:5 schedules.a.github_installation: An installation's id is a whole number of 1 or more; this is 1.5.",
      ],
    ],
    [
      "a home directory",
      ["run: x", "cwd: ~/jobs"],
      ['5:5 schedules.a.cwd: "~/jobs" begins with ~, which only a shell knows. Write the path.'],
    ],
    [
      "a variable without a value",
      ["run: x", "env:", "  TOKEN:"],
      [
        '6:7 schedules.a.env.TOKEN: Write a text, a number, true or false, or { secret: name }; "" for an empty one.',
      ],
    ],
    [
      "a variable that is a list",
      ["run: x", "env: { A: [secret] }"],
      [
        '5:12 schedules.a.env.A: Write a text, a number, true or false, or { secret: name }; "" for an empty one.',
      ],
    ],
    [
      "a secret under a name that cannot be, which is not shown",
      ["run: x", 'env: { A: { secret: "the value, not the name" } }'],
      [
        "5:12 schedules.a.env.A: This cannot name a secret. Use 1 to 100 letters, digits, and _ - . with neither - nor . first.",
      ],
    ],
    [
      "a map that is no secret",
      ["run: x", "env: { A: { secrets: api_key } }"],
      [
        "5:12 schedules.a.env.A: A value is neither a text nor a secret. Write { secret: name }, and if need be from: a provider.",
      ],
    ],
    [
      "a secret from nowhere",
      ["run: x", "env: { A: { secret: api_key, from: vault } }"],
      [
        '5:12 schedules.a.env.A: "vault" provides no secrets. Write one of store, environment, files, command.',
      ],
    ],
    [
      "a bad name of a variable",
      ["run: x", "env: { MY-VAR: x }"],
      [
        '5:12 schedules.a.env.MY-VAR: "MY-VAR" cannot name a variable of the environment. Use letters, digits and _, with no digit first.',
      ],
    ],
    [
      "a reserved variable",
      ["run: x", "env: { BELFRY_URL: x }"],
      [
        "5:12 schedules.a.env.BELFRY_URL: BELFRY_URL is reserved: Belfry sets what begins with BELFRY_ itself. Choose another name.",
      ],
    ],
    [
      "NUL",
      ["run: x", 'env: { A: "hunter2\\0" }'],
      ["5:12 schedules.a.env.A: A value cannot have a NUL character in it."],
    ],
    [
      "a misspelt key",
      ["run: x", "timezon: UTC"],
      [
        '5:5 schedules.a.timezon: There is no key "timezon" here. Did you mean "timezone"? The keys are run, cron, every, anchor, at, starts_at, ends_at, max_runs, timezone, spread, dst, blackouts, blackout, catch_up, catch_up_window, overlap, timeout, grace, retry, exit_codes, pause_after, cool_down, max_concurrent, queue_depth, concurrency_group, priority, start_deadline, keep, cwd, env, enabled, description, github_installation.',
      ],
    ],
    [
      "a merge key",
      ["run: x", "<<: { cron: x }"],
      ['5:5 schedules.a."<<": Merge keys are not read. Write the keys out, or put them under defaults.'],
    ],
    [
      "a key twice",
      ["run: x", "run: y"],
      ["5:5 schedules.a.run: This key is there already, on line 4. Keep one of the two."],
    ],
  ])("%s", (_what, lines, expected) => {
    expect(linesOf(withLines(...lines))).toEqual(expected.map((line) => `belfry.yaml:${line}`));
  });

  it.each([
    ["command", "run"],
    ["schedule", "cron"],
    ["tz", "timezone"],
    ["time_zone", "timezone"],
    ["environment", "env"],
    ["working_directory", "cwd"],
    ["concurrency", "overlap"],
    ["Enabled", "enabled"],
  ])("the key %s makes it ask for %s", (key, meant) => {
    expect(linesOf(withLines("run: x", `${key}: x`))[0]).toContain(`Did you mean "${meant}"?`);
  });

  it.each<[string, string, string]>([
    ["an empty file", "", "1:1 The manifest is empty. Begin it with version: 1, and put schedules: below."],
    [
      "only comments",
      "# nothing\n",
      "1:1 The manifest is empty. Begin it with version: 1, and put schedules: below.",
    ],
    ["a list", "- a\n", "1:1 This is a list. Write a map with version and schedules."],
    ["a word", "hello", '1:1 This is the text "hello". Write a map with version and schedules.'],
    ["no version", "schedules: {}\n", "1:1 version: This is missing. Write version: 1."],
    [
      "a newer version",
      "version: 2\nschedules: {}\n",
      "1:1 version: This Belfry reads manifests of version 1 only. Write version: 1.",
    ],
    [
      "a version in quotes",
      "version: '1'\nschedules: {}\n",
      '1:1 version: This is the text "1". Write version: 1.',
    ],
    [
      "no schedules",
      "version: 1\n",
      "1:1 schedules: This is missing. Write schedules by name, or {} for none.",
    ],
    [
      "schedules of nothing",
      "version: 1\nschedules:\n",
      "2:1 schedules: This has no value. Write schedules by name, or {} for none.",
    ],
    [
      "a list of schedules",
      "version: 1\nschedules:\n  - run: x\n",
      "2:1 schedules: This is a list. Write schedules by name, or {} for none.",
    ],
    [
      "an unknown key at the top",
      "version: 1\nschedules: {}\ndefault: {}\n",
      '3:1 default: There is no key "default" here. Did you mean "defaults"? The keys are version, defaults, schedules.',
    ],
    [
      "a default that none can be",
      "version: 1\ndefaults: { run: x }\nschedules: {}\n",
      "2:13 defaults.run: run is a matter of each schedule. The keys of defaults are timezone, spread, dst, blackouts, blackout, catch_up, catch_up_window, overlap, timeout, grace, retry, exit_codes, pause_after, cool_down, max_concurrent, queue_depth, concurrency_group, priority, start_deadline, keep, cwd, env, enabled.",
    ],
    [
      "an empty schedule",
      "version: 1\nschedules:\n  a:\n",
      "3:3 schedules.a: This has no value. Write a map with at least run.",
    ],
    [
      "two of a name",
      "version: 1\nschedules:\n  a: {run: x}\n  a: {run: x}\n",
      "4:3 schedules.a: There is a schedule of this name already, on line 3. Give each its own name.",
    ],
    [
      "a blank around a name",
      'version: 1\nschedules:\n  " a": {run: x}\n',
      '3:3 schedules." a": The name " a" has a blank at its beginning or end. Take it away.',
    ],
    [
      "an empty name",
      'version: 1\nschedules:\n  "": {run: x}\n',
      '3:3 schedules."": A schedule needs a name of 1 to 200 characters.',
    ],
    [
      "__proto__",
      "version: 1\nschedules:\n  __proto__: {run: x}\n",
      "3:3 schedules.__proto__: This cannot be a key. Choose another name.",
    ],
    ["a tab", "version: 1\nschedules:\n\ta: 1\n", "3:1 YAML cannot be indented with tabs. Use spaces."],
    [
      "an expression without quotes",
      withLines("run: x", "cron: */5 * * * *"),
      '5:15 A value that begins with * goes in quotes, such as cron: "*/5 * * * *".',
    ],
    [
      "only stars without quotes",
      withLines("run: x", "cron: * * * * *"),
      '5:11 A value that begins with * goes in quotes, such as cron: "*/5 * * * *".',
    ],
    [
      "a nickname without quotes",
      withLines("run: x", "cron: @daily"),
      "5:11 A value that begins with @, `, % or another sign of YAML goes in quotes.",
    ],
    ["a colon without quotes", withLines("run: echo a: b"), '4:10 A value with ": " in it goes in quotes.'],
    [
      "two documents",
      "version: 1\n---\nversion: 1\n",
      "2:1 A manifest is one document. Take the line away that begins with ---.",
    ],
    ["an unknown tag", withLines("run: !sh x"), "4:10 Unknown tag: !sh. Take it away."],
    [
      "a key that is a list",
      "version: 1\n? [a]\n: b\n",
      "2:3 A key is a word, not a list, a map or an alias.",
    ],
    [
      "an alias of nothing",
      withLines("run: *x"),
      "4:10 There is no anchor &x before *x. A value that begins with * goes in quotes.",
    ],
    ["an alias around itself", withLines("run: &x [a, *x]"), "4:17 *x is inside of what it stands for."],
    [
      "a binary file",
      "\x7fELF\0\0",
      "1:5 This is not a text file: it has a NUL character here. A manifest is a YAML file.",
    ],
  ])("%s", (_what, text, expected) => {
    expect(linesOf(text)).toEqual([`belfry.yaml:${expected}`]);
  });

  it("a bracket that is never closed", () => {
    expect(linesOf(withLines("run: [a, b"))[0]).toMatch(/^belfry\.yaml:\d+:\d+ This is not YAML: .+\.$/);
  });

  it("a file that is too large", () => {
    expect(linesOf("#".repeat(5_000_001))[0]).toMatch(/larger than 5 MB/);
  });

  it("brackets in brackets without end", () => {
    expect(linesOf("[".repeat(20_000))[0]).toMatch(/nested too deeply/);
  });

  it("aliases of aliases that would fill the memory", () => {
    const levels = Array.from(
      { length: 8 },
      (_, at) => `a${at + 1}: &a${at + 1} [${`*a${at}, `.repeat(10)}]`,
    );
    expect(linesOf(["a0: &a0 [x]", ...levels].join("\n"))[0]).toMatch(/aliases stand for too much/);
  });
});

describe("all the mistakes of a manifest", () => {
  const text = `version: 1
defaults:
  timezone: Mars/Base
schedules:
  a:
    cron: "* * *"
    run: x
    overlap: maybe
  b: {}
  a: { run: y }
`;

  it("are told at once, in the order of the file", () => {
    expect(linesOf(text).map((line) => line.split(" ", 2).join(" "))).toEqual([
      "belfry.yaml:3:3 defaults.timezone:",
      "belfry.yaml:9:3 schedules.b.run:",
      "belfry.yaml:10:3 schedules.a:",
    ]);
  });

  it("are there as data too", () => {
    expect.assertions(2);
    try {
      parseManifest(text, file);
    } catch (error) {
      const { problems } = error as ManifestError;
      expect(problems).toHaveLength(3);
      expect(problems[1]).toMatchObject({ line: 9, column: 3, path: "schedules.b.run" });
    }
  });

  it("fill no more than a hundred lines", () => {
    const lines = linesOf(
      `version: 1\nschedules:\n${Array.from({ length: 300 }, (_, at) => `  s${at}: {}`).join("\n")}`,
    );
    expect(lines).toHaveLength(101);
    expect(lines.at(-1)).toBe("... and 200 more.");
  });

  it("never show the value of a variable", () => {
    const told = linesOf(
      withLines("run: x", "env:", "  A: [hunter2]", '  1B: "hunter2"', '  C: "hunter2\\0"'),
    ).join();
    expect(told).toContain("1B");
    expect(told).not.toContain("hunter2");
  });
});

describe("whatever the file holds", () => {
  const words = `version: 1|schedules:|defaults:|a:|run:|env:|cron:|- |x|*x|&x|[|]|{|}|1|\n|\n  |\n    |: |?|'|"|!!|<<|~|#|@|\t|---|%|\\|__proto__:`;

  it("it is a list of schedules or a ManifestError with places that are in the file", () => {
    const anyText = array(constantFrom(...words.split("|")), { maxLength: 40 }).map((some) => some.join(""));
    assert(
      property(anyText, (text) => {
        const lineCount = text.split("\n").length;
        for (const { line, column } of problemsOf(() => read(text))) {
          expect(line).toBeGreaterThan(0);
          expect(line).toBeLessThanOrEqual(lineCount);
          expect(column).toBeGreaterThan(0);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
