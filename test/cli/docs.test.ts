import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { expect, test } from "vitest";
import { exitCodes } from "../../src/cli/exit-codes.js";
import { createProgram } from "../../src/cli/program.js";
import { recording } from "../support/cli.js";

const page = await readFile(new URL("../../docs/cli.md", import.meta.url), "utf8");
const cliDir = new URL("../../src/cli", import.meta.url).pathname;

const pathOf = (command: Command): string =>
  command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
const leaves = (command: Command): Command[] =>
  command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
const commands = leaves(createProgram(recording().io)).map((command) => [pathOf(command), command] as const);

/** What the page says under a command's heading. */
function sectionOf(path: string): string {
  return page.split(/^#+ /m).find((section) => section.startsWith(`\`${path}`)) ?? "";
}

test.each(commands)(
  "docs/cli.md has a section on %s, with all its arguments and options",
  (path, command) => {
    const section = sectionOf(path);
    expect(section).not.toBe("");
    for (const option of command.options.filter(({ hidden }) => !hidden)) {
      const everywhere = ["--data-dir", "--port", "--context"].includes(option.long!);
      expect(everywhere ? page : section).toContain(option.long);
    }
    for (const { name } of command.registeredArguments.map((argument) => ({ name: argument.name() }))) {
      expect(section.split("\n")[0]).toContain(name.toUpperCase());
    }
  },
);

test("docs/cli.md has no section on a command that is not there", () => {
  const known = commands.map(([path]) => path);
  const named = [...page.matchAll(/^#+ `(belfry(?: [a-z]+(?:-[a-z]+)*)+)/gm)].map(([, path]) => path);
  expect(new Set(named)).toEqual(new Set(known));
});

test("docs/cli.md has the exit codes as they are, and no others", () => {
  const rows = [...page.matchAll(/^\| (\d+) \| (.+) \|$/gm)].map(([, code, means]) => ({
    code: Number(code),
    means,
  }));
  expect(rows).toEqual(Object.values(exitCodes));
});

test("docs/cli.md names every environment variable that the command line reads", async () => {
  const files = await readdir(cliDir, { recursive: true });
  for (const file of files.filter((name) => name.endsWith(".ts"))) {
    const source = await readFile(join(cliDir, file), "utf8");
    for (const [, name] of source.matchAll(/\benv(?:\.|\[")([A-Z_]{2,})/g))
      expect(page).toContain(`\`${name}`);
  }
});
