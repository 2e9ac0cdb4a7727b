import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { askServer } from "../support/ask-server.js";
import { BelfryServer } from "../support/belfry-server.js";
import { createTestFolder } from "../support/data-dir.js";
import { eventually } from "../support/eventually.js";
import { findFreePort } from "../support/free-port.js";
import { createTestDatabase, type TestDatabase } from "../support/postgres.js";

let folder: string;
let port: number;
let home: TestDatabase;
let server: BelfryServer;

beforeEach(async () => {
  folder = await createTestFolder();
  port = await findFreePort();
  home = await createTestDatabase();
});

afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await home.drop();
  await rm(folder, { recursive: true });
});

const dataDir = () => join(folder, "data");
const ask = (path: string, init?: RequestInit) => askServer({ port, dataDir: dataDir() }, path, init);
const trigger = async (name: string) =>
  (await ask(`/api/v1/schedules/${name}/trigger`, { method: "POST" })).body.id as string;

/** A server that waits so long for its runs, with one at work until its file is there. */
async function serveAndWork(dispatcher: string, drain: string): Promise<string> {
  const patient = { run: `until [ -e '${join(folder, "end")}' ]; do sleep 0.05; done; echo well` };
  const manifest = join(folder, "belfry.yaml");
  await writeFile(manifest, JSON.stringify({ version: 1, schedules: { patient, other: { run: "true" } } }));
  const flags = ["--cadence", "100ms", "--dispatcher", dispatcher, "--drain", drain];
  server = new BelfryServer({ manifest, dataDir: dataDir(), databaseUrl: home.url, port, flags });
  await server.start();
  await server.untilLogged("manifest.applied");
  const runId = await trigger("patient");
  await server.untilLogged("run.started", { runId });
  return runId;
}

describe.each(["subprocess", "runner-host"])("a server that drains (%s)", (dispatcher) => {
  test("answers its runs until they have ended, starts no more, and says at once that it is not ready", async () => {
    const runId = await serveAndWork(dispatcher, "10m");
    const held = ask(`/api/v1/runs/${runId}/logs?waitMs=30000`);
    const ended = server.end("SIGTERM");
    await server.untilLogged("server.draining", { runs: 1 });
    expect(await ask("/readyz")).toMatchObject({ status: 503, body: { reason: "stopping" } });

    await trigger("other");
    await writeFile(join(folder, "end"), "");
    expect(await ended).toEqual({ code: 0, signal: null });
    expect((await held).body.items).toMatchObject([{ text: "well\n" }]);
    expect(server.logged("run.succeeded", { runId })).toHaveLength(1);
    expect(server.logged("run.dispatched")).toHaveLength(1);
    expect(server.log.at(-1)!.msg).toBe("server.stopped");
    expect(server.log.filter(({ level }) => level === "error")).toEqual([]);
  });
});

test("a server that has drained for as long as it was told ends, and its runs go on", async () => {
  await serveAndWork("subprocess", "300ms");
  expect(await server.end("SIGTERM")).toEqual({ code: 0, signal: null });
  expect(server.logged("server.drained_in_part")).toMatchObject([{ runs: 1 }]);
  expect(server.children().length).toBeGreaterThan(0);
});

test("a second signal ends a drain at once", async () => {
  await serveAndWork("subprocess", "10m");
  process.kill(server.pid, "SIGTERM");
  await server.untilLogged("server.draining");
  expect(await server.end("SIGTERM")).toEqual({ code: 1, signal: null });
  await eventually(() => server.children().length > 0);
});
