import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DispatchRequest } from "../../src/dispatchers/dispatcher.js";
import { createSubprocessDispatcher } from "../../src/dispatchers/subprocess.js";
import { fixture } from "../support/built-belfry.js";
import { eventually } from "../support/eventually.js";
import { isAlive } from "../support/is-alive.js";
import { RunnerApi } from "../support/runner-api.js";
import { problem } from "../support/stub-run.js";
import { dispatcherConformance, requestFor } from "./conformance.js";

dispatcherConformance("the subprocess dispatcher", (_, options) => ({
  dispatcher: createSubprocessDispatcher(options),
  close: async () => undefined,
}));

const request: DispatchRequest = {
  runId: "1",
  attempt: 1,
  scheduleName: "a-test",
  binaryPath: "",
  args: ["runner", "--run-id", "1"],
  env: {},
};

describe("the subprocess dispatcher, on its host", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "belfry-subprocess-"));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  function program(text: string, mode = 0o755): string {
    writeFileSync(join(folder, "belfry"), text, { mode });
    return join(folder, "belfry");
  }

  it("starts any program, and tells how it ended and its last words", async () => {
    const binaryPath = program(`#!/bin/sh\necho "$@" >&2; exit 5\n`);
    const handle = await createSubprocessDispatcher().dispatch({ ...request, binaryPath });
    expect(handle.id).toMatch(/^pid:\d+$/);
    expect(await handle.exited).toEqual({ code: 5, signal: null, message: "runner --run-id 1" });
  });

  it("keeps the last 4 KiB of what a runner says", async () => {
    const binaryPath = program(`#!/bin/sh\nfor i in $(seq 9999); do echo $i; done >&2; kill -KILL $$\n`);
    const handle = await createSubprocessDispatcher().dispatch({ ...request, binaryPath });
    const exit = await handle.exited;
    expect(exit).toMatchObject({ code: null, signal: "SIGKILL" });
    expect(exit?.message).toMatch(/\n9998\n9999$/);
    expect(exit?.message.length).toBeLessThanOrEqual(4096);
  });

  it("tells why a runner ended that the server refused", async () => {
    await using api = await RunnerApi.open();
    const run = api.plan({ command: ["true"] });
    run.misbehave("start", problem(403, "token_foreign"));
    const handle = await createSubprocessDispatcher().dispatch(requestFor(api, run));
    expect(await handle.exited).toMatchObject({ code: 1, message: expect.stringContaining("token_foreign") });
  });

  it("keeps the server's settings and secrets from runners", async () => {
    const binaryPath = program(`#!/bin/sh\nenv >&2\n`);
    const baseEnv = { PATH: process.env["PATH"], DATABASE_URL: "secret-1", BELFRY_MASTER_KEY: "secret-2" };
    const dispatcher = createSubprocessDispatcher({ baseEnv });
    const handle = await dispatcher.dispatch({ ...request, binaryPath, env: { BELFRY_RUN_ID: "1" } });
    const { message } = (await handle.exited)!;
    expect(message).toContain("BELFRY_RUN_ID=1");
    expect(message).not.toContain("secret");
  });

  it("counts the runners that are alive", async () => {
    const binaryPath = program(`#!/bin/sh\nuntil [ -e "$GO" ]; do sleep 0.02; done\n`);
    const dispatcher = createSubprocessDispatcher({ maxRunners: 2 });
    const waiting = { ...request, binaryPath, env: { GO: join(folder, "go") } };
    expect(dispatcher.capacity()).toBe(2);
    const handles = [await dispatcher.dispatch(waiting), await dispatcher.dispatch(waiting)];
    expect(dispatcher.capacity()).toBe(0);
    expect(dispatcher.busy()).toBe(2);
    writeFileSync(join(folder, "go"), "");
    for (const handle of handles) await handle.exited;
    expect(dispatcher.capacity()).toBe(2);
  });

  it.each<[string, () => string, string]>([
    ["a program that does not exist", () => join(folder, "gone"), "does not exist"],
    ["a script that does not exist", () => join(folder, "gone.js"), "does not exist"],
    ["a program that is not executable", () => program("", 0o644), "may not be executed"],
  ])("rejects %s, and has started nothing", async (_, path, message) => {
    const dispatcher = createSubprocessDispatcher({ maxRunners: 1 });
    await expect(dispatcher.dispatch({ ...request, binaryPath: path() })).rejects.toThrow(message);
    expect(dispatcher.capacity()).toBe(1);
  });

  it("starts nothing once the dispatch has been called off", async () => {
    const dispatcher = createSubprocessDispatcher({ maxRunners: 1 });
    const binaryPath = program("#!/bin/sh\n");
    const calledOff = AbortSignal.abort(new Error("too slow"));
    await expect(dispatcher.dispatch({ ...request, binaryPath }, calledOff)).rejects.toThrow("too slow");
    expect(dispatcher.capacity()).toBe(1);
  });

  it("lets the server end, and runners go on without it", async () => {
    await using api = await RunnerApi.open();
    const run = api.plan({ command: ["sh", fixture("step-by-step.sh")], env: { STEPS: folder } });
    const server = [fixture("short-server.mjs"), JSON.stringify(requestFor(api, run))];
    const { stdout: id } = await promisify(execFile)(process.execPath, server);
    writeFileSync(join(folder, "1"), "");
    writeFileSync(join(folder, "2"), "");
    run.misbehave("logs", problem(413, "body_too_large")); // The runner says so, and nobody reads it.
    expect(await run.finished()).toMatchObject({ status: "succeeded" });
    await eventually(() => !isAlive(Number(id.slice("pid:".length))));
  });
});
