import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, lstatSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { builtBelfry, fixture } from "../support/built-belfry.js";
import { eventually } from "../support/eventually.js";
import { isAlive } from "../support/is-alive.js";
import { openRunnerHost, type OpenRunnerHost } from "../support/open-runner-host.js";
import { processesWith } from "../support/processes-with.js";
import { RunnerApi, type RunPlan } from "../support/runner-api.js";
import { requestFor } from "../dispatchers/conformance.js";
import type { DispatchHandle } from "../../src/dispatchers/dispatcher.js";
import type { StubRun } from "../support/stub-run.js";

const onLinux = process.platform === "linux";

describe("a runner host", () => {
  let api: RunnerApi;
  let folder: string;
  let opened: OpenRunnerHost[];

  beforeEach(async () => {
    api = await RunnerApi.open();
    folder = mkdtempSync(join(tmpdir(), "belfry-host-"));
    opened = [];
  });

  afterEach(async () => {
    for (const host of opened) await host.close();
    await eventually(() => processesWith(`FOLDER_OF_TEST=${folder}`).length === 0);
    await api[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
    expect([...api.runs.values()].flatMap((run) => run.violations)).toEqual([]);
  });

  /** A server, as far as the host sees it. All that it starts can be found by a mark. */
  function openServer(options: { maxRunners?: number } = {}): OpenRunnerHost {
    const server = openRunnerHost(folder, {
      baseEnv: { ...process.env, FOLDER_OF_TEST: folder },
      ...options,
    });
    opened.push(server);
    return server;
  }

  async function start(
    server: OpenRunnerHost,
    plan: RunPlan,
  ): Promise<{ run: StubRun; handle: DispatchHandle }> {
    const run = api.plan(plan);
    return { run, handle: await server.dispatcher.dispatch(requestFor(api, run)) };
  }

  const stepwise = (): RunPlan => ({
    command: ["sh", fixture("step-by-step.sh")],
    env: { STEPS: folder },
  });

  function finishSteps(): void {
    writeFileSync(join(folder, "1"), "");
    writeFileSync(join(folder, "2"), "");
  }

  function startHost(...more: string[]) {
    const args = [builtBelfry, "runner", "--host", "--socket", join(folder, "runner.sock"), ...more];
    const env = { ...process.env, FOLDER_OF_TEST: folder };
    return spawn(process.execPath, args, { env, stdio: ["ignore", "ignore", "inherit"] });
  }

  async function connected(): Promise<Socket> {
    const path = join(folder, "runner.sock");
    await eventually(() => existsSync(path));
    const socket = connect(path);
    await once(socket, "connect");
    return socket;
  }

  it("serves several servers, and runs of one that has gone reach the next", async () => {
    const [first, second] = [openServer(), openServer()];
    const one = await start(first, stepwise());
    const two = await start(second, { command: ["echo", "hello"] });
    await two.handle.exited;
    await first.dispatcher.close();
    finishSteps();
    expect(await one.run.finished()).toMatchObject({ status: "succeeded" });
    expect([first.hosts.length, second.hosts.length]).toEqual([1, 0]);
    expect(two.handle.id.split("#")[0]).toBe(one.handle.id.split("#")[0]);
  });

  it("is one, however many servers start one at the same time", async () => {
    const servers = Array.from({ length: 5 }, () => openServer());
    const runs = await Promise.all(servers.map((server) => start(server, { command: ["echo", "hello"] })));
    await Promise.all(runs.map(({ run }) => run.finished()));
    expect(new Set(runs.map(({ handle }) => handle.id.split("#")[0])).size).toBe(1);
    const [pid] = runs.map(({ handle }) => Number(/\d+/.exec(handle.id)![0]));
    await eventually(() => servers.flatMap(({ hosts }) => hosts).filter(isAlive).length === 1);
    expect(isAlive(pid!)).toBe(true);
  });

  it("is for its owner only", async () => {
    const server = openServer();
    await (
      await start(server, { command: ["true"] })
    ).handle.exited;
    expect(lstatSync(join(folder, "runner.sock")).mode & 0o777).toBe(0o600);
  });

  it("takes the place of one that was killed, whose runs are failed at once and whose jobs are gone", async () => {
    const server = openServer();
    const { run, handle } = await start(server, { command: ["sh", fixture("ignores-sigterm.sh")] });
    await run.until(() => run.text() !== "");
    process.kill(server.hosts[0]!, "SIGKILL");
    expect(await handle.exited).toMatchObject({ message: expect.stringMatching(/process \d+\) is gone/) });
    expect(server.dispatcher.busy()).toBe(0);
    await eventually(() => !isAlive(Number(run.text())));
    expect(lstatSync(join(folder, "runner.sock")).isSocket()).toBe(true);
    const next = await start(server, { command: ["echo", "hello"] });
    expect(await next.run.finished()).toMatchObject({ status: "succeeded" });
    expect(server.hosts).toHaveLength(2);
  });

  it("that stands still beyond its leases has its jobs ended for it, and says so when it goes on", async () => {
    const server = openServer();
    const plan = { command: ["sh", fixture("ignores-sigterm.sh")], leaseMs: 2000 };
    const { run } = await start(server, plan);
    await run.until(() => run.text() !== "");
    process.kill(server.hosts[0]!, "SIGSTOP");
    await eventually(() => !isAlive(Number(run.text())));
    expect(run.requests.finish).toBe(0);
    process.kill(server.hosts[0]!, "SIGCONT");
    const outcome = await run.finished();
    expect(outcome).toMatchObject({ status: "failed", errorKind: "shutdown" });
    expect(outcome.errorMessage).toContain("lost its lease of 2 s");
  });

  it.runIf(onLinux)("has a guard again when that is killed, and the new one knows the jobs", async () => {
    const server = openServer();
    const { run } = await start(server, { command: ["sh", fixture("ignores-sigterm.sh")] });
    await run.until(() => run.text() !== "");
    const [guard] = guardsOf(server.hosts[0]!);
    process.kill(guard!, "SIGKILL");
    await eventually(() => guardsOf(server.hosts[0]!).some((pid) => pid !== guard && isAlive(pid)));
    process.kill(server.hosts[0]!, "SIGKILL");
    await eventually(() => !isAlive(Number(run.text())));
  });

  it("that is told to end finishes what it has, while another takes what comes", async () => {
    const server = openServer();
    const old = await start(server, stepwise());
    await old.run.until(() => old.run.text() !== "");
    process.kill(server.hosts[0]!, "SIGTERM");
    await eventually(() => !existsSync(join(folder, "runner.sock")));
    const next = await start(server, { command: ["echo", "hello"] });
    expect(await next.run.finished()).toMatchObject({ status: "succeeded" });
    expect(server.hosts).toHaveLength(2);
    finishSteps();
    expect(await old.run.finished()).toMatchObject({ status: "succeeded" });
    expect(await old.handle.exited).toEqual({ code: 0, signal: null, message: "" });
    await eventually(() => !isAlive(server.hosts[0]!));
    expect(lstatSync(join(folder, "runner.sock")).isSocket()).toBe(true);
  });

  it("that is told to end twice ends its jobs and reports it", async () => {
    const server = openServer();
    const { run, handle } = await start(server, { command: ["sh", fixture("heeds-sigterm.sh")] });
    await run.until(() => run.text() !== "");
    process.kill(server.hosts[0]!, "SIGTERM");
    await eventually(() => !existsSync(join(folder, "runner.sock")));
    process.kill(server.hosts[0]!, "SIGTERM");
    expect(await run.finished()).toMatchObject({ status: "failed", errorKind: "shutdown", exitCode: 7 });
    expect(await handle.exited).toMatchObject({ code: 0 });
  });

  it("ends by itself when nobody is connected and nothing runs", async () => {
    const host = startHost("--idle-ms", "300");
    const ended = once(host, "exit");
    const socket = await connected();
    socket.end();
    expect(await ended).toEqual([0, null]);
    expect(existsSync(join(folder, "runner.sock"))).toBe(false);
  });

  it("does not end while a run is at work, though no server is connected", async () => {
    const host = startHost("--idle-ms", "100");
    const ended = once(host, "exit");
    await eventually(() => existsSync(join(folder, "runner.sock")));
    const server = openServer();
    const { run } = await start(server, { ...stepwise(), heartbeatMs: 50 });
    await run.until(() => run.text() !== "");
    await server.dispatcher.close();
    const before = run.requests.heartbeat;
    await run.until(() => run.requests.heartbeat > before + 10); // Longer than it would be idle.
    finishSteps();
    expect(await run.finished()).toMatchObject({ status: "succeeded" });
    expect(await ended).toEqual([0, null]);
  });

  it("ends at once, and well, where another one is there already", async () => {
    const first = startHost("--idle-ms", "60000");
    const socket = await connected();
    const [code] = await once(startHost(), "exit");
    expect(code).toBe(0);
    socket.end();
    first.kill("SIGTERM");
    expect(await once(first, "exit")).toEqual([0, null]);
  });

  it("whose address is taken from it makes room for another one", async () => {
    const host = startHost("--idle-ms", "60000");
    await eventually(() => existsSync(join(folder, "runner.sock")));
    const ended = once(host, "exit");
    rmSync(join(folder, "runner.sock"));
    expect(await ended).toEqual([0, null]);
  });

  it("refuses what it cannot read, with the reason, and goes on", async () => {
    const server = openServer();
    const { run } = await start(server, stepwise());
    const socket = await connected();
    const answers = createInterface({ input: socket })[Symbol.asyncIterator]();
    const hello = { type: "hello", version: 1, environment: {}, folder: "/" };
    const garbage: [string, RegExp][] = [
      ["GET / HTTP/1.1", /unread.*not JSON/],
      ["\0\xff", /unread.*not JSON/],
      ["[1]", /unread.*not a JSON object/],
      ['{"type":"dance"}', /unread.*\\"dance\\" is not a type/],
      ['{"type":"__proto__"}', /unread.*is not a type/],
      ['{"type":"dispatch","key":7}', /unread.*missing/],
      ['{"type":"dispatch","key":"k","runId":"1","env":{}}', /refused.*says hello first/],
      [JSON.stringify(hello), /hello.*"version":1/],
      ['{"type":"dispatch","key":"k","runId":"1","env":{}}', /refused.*BELFRY_API_URL is not set/],
      ['{"type":"watch","keys":["nobody\'s"]}', /ended/],
      [JSON.stringify({ ...hello, version: 99 }), /hello.*"version":1/],
      ['{"type":"dispatch","key":"k","runId":"1","env":{}}', /refused.*says hello first/],
    ];
    for (const [line, answer] of garbage) {
      socket.write(`${line}\n`);
      expect((await answers.next()).value).toMatch(answer);
    }
    socket.destroy();
    finishSteps();
    expect(await run.finished()).toMatchObject({ status: "succeeded" });
  });

  it("takes no more of a line without an end", async () => {
    const server = openServer();
    const { run } = await start(server, stepwise());
    const socket = await connected();
    const closed = new Promise((resolve) => socket.on("error", () => undefined).once("close", resolve));
    socket.resume();
    const part = "x".repeat(1024 * 1024);
    for (let count = 0; count < 20 && socket.writable; count += 1) socket.write(part);
    await closed;
    finishSteps();
    expect(await run.finished()).toMatchObject({ status: "succeeded" });
  });
});

describe("a server in want of a runner host", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "belfry-host-"));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("says what else answers at its socket", async () => {
    const server = createServer((socket) =>
      socket.on("error", () => undefined).end("HTTP/1.1 400 Bad Request\r\n"),
    );
    server.listen(join(folder, "runner.sock"));
    await once(server, "listening");
    await using api = await RunnerApi.open();
    const host = openRunnerHost(folder);
    const request = requestFor(api, api.plan({ command: ["true"] }));
    await expect(host.dispatcher.dispatch(request)).rejects.toThrow("is not a runner host");
    expect(host.dispatcher.busy()).toBe(0);
    await host.close();
    server.close();
  });

  it("does not speak with a host that is newer than itself", async () => {
    await using api = await RunnerApi.open();
    const newer = await standIn(99, () => undefined);
    const host = openRunnerHost(folder);
    const request = requestFor(api, api.plan({ command: ["true"] }));
    await expect(host.dispatcher.dispatch(request)).rejects.toThrow(/newer Belfry .*version 99/);
    await host.close();
    newer.close();
  });

  it("has a host that is older than itself make room for one of its own", async () => {
    await using api = await RunnerApi.open();
    const older = await standIn(0, () => rmSync(join(folder, "runner.sock"), { force: true }));
    const host = openRunnerHost(folder);
    const run = api.plan({ command: ["true"] });
    const handle = await host.dispatcher.dispatch(requestFor(api, run));
    expect(await run.finished()).toMatchObject({ status: "succeeded" });
    expect(host.hosts).toHaveLength(1);
    await handle.exited;
    await host.close();
    older.close();
  });

  /** A host of another version, as far as the server sees it. */
  async function standIn(version: number, onRetire: () => void): Promise<Server> {
    const server = createServer((socket) => {
      createInterface({ input: socket.on("error", () => undefined) }).on("line", (line) => {
        const { type } = JSON.parse(line) as { type: string };
        if (type === "hello")
          socket.write(`${JSON.stringify({ type, version, instance: "other", pid: 1 })}\n`);
        if (type === "retire") onRetire();
      });
    });
    server.listen(join(folder, "runner.sock"));
    await once(server, "listening");
    return server;
  }

  it("says why the host could not be started", async () => {
    await using api = await RunnerApi.open();
    writeFileSync(join(folder, "file"), "");
    const host = openRunnerHost(join(folder, "file"));
    const request = requestFor(api, api.plan({ command: ["true"] }));
    await expect(host.dispatcher.dispatch(request)).rejects.toThrow(/file/);
    await host.close();
  });

  it("has a path that is too long for a socket shortened", async () => {
    await using api = await RunnerApi.open();
    const run = api.plan({ command: ["echo", "hello"] });
    const host = openRunnerHost(join(folder, "long".repeat(40)));
    const handle = await host.dispatcher.dispatch(requestFor(api, run));
    expect(await run.finished()).toMatchObject({ status: "succeeded" });
    await handle.exited;
    await host.close();
  });

  it("starts nothing once the dispatch has been called off", async () => {
    await using api = await RunnerApi.open();
    const host = openRunnerHost(folder);
    const request = requestFor(api, api.plan({ command: ["true"] }));
    const calledOff = AbortSignal.abort(new Error("too slow"));
    await expect(host.dispatcher.dispatch(request, calledOff)).rejects.toThrow("too slow");
    expect([host.hosts.length, host.dispatcher.busy()]).toEqual([0, 0]);
  });

  it("counts the runs that it has handed in", async () => {
    await using api = await RunnerApi.open();
    const host = openRunnerHost(folder, { maxRunners: 2 });
    const plan = { command: ["sh", fixture("step-by-step.sh")], env: { STEPS: folder } };
    const runs = [api.plan(plan), api.plan(plan)];
    const handles = [];
    for (const run of runs) handles.push(await host.dispatcher.dispatch(requestFor(api, run)));
    expect([host.dispatcher.capacity(), host.dispatcher.busy()]).toEqual([0, 2]);
    writeFileSync(join(folder, "1"), "");
    writeFileSync(join(folder, "2"), "");
    for (const handle of handles) expect(await handle.exited).toMatchObject({ code: 0, message: "" });
    expect([host.dispatcher.capacity(), host.dispatcher.busy()]).toEqual([2, 0]);
    await host.close();
  });
});

function guardsOf(host: number): number[] {
  const list = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" });
  const guards = list.split("\n").filter((line) => line.includes("runner --guard"));
  return guards
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([pid, parent]) => (parent === host ? [pid!] : []));
}
