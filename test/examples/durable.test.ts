import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunJson } from "../../src/api/public/shapes.js";
import { policyKeys } from "../../src/manifest/policy-shapes.js";
import type { BelfryServer } from "../support/belfry-server.js";
import { eventually } from "../support/eventually.js";
import { readExample, schedulesInTable, serveExample, type ServedExample } from "../support/example.js";

const example = readExample("durable");

it("has each key for policies, and the page a line for each schedule", () => {
  expect(Object.keys(policyKeys).filter((key) => !example.keys.has(key))).toEqual([]);
  expect(schedulesInTable(example)).toEqual(example.names);
});

describe("with a server", { timeout: 120_000 }, () => {
  let served: ServedExample;
  let folder: string;
  let server: BelfryServer;
  beforeAll(async () => {
    served = await serveExample(example);
    ({ folder, server } = served);
  });
  afterAll(() => served[Symbol.asyncDispose]());

  async function trigger(schedule: string): Promise<string> {
    const { stdout } = await server.belfry("schedule", "trigger", schedule, "--json");
    return (JSON.parse(stdout) as RunJson).id;
  }

  async function run(id: string): Promise<RunJson> {
    return JSON.parse((await server.belfry("run", "show", id, "--json")).stdout) as RunJson;
  }

  it("is applied, and then a plan finds nothing to do", async () => {
    const planned = await server.belfry("plan", "-f", served.manifest, "--exit-code");
    expect(planned).toMatchObject({ code: 0, stderr: "" });
  });

  it.each(["schedule trigger import-orders --wait", "explain import-orders", "schedule show export-prices"])(
    "belfry %s prints what the page shows",
    async (command) => {
      const { code, stdout } = await server.belfry(...command.split(" "));
      expect(code).toBe(0);
      const shown = example.page.split(`$ belfry ${command}\n`)[1]!.split("```")[0]!;
      expect(linesOf(stdout)).toEqual(
        expect.arrayContaining(linesOf(shown).filter((line) => line !== "...")),
      );
    },
  );

  it("tries a run again until it succeeds, and keeps how often it failed", async () => {
    const ended = await server.runByHand("import-orders");
    expect(ended).toMatchObject({ status: "succeeded", attempt: 3, failures: 2, exitCode: 0 });
    const failed = ended.events.filter(({ name }) => name === "run.attempt_failed");
    expect(failed.map(({ details }) => details["exitCode"])).toEqual([75, 75]);
  });

  it("takes an exit code for nothing to do", async () => {
    expect(await server.runByHand("fetch-mail")).toMatchObject({
      status: "skipped",
      skipReason: "exit_code",
      exitCode: 99,
      attempt: 1,
    });
  });

  it("runs one of a group at a time, and the one of the highest priority first", async () => {
    writeFileSync(join(folder, "maintenance"), "");
    const holder = await trigger("refresh-views");
    await server.untilLogged("run.started", { runId: holder });
    const later = await trigger("refresh-views");
    const hurried = await trigger("month-report");
    rmSync(join(folder, "maintenance"));
    for (const id of [hurried, later]) await server.untilEnded(id);
    const [first, second, third] = [await run(holder), await run(hurried), await run(later)];
    for (const each of [first, second, third]) {
      expect(each).toMatchObject({ status: "succeeded", attempt: 1 });
    }
    expect(second.startedAt! >= first.finishedAt!).toBe(true);
    expect(third.startedAt! >= second.finishedAt!).toBe(true);
  });

  it("rests after failures in a row, and goes on once the cause is mended", async () => {
    const ended = async (is: (run: RunJson) => boolean) => (await server.runs("export-prices")).filter(is);
    await eventually(async () => (await ended(({ skipReason }) => skipReason === "circuit_open")).length > 0);
    const held = await ended(({ skipReason }) => skipReason === "circuit_open");
    const before = await ended(
      ({ id, status }) => status === "failed" && Number(id) < Number(held.at(-1)!.id),
    );
    // A fire that is late by more than the cool-down is let through as one that tries.
    expect(before.length).toBeGreaterThanOrEqual(2);
    writeFileSync(join(folder, "partner-is-up"), "");
    await eventually(async () => (await ended(({ status }) => status === "succeeded")).length > 1);
  });
});

/** The lines of an output. How wide a column is hangs on what else there is to tell. */
function linesOf(output: string): string[] {
  return output.split("\n").map((line) => line.replaceAll(/ {2,}/g, "  "));
}
