import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build, type BuildOptions } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type OpenBrowser, openBrowser } from "../support/browser.js";
import { coreAnswers } from "./core-answers.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const core = fileURLToPath(new URL("../../src/core", import.meta.url));

let opened: OpenBrowser;
beforeAll(async () => {
  opened = await openBrowser();
});
afterAll(() => opened?.close());

/** The program of a text as a browser takes it. What only Node.js has cannot be resolved, and is an error. */
async function bundled(contents: string, resolveDir: string, options: BuildOptions = {}): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir, loader: "ts" },
    bundle: true,
    platform: "browser",
    format: "iife",
    target: "es2023",
    write: false,
    logLevel: "silent",
    ...options,
  });
  return outputFiles![0]!.text;
}

async function answersInBrowser(timezoneId: string): Promise<unknown> {
  const script = await bundled('export { coreAnswers } from "./core-answers.js"', here, {
    globalName: "core",
  });
  const context = await opened.browser.newContext({ timezoneId });
  const page = await context.newPage();
  await page.addScriptTag({ content: script });
  const answers: string = await page.evaluate("JSON.stringify(core.coreAnswers())");
  await context.close();
  return JSON.parse(answers);
}

test.each(["UTC", "Pacific/Auckland"])(
  "a browser on a machine in %s answers what Node.js answers here",
  async (timezoneId) => {
    const ours: unknown = JSON.parse(JSON.stringify(coreAnswers()));
    expect(await answersInBrowser(timezoneId)).toEqual(ours);
  },
);

test("some of these answers, so that both are not wrong alike", () => {
  const { fires, errors } = coreAnswers();
  expect(fires[2]![0]!.fires.slice(0, 3)).toEqual([
    "2019-03-30T01:30:00.000Z",
    "2019-03-31T01:00:00.000Z",
    "2019-04-01T00:30:00.000Z",
  ]);
  expect(fires.flat().every(({ fires, count }) => fires.length === count)).toBe(true);
  expect(errors).toMatchObject([
    { code: "invalid_cron" },
    { code: "invalid_cron" },
    { code: "invalid_cron" },
    { code: "invalid_timezone" },
  ]);
});

test("every file of the core can be bundled for a browser", async () => {
  const files = (await readdir(core, { recursive: true })).filter(
    (name) => name.endsWith(".ts") && !name.endsWith(".test.ts"),
  );
  expect(files.length).toBeGreaterThan(80);
  const imports = files.map((name) => `import "./${name.replace(/ts$/, "js")}";`);
  await expect(bundled(imports.join("\n"), core)).resolves.toBeTypeOf("string");
});

test("what only Node.js has cannot be bundled", async () => {
  await expect(bundled('import "node:fs";', core)).rejects.toThrow('Could not resolve "node:fs"');
});
