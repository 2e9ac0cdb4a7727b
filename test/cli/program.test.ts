import type { Command } from "commander";
import { expect, test } from "vitest";
import { packageVersion } from "../../src/version.js";
import { createProgram } from "../../src/cli/program.js";
import { aSchedule } from "../support/api-samples.js";
import { belfry, belfryAt, recording } from "../support/cli.js";
import { startPublicApi } from "../support/public-api.js";

test.each([
  [["shedule", "list"], /Unknown command 'shedule' \(Did you mean schedule\?\)/],
  [["schedule", "lst"], /Unknown command 'lst' \(Did you mean list\?\)/],
  [["run", "list", "--jsn"], /Unknown option '--jsn' \(Did you mean --json\?\)/],
  [["run", "list", "--limit", "0"], /"0" is out of place for --limit: write a whole number from 1 to/],
  [["run", "list", "--limit", "many"], /"many" is out of place for --limit/],
  [
    ["run", "list", "--port", "70000"],
    /"70000" is out of place for --port: write a whole number from 1 to 65535/,
  ],
  [
    ["run", "list", "--status", "done"],
    /'done' is invalid. Allowed choices are pending, dispatched, running, succeeded/,
  ],
  [["run", "show"], /Missing required argument 'id'/],
  [["schedule", "show", "a", "b"], /Too many arguments/],
  [["next", "* * * * *", "-n", "1.5"], /"1\.5" is out of place for -n/],
  [["--data-dir", "x", "runner"], /Write "runner" right after "belfry"/],
])("belfry %j: exit code 2 and one line that says what would be right", async (argv, message) => {
  const { code, stdout, stderr } = await belfry(argv);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(message);
  expect(stderr).toMatch(/^belfry: [^\n]+ \(invalid_request\)\n$/);
});

test.each([[[]], [["schedule"]], [["run"]]])(
  "belfry %j alone shows the help on stderr: exit code 2",
  async (argv) => {
    const { code, stdout, stderr } = await belfry(argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^Usage: belfry/);
  },
);

test("--version prints the package's version", async () => {
  expect(await belfry(["--version"])).toEqual({ code: 0, stdout: `${packageVersion()}\n`, stderr: "" });
});

const names = (command: Command): string =>
  `${command.parent ? `${names(command.parent)} ` : ""}${command.name()}`;
const everyCommand = (command: Command): Command[] => [command, ...command.commands.flatMap(everyCommand)];

test.each(everyCommand(createProgram(recording().io)).map((command) => [names(command)]))(
  "the help of %s has an example",
  async (command) => {
    const { code, stdout, stderr } = await belfry([...command.split(" ").slice(1), "--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/\nExamples:\n {2}\S/);
  },
);

test("the help names every command, the runner too", async () => {
  const { stdout } = await belfry(["--help"]);
  for (const command of ["serve", "schedule", "run", "next", "migrate", "runner"]) {
    expect(stdout).toMatch(new RegExp(`^ {2}${command}\\b`, "m"));
  }
});

test("a fault of ours is one line too; BELFRY_DEBUG=1 adds the stack", async () => {
  const { io, told } = recording({ env: { BELFRY_URL: "http://x", BELFRY_TOKEN: "t" } });
  const { run } = await import("../../src/cli/program.js");
  const broken = {
    ...io,
    now: () => {
      throw new RangeError("no clock");
    },
  };
  expect(await run(["next", "* * * * *"], broken)).toBe(1);
  expect(told.stderr).toBe("belfry: no clock (internal_error)\n");
  await run(["next", "* * * * *"], { ...broken, env: { BELFRY_DEBUG: "1" } });
  expect(told.stderr).toMatch(/RangeError: no clock\n +at /);
});

test("names cannot play tricks on the terminal", async () => {
  const api = await startPublicApi({ schedules: [aSchedule({ name: "\u001b[2Jtwo\nlines" })] });
  const { stdout } = await belfryAt(api, ["schedule", "list"]);
  await api.stop();
  expect(stdout).toContain("\\u001b[2Jtwo\\nlines");
});

test("colours are for terminals, and for nobody under NO_COLOR", async () => {
  const api = await startPublicApi({ schedules: [aSchedule()] });
  const list = async (terminal: boolean, env: Record<string, string>) =>
    (await belfryAt(api, ["schedule", "list"], { terminal, env })).stdout.includes("\u001b[");
  expect([await list(true, {}), await list(false, {}), await list(true, { NO_COLOR: "1" })]).toEqual([
    true,
    false,
    false,
  ]);
  await api.stop();
});
