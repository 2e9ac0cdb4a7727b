import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { RunJson } from "../../src/api/public/shapes.js";
import { BelfryServer } from "../support/belfry-server.js";
import { createTestDataDir } from "../support/data-dir.js";

const manifest = fileURLToPath(new URL("../../examples/quick-start/belfry.yaml", import.meta.url));

let dataDir: string;
let server: BelfryServer;

beforeAll(async () => {
  dataDir = await createTestDataDir();
  server = new BelfryServer({ manifest, dataDir, databaseUrl: null, port: 0, flags: ["--show-output"] });
  await server.start();
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true });
});

it("shows something that succeeds within seconds", async () => {
  await server.untilLogged("run.succeeded", { schedule: "heartbeat" });
  const run = (await server.runs("heartbeat")).at(-1)!;
  expect(run).toMatchObject({ status: "succeeded", exitCode: 0, fireReason: "schedule" });
  const said = `All is well. Fired for ${run.fireTime}.`;
  expect((await server.logs(run.id)).stdout).toBe(`${said}\n`);
  expect(server.logged("run.output", { runId: run.id })).toMatchObject([{ line: said, stream: "stdout" }]);
});

it("has a schedule that one triggers, and whose log one follows to its end", async () => {
  const followed = await follow("greet");
  expect(followed).toEqual({
    code: 0,
    stdout: `Good day, world! This is run ${followed.id}.\n`,
    stderr: "",
    id: followed.id,
  });
});

it("has one that takes a while, and whose lines come as they are written", async () => {
  const { id, ...followed } = await follow("countdown");
  expect(followed).toEqual({ code: 0, stdout: "3 ...\n2 ...\n1 ...\nLift-off!\n", stderr: "" });
  const { stdout } = await server.belfry("run", "logs", id, "--json");
  const entries = JSON.parse(stdout) as { text: string }[];
  expect(entries.length).toBeGreaterThan(1);
});

/** Triggers a schedule and follows the run's log. */
async function follow(schedule: string) {
  const { stdout } = await server.belfry("schedule", "trigger", schedule, "--json");
  const { id } = JSON.parse(stdout) as RunJson;
  return { ...(await server.belfry("run", "logs", id, "-f")), id };
}
