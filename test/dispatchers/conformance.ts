import { mkdtempSync, existsSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DispatchHandle, DispatchRequest, JobDispatcher } from "../../src/dispatchers/dispatcher.js";
import { builtBelfry, fixture } from "../support/built-belfry.js";
import { eventually } from "../support/eventually.js";
import { isAlive } from "../support/is-alive.js";
import { RunnerApi, type RunPlan } from "../support/runner-api.js";
import { problem, type StubRun } from "../support/stub-run.js";

/** What every dispatcher has to do, and every runner that it starts, against an API without a server behind it. */
export function dispatcherConformance(name: string, create: () => JobDispatcher): void {
  describe(name, () => {
    let api: RunnerApi;
    let folder: string;
    let handles: DispatchHandle[];

    beforeEach(async () => {
      api = await RunnerApi.open();
      folder = mkdtempSync(join(tmpdir(), "belfry-dispatch-"));
      handles = [];
    });

    afterEach(async () => {
      await allGone();
      await api[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
      expect([...api.runs.values()].flatMap((run) => run.violations)).toEqual([]);
    });

    async function dispatch(run: StubRun): Promise<DispatchHandle> {
      const handle = await create().dispatch(requestFor(api, run));
      handles.push(handle);
      return handle;
    }

    async function allGone(): Promise<void> {
      for (const handle of handles) await handle.exited;
    }

    async function start(plan: RunPlan): Promise<StubRun> {
      const run = api.plan(plan);
      await dispatch(run);
      return run;
    }

    it("starts a run once, and hands in its output and its success", async () => {
      const run = await start({ command: "echo hello; echo oops >&2" });
      expect(await run.finished()).toEqual({
        status: "succeeded",
        errorKind: null,
        errorMessage: null,
        exitCode: 0,
        exitSignal: null,
        endedAgoMs: expect.any(Number),
      });
      expect([run.text("stdout"), run.text("stderr")]).toEqual(["hello\n", "oops\n"]);
      expect(run.runnerIds).toHaveLength(1);
    });

    it("takes a run that says nothing", async () => {
      const run = await start({ command: ["true"] });
      expect(await run.finished()).toMatchObject({ status: "succeeded" });
      expect(run.requests.logs).toBe(0);
    });

    it("gives the command empty input", async () => {
      const run = await start({ command: "cat; echo end" });
      expect(await run.finished()).toMatchObject({ status: "succeeded" });
      expect(run.text()).toBe("end\n");
    });

    it("runs an argv list as it is, without a shell", async () => {
      const run = await start({ command: ["printf", "%s|", "a b", "$HOME", "*"] });
      await run.finished();
      expect(run.text()).toBe("a b|$HOME|*|");
    });

    it("hands in output while the job is at work, in the order of its arrival", async () => {
      const run = await start({ command: ["sh", fixture("step-by-step.sh")], env: { STEPS: folder } });
      await run.until(() => run.text() === "one\n");
      writeFileSync(join(folder, "1"), "");
      await run.until(() => run.text() === "one\ntwo\n");
      writeFileSync(join(folder, "2"), "");
      await run.finished();
      expect(run.chunks.map(({ stream, text }) => [stream, text])).toEqual([
        ["stdout", "one\n"],
        ["stderr", "two\n"],
        ["stdout", "three\n"],
      ]);
    });

    it("has an output that can be opened by name, as scripts do", async () => {
      const run = await start({
        command: "echo oops > /dev/stderr; echo hello | tee /dev/stderr > /dev/stdout",
      });
      expect(await run.finished()).toMatchObject({ status: "succeeded" });
      expect([run.text("stdout"), run.text("stderr")]).toEqual(["hello\n", "oops\nhello\n"]);
    });

    it.each([1, 3, 127, 255])("reports exit code %i", async (exitCode) => {
      const run = await start({ command: `exit ${exitCode}` });
      expect(await run.finished()).toMatchObject({ status: "failed", errorKind: "exit_code", exitCode });
    });

    it("reports the signal that ended the command", async () => {
      const run = await start({ command: "kill -KILL $$" });
      expect(await run.finished()).toMatchObject({
        status: "failed",
        errorKind: "signal",
        exitCode: null,
        exitSignal: "SIGKILL",
      });
    });

    it("ends a job at its timeout, which may still clean up", async () => {
      const run = await start({ command: ["sh", fixture("heeds-sigterm.sh")], timeoutMs: 1000 });
      const outcome = await run.finished();
      expect(outcome).toMatchObject({ status: "failed", errorKind: "timeout", exitCode: 7 });
      expect(outcome.errorMessage).toMatch(/timeout of 1 s.* ended on SIGTERM/);
      expect(run.text("stdout")).toMatch(/^\d+\ncleaned up\n$/);
    });

    it("kills a job that ignores SIGTERM", async () => {
      const command = ["sh", fixture("ignores-sigterm.sh")];
      const run = await start({ command, timeoutMs: 1000, graceMs: 100 });
      const outcome = await run.finished();
      expect(outcome).toMatchObject({ status: "failed", errorKind: "timeout", exitSignal: "SIGKILL" });
      expect(outcome.errorMessage).toMatch(/timeout of 1 s.*within 100 ms of SIGTERM.*SIGKILL/);
      expect(isAlive(Number(run.text()))).toBe(false);
    });

    it("ends a job as soon as its run is cancelled, while a heartbeat waits", async () => {
      const run = await start({ command: ["sh", fixture("heeds-sigterm.sh")], heartbeatMs: 60_000 });
      await run.until(() => run.text() !== "");
      run.cancel();
      const outcome = await run.finished();
      expect(outcome).toMatchObject({ status: "cancelled", errorKind: null, exitCode: 7 });
      expect(run.text()).toContain("cleaned up");
    });

    it("kills what a job has left running, also what ignores SIGTERM", async () => {
      const run = await start({ command: ["sh", fixture("leaves-processes.sh"), "0"] });
      expect(await run.finished()).toMatchObject({ status: "succeeded", exitCode: 0 });
      const left = run.text().trim().split("\n").map(Number);
      expect(left).toHaveLength(2);
      expect(left.filter(isAlive)).toEqual([]);
    });

    it("loses and doubles nothing when the server goes away and comes back", async () => {
      const run = await start({ command: ["sh", fixture("step-by-step.sh")], env: { STEPS: folder } });
      await run.until(() => run.text() === "one\n");
      await api.down();
      writeFileSync(join(folder, "1"), "");
      writeFileSync(join(folder, "2"), "");
      await eventually(() => existsSync(join(folder, "done")));
      await api.up();
      expect(await run.finished()).toMatchObject({ status: "succeeded" });
      expect([run.text("stdout"), run.text("stderr")]).toEqual(["one\nthree\n", "two\n"]);
      expect(run.runnerIds).toHaveLength(1);
    });

    it("takes a line of 10 MB, in pieces of at most 64 KiB", async () => {
      const line = "process.stdout.write('é'.repeat(5_000_000))";
      const run = await start({ command: [process.execPath, "-e", line] });
      expect(await run.finished()).toMatchObject({ status: "succeeded" });
      expect(run.text() === "é".repeat(5_000_000)).toBe(true);
      expect(Math.max(...run.chunks.map(({ text }) => Buffer.byteLength(text)))).toBeLessThanOrEqual(65_536);
    });

    it("keeps the beginning and the end of output above the limit, and says what is missing", async () => {
      const all = Array.from({ length: 200_000 }, (_, index) => `${index + 1}\n`).join("");
      const command = [process.execPath, fixture("counts.mjs"), "200000"];
      const run = await start({ command, logLimitBytes: 100_000 });
      await run.finished();
      const noteAt = run.chunks.findIndex(({ stream }) => stream === "belfry");
      const texts = run.chunks.map(({ text }) => text);
      expect(texts.slice(0, noteAt).join("")).toBe(all.slice(0, 100_000));
      expect(texts.slice(noteAt + 1).join("")).toBe(all.slice(-65_536));
      expect(texts[noteAt]).toMatch(new RegExp(`^${all.length - 100_000 - 65_536} bytes of output`));
    });

    it("turns output that is not text into text", async () => {
      const bytes = "process.stdout.write(Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)))";
      const run = await start({ command: [process.execPath, "-e", bytes] });
      expect(await run.finished()).toMatchObject({ status: "succeeded" });
      const ascii = String.fromCharCode(...Array.from({ length: 127 }, (_, index) => index + 1));
      expect(run.text()).toBe(`\u2400${ascii}${"\ufffd".repeat(128)}`);
    });

    it.each<[string, (folder: string) => RunPlan, string]>([
      [
        "a command that is not on PATH",
        () => ({ command: ["no-such-command-17"] }),
        'Command "no-such-command-17" was not found on PATH.',
      ],
      [
        "a command that is not on a PATH with a folder that cannot be entered",
        (at) => ({ command: ["no-such-command-17"], env: { PATH: `${endlessLink(at)}:/usr/bin` } }),
        'Command "no-such-command-17" was not found on PATH.',
      ],
      [
        "a working directory that cannot be entered",
        (at) => ({ command: ["true"], cwd: endlessLink(at) }),
        'endless" cannot be reached (ELOOP',
      ],
      [
        "a command that does not exist",
        (at) => ({ command: [join(at, "no-such")] }),
        'no-such" does not exist.',
      ],
      [
        "a command that is not executable",
        (at) => ({ command: [fileIn(at, "job.sh", "echo no", 0o644)] }),
        'job.sh" may not be executed (permission denied); is it executable?',
      ],
      [
        "a command without its interpreter",
        (at) => ({ command: [fileIn(at, "job.sh", "#!/no/such/shell\n", 0o755)] }),
        'job.sh" exists, but its interpreter (#!/no/such/shell) does not.',
      ],
      ["a folder as command", (at) => ({ command: [at] }), "is a directory, not a program."],
      [
        "a working directory that does not exist",
        (at) => ({ command: ["true"], cwd: join(at, "gone") }),
        'gone" does not exist.',
      ],
      [
        "a working directory that is a file",
        (at) => ({ command: ["true"], cwd: fileIn(at, "file", "", 0o644) }),
        'file" is not a directory.',
      ],
      ["an empty command", () => ({ command: [] }), "The command is empty"],
      ["a NUL character", () => ({ command: ["echo", "a\0b"] }), "Argument 1 of the command holds a NUL"],
      [
        "a command that is too long",
        () => ({ command: ["true", "x".repeat(3_000_000)] }),
        "bytes long, more than",
      ],
    ])("says what is wrong with %s", async (_, planIn, message) => {
      const run = await start(planIn(folder));
      const outcome = await run.finished();
      expect(outcome).toMatchObject({
        status: "failed",
        errorKind: "spawn",
        exitCode: null,
        exitSignal: null,
      });
      expect(outcome.errorMessage).toContain(message);
    });

    it("gives the job its environment and place, and not the run's token", async () => {
      const show = "console.log(JSON.stringify({ ...process.env, cwd: process.cwd() }))";
      const command = [process.execPath, "-e", show];
      const run = await start({ command, cwd: "/", attempt: 3, env: { GREETING: "good day" } });
      await run.finished();
      const seen = JSON.parse(run.text()) as Record<string, string>;
      expect(seen).toMatchObject({
        cwd: "/",
        GREETING: "good day",
        BELFRY_RUN_ID: run.id,
        BELFRY_SCHEDULE: "a-test",
        BELFRY_FIRE_TIME: "2026-01-02T03:04:05.000Z",
        BELFRY_COVERS_FROM: "2026-01-02T03:04:05.000Z",
        BELFRY_COVERS_COUNT: "1",
        BELFRY_ATTEMPT: "3",
      });
      expect(seen).not.toHaveProperty("BELFRY_RUN_TOKEN");
      expect(JSON.stringify(seen)).not.toContain(run.token);
    });

    it("runs nothing when the server refuses the start", async () => {
      const run = api.plan({ command: `: > "${join(folder, "ran")}"` });
      run.misbehave("start", problem(403, "token_foreign"));
      const handle = await dispatch(run);
      await run.until(() => run.requests.start === 1);
      await handle.exited;
      expect(existsSync(join(folder, "ran"))).toBe(false);
      expect(run.requests).toEqual({ start: 1, logs: 0, heartbeat: 0, finish: 0 });
    });

    it("ends the job when the server says that its run has ended", async () => {
      const run = await start({ command: ["sh", fixture("ignores-sigterm.sh")], graceMs: 50 });
      await run.until(() => run.text() !== "");
      run.end();
      await eventually(() => !isAlive(Number(run.text())));
      await allGone();
      expect(run.requests.finish).toBe(0);
    });

    it("carries out runs side by side", async () => {
      const names = ["a", "b", "c"];
      const runs = await Promise.all(names.map((word) => start({ command: ["echo", word] })));
      await Promise.all(runs.map((run) => run.finished()));
      expect(runs.map((run) => run.text())).toEqual(["a\n", "b\n", "c\n"]);
    });
  });
}

/** The request that the scheduler would make for the run. */
export function requestFor(api: RunnerApi, run: StubRun): DispatchRequest {
  return {
    runId: run.id,
    attempt: run.startAnswer.attempt,
    scheduleName: run.startAnswer.scheduleName,
    binaryPath: builtBelfry,
    args: ["runner", "--run-id", run.id],
    env: api.environment(run),
  };
}

function fileIn(folder: string, name: string, text: string, mode: number): string {
  const path = join(folder, name);
  writeFileSync(path, text, { mode });
  return path;
}

/** A path that nobody can follow: root, who runs many a test, is stopped by no permissions. */
function endlessLink(folder: string): string {
  const path = join(folder, "endless");
  symlinkSync(path, path);
  return path;
}
