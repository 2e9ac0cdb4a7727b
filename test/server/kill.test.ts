import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RunJson } from "../../src/api/public/shapes.js";
import { isFinal } from "../../src/core/run-state.js";
import { BelfryServer } from "../support/belfry-server.js";
import { fixture } from "../support/built-belfry.js";
import { createTestDataDir, createTestFolder } from "../support/data-dir.js";
import { eventually } from "../support/eventually.js";
import { findFreePort } from "../support/free-port.js";
import { expectNoHole } from "../support/no-hole.js";
import { createTestDatabase, type TestDatabase } from "../support/postgres.js";

const kills = 5;

let folder: string;
let dataDir: string;
let database: TestDatabase | null;
let server: BelfryServer;

describe.each(["embedded", "postgres"])("a server on the %s database", { timeout: 180_000 }, (kind) => {
  beforeEach(async () => {
    folder = await createTestFolder();
    dataDir = await createTestDataDir();
    database = kind === "postgres" ? await createTestDatabase() : null;
  });

  afterEach(async () => {
    await server[Symbol.asyncDispose]();
    await database?.drop();
    await rm(folder, { recursive: true });
    await rm(dataDir, { recursive: true });
  });

  it("is killed in the middle of a run: the run ends with all its lines, once and in order", async () => {
    await serve({ slow: { cron: "* * * * * *", run: ["node", fixture("keeps-journal.mjs")] } });
    const runId = await untilJournalGrows();
    expect(await server.end("SIGKILL")).toEqual({ code: null, signal: "SIGKILL" });
    await untilJournalGrows();
    expect(server.children().length).toBeGreaterThan(0);

    await server.start();
    await untilJournalGrows();
    writeFileSync(path("stop"), "");
    await server.untilLogged("run.succeeded", { runId });
    await server.belfry("schedule", "pause", "slow");
    await eventually(() => server.children().length === 0);

    const lines = journal().filter(([id]) => id === runId);
    expect(lines.filter(([, , what]) => what === "start")).toHaveLength(1);
    const { stdout, code } = await server.logs(runId);
    expect(code).toBe(0);
    expect(stdout.trimEnd().split("\n")).toEqual(lines.map(([, , ...line]) => line.join(" ")).slice(1));
    expect(stdout.trimEnd().split("\n").slice(0, 2)).toEqual(["line 1", "line 2"]);

    const runs = await server.runs("slow");
    expectNoHole(runs);
    expectOneStartPerRun(runs);
    expect(runs.find(({ id }) => id === runId)).toMatchObject({
      status: "succeeded",
      attempt: 1,
      exitCode: 0,
    });
    expect(runs.filter(({ status }) => !isFinal(status))).toEqual([]);
  });

  it(`is killed ${kills} times right at a fire: none is lost, none is done twice`, async () => {
    const run = `echo "$BELFRY_RUN_ID $BELFRY_ATTEMPT start" >> ${path("journal")}`;
    const cron = "* * * * * *";
    await serve({ "all-at-once": { cron, run, overlap: "concurrent" }, "one-by-one": { cron, run } });
    for (let n = 0; n < kills; n += 1) {
      await server.untilLogged("run.succeeded", { schedule: "all-at-once" });
      // What a server does in the first tenths of a second after a fire must be safe to cut off anywhere.
      await sleep(1000 - (Date.now() % 1000) + Math.random() * 200);
      await server.end("SIGKILL");
      await server.start();
    }
    await server.untilLogged("run.succeeded", { schedule: "all-at-once" });
    for (const name of ["all-at-once", "one-by-one"]) await server.belfry("schedule", "pause", name);
    // A run that was claimed when its server died is dispatched again, 30 s later.
    await eventually(async () => {
      const runs = [...(await server.runs("all-at-once")), ...(await server.runs("one-by-one"))];
      return runs.every(({ status }) => isFinal(status)) && server.children().length === 0;
    });

    for (const name of ["all-at-once", "one-by-one"]) {
      const runs = await server.runs(name);
      expectNoHole(runs);
      expectOneStartPerRun(runs);
      for (const run of runs) expectHonest(run);
    }
  });

  it("is told to end: it does so at once, the run goes on, and its end is in the history of the next server", async () => {
    await serve({ slow: { run: ["node", fixture("keeps-journal.mjs")] } });
    const { stdout } = await server.belfry("schedule", "trigger", "slow", "--json");
    const { id } = JSON.parse(stdout) as RunJson;
    await untilJournalGrows();
    expect(await server.end("SIGTERM")).toEqual({ code: 0, signal: null });
    await untilJournalGrows();
    expect(existsSync(join(dataDir, "server.json"))).toBe(false);

    writeFileSync(path("stop"), "");
    await server.start();
    await server.untilLogged("run.succeeded", { runId: id });
    const [run] = await server.runs("slow");
    expect(run).toMatchObject({ id, status: "succeeded", attempt: 1, fireReason: "manual" });
    expect((await server.logs(id)).stdout.trimEnd().split("\n")).toHaveLength(journal().length - 1);
  });
});

function path(name: string): string {
  return join(folder, name);
}

/** Starts a server with these schedules; JSON is YAML too. */
async function serve(schedules: Record<string, object>): Promise<void> {
  writeFileSync(path("belfry.yaml"), JSON.stringify({ version: 1, schedules }));
  const port = await findFreePort();
  const env = { JOURNAL: path("journal"), STOP: path("stop") };
  server = new BelfryServer({
    manifest: path("belfry.yaml"),
    dataDir,
    databaseUrl: database?.url ?? null,
    port,
    env,
  });
  await server.start();
}

/** What the jobs have noted: run, attempt, and what. */
function journal(): string[][] {
  if (!existsSync(path("journal"))) return [];
  const lines = readFileSync(path("journal"), "utf8").split("\n");
  return lines.slice(0, -1).map((line) => line.split(" "));
}

/** Waits until a job has done more than it has by now, and answers with its run's id. */
async function untilJournalGrows(): Promise<string> {
  const length = journal().length;
  await eventually(() => journal().length > length + 5);
  return journal().at(-1)![0]!;
}

/** Nothing has started twice, and nothing without a row that says so. */
function expectOneStartPerRun(runs: readonly RunJson[]): void {
  const ids = new Set(runs.map(({ id }) => id));
  const noted = journal().filter(([id, , what]) => ids.has(id!) && what === "start");
  const started = runs
    .filter(({ startedAt }) => startedAt !== null)
    .map(({ id, attempt }) => `${id} ${attempt}`);
  expect(noted.map(([id, attempt]) => `${id} ${attempt}`).sort()).toEqual(started.sort());
}

/** A fire ended well, or was skipped for a reason. */
function expectHonest({ status, skipReason }: RunJson): void {
  expect([status, skipReason]).toEqual(status === "skipped" ? ["skipped", "overlap"] : ["succeeded", null]);
}
