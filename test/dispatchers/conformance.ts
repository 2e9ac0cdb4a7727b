import { mkdtempSync, existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DispatchHandle, DispatchRequest, JobDispatcher } from "../../src/dispatchers/dispatcher.js";
import { allStats } from "../../src/runner/process-stat.js";
import { builtBelfry, fixture } from "../support/built-belfry.js";
import { eventually } from "../support/eventually.js";
import { isAlive } from "../support/is-alive.js";
import { RunnerApi, type RunPlan } from "../support/runner-api.js";
import { problem, type StubRun } from "../support/stub-run.js";

/** A dispatcher in a folder of its own. */
export interface OpenDispatcher {
  dispatcher: JobDispatcher;
  /** Ends what the dispatcher leaves behind for others to use. */
  close(): Promise<void>;
}

/** What every dispatcher has to do, and every runner that it starts, against an API without a server behind it. */
export function dispatcherConformance(
  name: string,
  open: (folder: string, options: { baseEnv?: NodeJS.ProcessEnv }) => OpenDispatcher,
): void {
  describe(name, () => {
    let api: RunnerApi;
    let folder: string;
    let opened: OpenDispatcher;
    let handles: DispatchHandle[];

    beforeEach(async () => {
      api = await RunnerApi.open();
      folder = mkdtempSync(join(tmpdir(), "belfry-dispatch-"));
      opened = open(folder, {});
      handles = [];
    });

    afterEach(async () => {
      await allGone();
      expect(opened.dispatcher.busy?.()).toBe(0);
      await opened.close();
      await api[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
      expect([...api.runs.values()].flatMap((run) => run.violations)).toEqual([]);
    });

    async function dispatch(run: StubRun): Promise<DispatchHandle> {
      const handle = await opened.dispatcher.dispatch(requestFor(api, run));
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
      expect(run.requests).toMatchObject({ start: 1, logs: 0, finish: 1 });
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
      const parameters = { day: "2026-01-02", path: "/tmp" };
      const run = await start({ command, cwd: "/", attempt: 3, env: { GREETING: "good day" }, parameters });
      await run.finished();
      const seen = JSON.parse(run.text()) as Record<string, string>;
      expect(seen).toMatchObject({
        cwd: "/",
        GREETING: "good day",
        BELFRY_PARAM_DAY: "2026-01-02",
        BELFRY_PARAM_PATH: "/tmp",
        PATH: process.env["PATH"],
        BELFRY_RUN_ID: run.id,
        BELFRY_SCHEDULE: "a-test",
        BELFRY_FIRE_TIME: "2026-01-02T03:04:05.000Z",
        BELFRY_COVERS_FROM: "2026-01-02T03:04:05.000Z",
        BELFRY_COVERS_COUNT: "1",
        BELFRY_ATTEMPT: "3",
        BELFRY_RUNNER: run.runnerIds[0],
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

    it("gives the job what the server hands down, without the server's secrets", async () => {
      const baseEnv = {
        PATH: process.env["PATH"],
        WORD: "given",
        DATABASE_URL: "no",
        BELFRY_MASTER_KEY: "no",
      };
      const other = open(join(folder, "other"), { baseEnv });
      const run = api.plan({ command: "env" });
      const request = requestFor(api, run);
      const env = { ...request.env, GITHUB_TOKEN: "for the job" };
      handles.push(await other.dispatcher.dispatch({ ...request, env }));
      await run.finished();
      await other.close();
      const names = ["GITHUB_TOKEN", "PATH", "PWD", "SHLVL", "WORD", "_"];
      const seen = run
        .text()
        .split("\n")
        .map((line) => line.split("=")[0]!);
      expect(seen.filter((name) => name !== "" && !name.startsWith("BELFRY_")).sort()).toEqual(
        names.filter((name) => seen.includes(name)),
      );
      expect(run.text()).toMatch(/^WORD=given$/m);
      expect(run.text()).toMatch(/^GITHUB_TOKEN=for the job$/m);
      expect(seen).not.toContain("BELFRY_MASTER_KEY");
    });

    it("ends a job that is cancelled before anything was heard of it", async () => {
      const run = api.plan({ command: ["sh", fixture("heeds-sigterm.sh")], heartbeatMs: 60_000 });
      run.cancel();
      await dispatch(run);
      expect(await run.finished()).toMatchObject({ status: "cancelled" });
    });

    it("gives a job the whole of its grace to clean up", async () => {
      const command = "trap 'sleep 1; echo done; exit 3' TERM; echo here; while :; do sleep 0.05; done";
      const run = await start({ command, graceMs: 60_000 });
      await run.until(() => run.text() !== "");
      run.cancel();
      expect(await run.finished()).toMatchObject({ status: "cancelled", exitCode: 3 });
      expect(run.text("stdout")).toBe("here\ndone\n");
    });

    it.runIf(process.platform === "linux")(
      "ends what has left the job's group too, and nothing else",
      async () => {
        const bystander = await start({ command: ["sh", fixture("ignores-sigterm.sh")], graceMs: 50 });
        const run = await start({ command: ["sh", fixture("escapes.sh")], graceMs: 200 });
        await run.until(() => pidsIn(run).length === 4);
        await bystander.until(() => bystander.text() !== "");
        run.cancel();
        expect(await run.finished()).toMatchObject({ status: "cancelled", exitSignal: "SIGKILL" });
        await eventually(() => !pidsIn(run).some(isAlive));
        expect(pidsIn(bystander).map(isAlive)).toEqual([true]);
        bystander.cancel();
        await bystander.finished();
      },
    );

    it("leaves no job behind when its runner is killed (SIGKILL)", async () => {
      const run = api.plan({ command: ["sh", fixture("ignores-sigterm.sh")] });
      const handle = await dispatch(run);
      await run.until(() => run.text() !== "");
      process.kill(runnerPidOf(handle), "SIGKILL");
      await handle.exited;
      await eventually(() => !pidsIn(run).some(isAlive));
      expect(run.requests.finish).toBe(0);
    });

    it.runIf(process.platform === "linux")(
      "leaves nothing of a job behind when its runner is killed, also what has left the job's group",
      async () => {
        const run = api.plan({ command: ["sh", fixture("escapes.sh")] });
        const handle = await dispatch(run);
        await run.until(() => pidsIn(run).length === 4);
        process.kill(runnerPidOf(handle), "SIGKILL");
        await eventually(() => !pidsIn(run).some(isAlive));
      },
    );

    it.runIf(process.platform === "linux")(
      "is over for its server only when its job is, though its runner is gone",
      async () => {
        const run = api.plan({ command: "echo $$; exec sleep 600" });
        const handle = await dispatch(run);
        await run.until(() => run.text() !== "");
        const job = Number(run.text());
        const runner = runnerPidOf(handle);
        const guard = guardOf(runner);
        process.kill(guard, "SIGSTOP");
        process.kill(runner, "SIGKILL");
        const early = await Promise.race([handle.exited, pause(500, "at work")]);
        expect([early, isAlive(job)]).toEqual(["at work", true]);
        process.kill(guard, "SIGCONT");
        await handle.exited;
        expect(isAlive(job)).toBe(false);
      },
    );

    it("ends a job before its lease is over when no server takes its reports, and says so", async () => {
      const run = await start({ command: ["sh", fixture("ignores-sigterm.sh")], leaseMs: 1500 });
      await run.until(() => run.text() !== "");
      await api.down();
      await eventually(() => !pidsIn(run).some(isAlive));
      await api.up();
      const outcome = await run.finished();
      expect(outcome).toMatchObject({ status: "failed", errorKind: "shutdown", exitSignal: "SIGKILL" });
      expect(outcome.errorMessage).toMatch(/lost its lease of 1.5 s.*SIGKILL/);
    });

    it("does not begin a job whose lease was over before the answer to its start had come", async () => {
      const run = api.plan({ command: `touch ${join(folder, "begun")}`, leaseMs: 600 });
      run.answerLate("start", 1000);
      await dispatch(run);
      expect(await run.finished()).toMatchObject({ status: "failed", errorKind: "shutdown", exitCode: null });
      expect(existsSync(join(folder, "begun"))).toBe(false);
    });

    it("goes on for as long as its lease is renewed", async () => {
      const steps = { command: ["sh", fixture("step-by-step.sh")], env: { STEPS: folder } };
      const run = await start({ ...steps, leaseMs: 4000, heartbeatMs: 500 });
      await run.until(() => run.text() !== "");
      await new Promise((resolve) => setTimeout(resolve, 5000)); // Longer than the lease.
      writeFileSync(join(folder, "1"), "");
      writeFileSync(join(folder, "2"), "");
      expect(await run.finished()).toMatchObject({ status: "succeeded" });
    });

    it("goes on without a server that is the only one, however long that is away", async () => {
      const steps = { command: ["sh", fixture("step-by-step.sh")], env: { STEPS: folder } };
      const run = await start({ ...steps, leaseMs: 1500, heartbeatMs: 100, soleServer: true });
      await run.until(() => run.text() === "one\n");
      await api.down();
      await new Promise((resolve) => setTimeout(resolve, 3000)); // Twice the lease.
      writeFileSync(join(folder, "1"), "");
      writeFileSync(join(folder, "2"), "");
      await eventually(() => existsSync(join(folder, "done")));
      await api.up();
      expect(await run.finished()).toMatchObject({ status: "succeeded" });
    });

    it("carries out twenty runs side by side", async () => {
      const command = ["sh", fixture("step-by-step.sh")];
      const runs = await Promise.all(
        Array.from({ length: 20 }, () => start({ command, env: { STEPS: folder } })),
      );
      await Promise.all(runs.map((run) => run.until(() => run.text() === "one\n")));
      writeFileSync(join(folder, "1"), "");
      writeFileSync(join(folder, "2"), "");
      const ends = await Promise.all(runs.map((run) => run.finished()));
      expect(new Set(ends.map(({ status }) => status))).toEqual(new Set(["succeeded"]));
      expect(runs.map((run) => run.text("stdout"))).toEqual(runs.map(() => "one\nthree\n"));
    });

    it("carries out two hundred short runs, one after another in ten lanes", async () => {
      const runs: StubRun[] = [];
      const lane = async (): Promise<void> => {
        for (let count = 0; count < 20; count += 1) {
          const run = await start({ command: `echo ${runs.length}` });
          runs.push(run);
          await run.finished();
        }
      };
      await Promise.all(Array.from({ length: 10 }, lane));
      expect(runs.map((run) => run.text())).toEqual(
        runs.map((run) => `${(run.startAnswer.command as string).slice(5)}\n`),
      );
      expect(runs.map((run) => run.runnerIds.length)).toEqual(runs.map(() => 1));
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

/** The process that carries a run out, as the handle's id names it. */
function runnerPidOf({ id }: DispatchHandle): number {
  return Number(/^(?:pid|host):(\d+)/.exec(id)?.[1]);
}

/** The process that ends a runner's jobs when the runner is gone. */
function guardOf(runnerPid: number): number {
  const children = allStats().filter(({ parentId }) => parentId === runnerPid);
  const isGuard = ({ pid }: { pid: number }) =>
    /--guard|--end-job/.test(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
  return children.find(isGuard)!.pid;
}

/** The process ids that a job has written, a line each. */
function pidsIn(run: StubRun): number[] {
  return run
    .text()
    .split("\n")
    .filter((line) => line !== "")
    .map(Number);
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
