import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import type { ScheduleDefinition } from "../../src/core/schedule.js";
import { parseManifest } from "../../src/manifest/parse.js";
import { defaultsShape, entryShape } from "../../src/manifest/shapes.js";
import { loadManifest } from "../../src/manifest/sources.js";

const quickStart = fileURLToPath(new URL("../../examples/quick-start/belfry.yaml", import.meta.url));

describe("the quick start", async () => {
  const schedules = await loadManifest(quickStart, new Date());

  it("has something that fires within seconds, something in another zone, and something by hand", () => {
    expect(schedules.map(({ name }) => name)).toEqual([
      "heartbeat",
      "countdown",
      "coin",
      "tea-time",
      "greet",
    ]);
    expect(schedules.some(({ cron }) => cron?.split(" ").length === 6)).toBe(true);
    expect(schedules.some(({ timezone }) => timezone !== "UTC")).toBe(true);
    expect(schedules.at(-1)!.cron).toBeNull();
  });

  it.each([
    ["heartbeat", /^All is well\. Fired for 2026-11-23T13:30:00\.000Z\.\n$/],
    ["countdown", /^3 \.\.\.\n2 \.\.\.\n1 \.\.\.\nLift-off!\n$/],
    ["coin", /^(Heads: all good|Tails)\.\n$/],
    ["tea-time", /^Tea is ready\. In Tokyo it is \d\d:\d\d\.\n$/],
    ["greet", /^Good day, world! This is run 42\.\n$/],
  ])("%s does what it says", async (name, expected) => {
    const { stdout, code } = await carryOut(schedules.find((schedule) => schedule.name === name)!);
    expect(stdout).toMatch(expected);
    expect(code).toBe(stdout.startsWith("Tails") ? 1 : 0);
  });
});

describe("docs/manifest.md", () => {
  const page = readFileSync(new URL("../../docs/manifest.md", import.meta.url), "utf8");

  it("shows manifests that are right", () => {
    const calendars = new Map([[resolve("holidays.ics"), []]]);
    const examples = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, example]) => example!);
    const counts = examples.map((example) => parseManifest(example, "belfry.yaml", calendars).length);
    expect(counts).toEqual([3, 2, 2, 1, 1, 3, 3, 4, 2]);
  });

  it("has a row for each key, which says whether it may stand in the defaults", () => {
    const rows = [...page.matchAll(/^\| `(\w+)` \| (yes|no) \|/gm)].map(([, key, too]) => `${key}: ${too}`);
    const keys = Object.keys(entryShape.shape).map(
      (key) => `${key}: ${key in defaultsShape.shape ? "yes" : "no"}`,
    );
    expect(new Set(rows)).toEqual(new Set(keys));
  });
});

async function carryOut({ run, cwd, env }: ScheduleDefinition): Promise<{ stdout: string; code: number }> {
  const [program, ...args] = typeof run === "string" ? ["/bin/sh", "-c", run] : run;
  const ofRun = { BELFRY_RUN_ID: "42", BELFRY_FIRE_TIME: "2026-11-23T13:30:00.000Z" };
  const options = { cwd: cwd!, env: { ...process.env, ...env, ...ofRun } };
  return promisify(execFile)(program!, args, options).then(
    ({ stdout }) => ({ stdout, code: 0 }),
    (error: { stdout: string; code: number }) => error,
  );
}
