import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sharedTimeKeys, timeKeys } from "../../src/manifest/time-shapes.js";
import type { BelfryServer } from "../support/belfry-server.js";
import { belfry } from "../support/cli.js";
import { readExample, schedulesInTable, serveExample, type ServedExample } from "../support/example.js";

const example = readExample("times");

/** The commands of the page, and the lines shown below each. */
const shown = new Map(
  [...example.page.matchAll(/^```\n\$ belfry (.+)\n([^`]*)```/gm)].map(([, command, output]) => [
    command!,
    output!.trimEnd().split("\n"),
  ]),
);

it("has each key for time, and the page a line for each schedule", () => {
  const keys = Object.keys({ ...timeKeys, ...sharedTimeKeys });
  expect(keys.filter((key) => !example.keys.has(key))).toEqual([]);
  expect(schedulesInTable(example)).toEqual(example.names);
});

it("is forecast without a server, word for word as the page shows", async () => {
  const [command, lines] = [...shown].find(([text]) => text.startsWith("forecast"))!;
  const surroundings = { now: "2026-11-29T12:00:00Z", env: { BELFRY_URL: "http://127.0.0.1:1" } };
  const { code, stdout } = await belfry(wordsOf(command, example.folder), surroundings);
  expect(code).toBe(0);
  expectInOrder(stdout, lines);
});

describe("with a server", () => {
  let served: ServedExample;
  let server: BelfryServer;
  beforeAll(async () => {
    served = await serveExample(example);
    ({ server } = served);
    writeFileSync(join(served.folder, "draft.yaml"), example.text.replace("spread: 10m", "spread: 20m"));
  });
  afterAll(() => served[Symbol.asyncDispose]());

  it("is applied, and then a plan finds nothing to do", async () => {
    expect(server.logged("manifest.applied")).toMatchObject([{ created: example.names }]);
    const planned = await server.belfry("plan", "-f", served.manifest, "--exit-code");
    expect(planned).toMatchObject({ code: 0, stderr: "" });
  });

  it.each(example.names)("%s is explained", async (name) => {
    const explained = await server.belfry("explain", name);
    expect(explained).toMatchObject({ code: 0, stderr: "" });
    expect(explained.stdout).toMatch(/^\S+: (on|ended)\n.*\n {2}zone +Europe\/Berlin\n/s);
  });

  it.each([...shown.keys()])("belfry %s prints what the page shows, but for dates", async (command) => {
    const { code, stdout } = await server.belfry(...wordsOf(command, served.folder));
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
