import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { sharedTimeKeys, timeKeys } from "../../src/manifest/time-shapes.js";
import { BelfryServer } from "../support/belfry-server.js";
import { belfry } from "../support/cli.js";
import { createTestDataDir } from "../support/data-dir.js";

const example = fileURLToPath(new URL("../../examples/times", import.meta.url));
const page = readFileSync(join(example, "README.md"), "utf8");
const { defaults, schedules } = parse(readFileSync(join(example, "belfry.yaml"), "utf8")) as {
  defaults: object;
  schedules: Record<string, object>;
};
const names = Object.keys(schedules);

/** The commands of the page, and the lines shown below each. */
const shown = new Map(
  [...page.matchAll(/^```\n\$ belfry (.+)\n([^`]*)```/gm)].map(([, command, output]) => [
    command!,
    output!.trimEnd().split("\n"),
  ]),
);

it("has each key for time, and the page a line for each schedule", () => {
  const used = new Set([defaults, ...Object.values(schedules)].flatMap((entry) => Object.keys(entry)));
  const keys = Object.keys({ ...timeKeys, ...sharedTimeKeys });
  expect(keys.filter((key) => !used.has(key))).toEqual([]);
  expect([...page.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name]) => name)).toEqual(names);
});

it("is forecast without a server, word for word as the page shows", async () => {
  const [command, lines] = [...shown].find(([text]) => text.startsWith("forecast"))!;
  const surroundings = { now: "2026-11-29T12:00:00Z", env: { BELFRY_URL: "http://127.0.0.1:1" } };
  const { code, stdout } = await belfry(wordsOf(command, example), surroundings);
  expect(code).toBe(0);
  expectInOrder(stdout, lines);
});

describe("with a server", () => {
  let dataDir: string;
  let folder: string;
  let server: BelfryServer;

  beforeAll(async () => {
    dataDir = await createTestDataDir();
    folder = join(dataDir, "example");
    cpSync(example, folder, { recursive: true });
    const text = readFileSync(join(folder, "belfry.yaml"), "utf8");
    writeFileSync(join(folder, "draft.yaml"), text.replace("spread: 10m", "spread: 20m"));
    const manifest = join(folder, "belfry.yaml");
    server = new BelfryServer({ manifest, dataDir, databaseUrl: null, port: 0 });
    await server.start();
    await server.untilLogged("manifest.applied");
  });

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await rm(dataDir, { recursive: true });
  });

  it("is applied, and then a plan finds nothing to do", async () => {
    expect(server.logged("manifest.applied")).toMatchObject([{ created: names }]);
    const planned = await server.belfry("plan", "-f", join(folder, "belfry.yaml"), "--exit-code");
    expect(planned).toMatchObject({ code: 0, stderr: "" });
  });

  it.each(names)("%s is explained", async (name) => {
    const explained = await server.belfry("explain", name);
    expect(explained).toMatchObject({ code: 0, stderr: "" });
    expect(explained.stdout).toMatch(/^\S+: (on|ended)\n.*\n {2}zone +Europe\/Berlin\n/s);
  });

  it.each([...shown.keys()])("belfry %s prints what the page shows, but for dates", async (command) => {
    const { code, stdout } = await server.belfry(...wordsOf(command, folder));
    expect(code).toBe(0);
    const undated = shown.get(command)!.filter((line) => !/\d\d:\d\d|\d d \d+ h|▒/.test(line));
    expectInOrder(stdout, undated);
  });
});

/** The words of a command, with the example in the folder. */
function wordsOf(command: string, folder: string): string[] {
  const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
  return words.map((word) => word.replace(/^examples\/times/, folder));
}

/** Expects the lines of an output, in this order; `...` stands for any that are left out. */
function expectInOrder(output: string, lines: readonly string[]): void {
  const printed = output.split("\n");
  let from = 0;
  for (const line of lines.filter((each) => each !== "...")) {
    const at = printed.indexOf(line, from);
    expect(at, `"${line}" in what was printed:\n${output}`).toBeGreaterThanOrEqual(from);
    from = at + 1;
  }
}
