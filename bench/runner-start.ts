// What it costs to start a run's command: by `spawn` itself, by a runner for each, by the runner host. Run: npx tsx bench/runner-start.ts
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Table from "cli-table3";
import type { JobDispatcher } from "../src/dispatchers/dispatcher.js";
import { createRunnerHostDispatcher } from "../src/dispatchers/runner-host.js";
import { createSubprocessDispatcher } from "../src/dispatchers/subprocess.js";
import { median, quantile } from "./median.js";

const belfry = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const claims = Buffer.from(JSON.stringify({ iat: 0, exp: 600 })).toString("base64url");
/** Says when it began, in nanoseconds. */
const clock = ["/bin/date", "+%s%N"];
const nothing = ["/bin/true"];

/** The API that runners report to, with nothing behind it. */
class Api {
  readonly #server: Server;
  readonly #waiting = new Map<string, (text: string) => void>();
  readonly #said = new Map<string, string>();
  #commands = new Map<string, string[]>();
  #count = 0;

  constructor() {
    this.#server = createServer((request, response) => {
      void this.#answer(request).then((body) => response.end(JSON.stringify(body)));
    });
  }

  async open(): Promise<void> {
    await once(this.#server.listen(0, "127.0.0.1"), "listening");
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** Has a command run, and answers with what it wrote. */
  async run(dispatcher: JobDispatcher, command: string[]): Promise<string> {
    const runId = String((this.#count += 1));
    this.#commands.set(runId, command);
    const ended = new Promise<string>((resolve) => this.#waiting.set(runId, resolve));
    const { port } = this.#server.address() as AddressInfo;
    const env = {
      BELFRY_API_URL: `http://127.0.0.1:${port}`,
      BELFRY_RUN_ID: runId,
      BELFRY_RUN_TOKEN: `e30.${claims}.s`,
    };
    const args = ["runner", "--run-id", runId];
    await dispatcher.dispatch({ runId, attempt: 1, scheduleName: "a-bench", binaryPath: belfry, args, env });
    return ended;
  }

  async #answer(request: IncomingMessage): Promise<object> {
    let body = "";
    for await (const part of request.setEncoding("utf8")) body += part as string;
    const [, runId = "", door = ""] = /runs\/(\d+)\/(\w+)$/.exec(request.url ?? "") ?? [];
    if (door === "start") return startAnswer(runId, this.#commands.get(runId) ?? []);
    if (door === "logs") this.#said.set(runId, (JSON.parse(body) as Logs).chunks[0]?.text ?? "");
    if (door === "heartbeat") await new Promise((resolve) => request.socket.once("close", resolve));
    if (door === "finish") this.#waiting.get(runId)?.(this.#said.get(runId) ?? "");
    return { cancelRequested: false };
  }
}

interface Logs {
  chunks: { text: string }[];
}

function startAnswer(runId: string, command: string[]): object {
  const times = {
    fireTime: "2026-01-02T03:04:05.000Z",
    coversFrom: "2026-01-02T03:04:05.000Z",
    coversCount: 1,
  };
  const limits = {
    timeoutMs: 60_000,
    graceMs: 1000,
    heartbeatMs: 10_000,
    leaseMs: 30_000,
    logLimitBytes: 10_000,
  };
  return {
    runId,
    attempt: 1,
    scheduleName: "a-bench",
    ...times,
    command,
    cwd: null,
    env: {},
    ...limits,
    soleServer: false,
  };
}

/** A way to run a command and wait for its end; answers with what it wrote. */
interface Way {
  name: string;
  run(command: string[]): Promise<string>;
  /** Processes whose processor time counts beside that of the children that have ended. */
  pids: number[];
  rounds: number;
}

async function bareSpawn([file = "", ...args]: string[]): Promise<string> {
  const child = spawn(file, args, { stdio: ["ignore", "pipe", "ignore"] });
  let text = "";
  child.stdout.on("data", (bytes: Buffer) => (text += bytes.toString()));
  await once(child, "close");
  return text;
}

/** Milliseconds from the call until the command's process tells the time; the ways in turn, so that all meet the same machine. */
async function startTimes(ways: readonly Way[], count: number): Promise<number[][]> {
  const times: number[][] = ways.map(() => []);
  for (let round = 0; round < count; round += 1) {
    for (const [at, way] of ways.entries()) {
      const began = performance.timeOrigin + performance.now();
      times[at]!.push(Number(await way.run(clock)) / 1e6 - began);
    }
  }
  return times;
}

interface Load {
  perSecond: number;
  cpuMs: number | null;
}

/** `rounds` runs of a command that does nothing, sixteen at a time. */
async function load(way: Way): Promise<Load> {
  const before = cpuMs(way.pids);
  const began = performance.now();
  let left = way.rounds;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await way.run(nothing);
    }
  };
  await Promise.all(Array.from({ length: 16 }, lane));
  const perSecond = (way.rounds * 1000) / (performance.now() - began);
  await new Promise((resolve) => setTimeout(resolve, 300)); // The last runners end after their last report.
  const after = cpuMs(way.pids);
  return { perSecond, cpuMs: before === null || after === null ? null : (after - before) / way.rounds };
}

/** The processor time of processes and of their children that have ended, and of this process's; Linux counts in steps of 10 ms. */
function cpuMs(pids: readonly number[]): number | null {
  if (process.platform !== "linux") return null;
  return pids.reduce((sum, pid) => sum + spent(pid, [11, 12, 13, 14]), spent(process.pid, [13, 14]));
}

function spent(pid: number, fields: readonly number[]): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  return fields.reduce((sum, field) => sum + Number(stat[field]) * 10, 0);
}

function memoryOf(pid: number | undefined): string {
  if (pid === undefined || process.platform !== "linux") return "-";
  const kiB = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return `${Math.round(Number(kiB) / 1024)} MiB`;
}

function ms(value: number | null): string {
  return value === null ? "-" : `${value.toFixed(1)} ms`;
}

const folder = mkdtempSync(join(tmpdir(), "belfry-bench-"));
const api = new Api();
await api.open();
let hostPid = 0;
const log = { info: (ids: Record<string, unknown>) => (hostPid = Number(ids["pid"])), warn: () => undefined };
const host = createRunnerHostDispatcher({
  socket: null,
  dataDir: folder,
  binaryPath: belfry,
  maxRunners: 1000,
  log,
});
const oneShot = createSubprocessDispatcher();
await api.run(host, nothing);
const firstMemory = memoryOf(hostPid);
const ways: Way[] = [
  { name: "spawn, and nothing else", run: bareSpawn, pids: [process.pid], rounds: 2000 },
  { name: "a runner for each run", run: (command) => api.run(oneShot, command), pids: [], rounds: 100 },
  { name: "the runner host", run: (command) => api.run(host, command), pids: [hostPid], rounds: 2000 },
];
const table = new Table({
  style: { head: [], border: [] },
  head: ["", "until the command begins", "95 of 100", "runs/s, 16 at a time", "processor time of a run"],
});
await startTimes(ways, 5);
const starts = await startTimes(ways, 100);
for (const [at, way] of ways.entries()) {
  const times = starts[at]!;
  const { perSecond, cpuMs } = await load(way);
  table.push([way.name, ms(median(times)), ms(quantile(times, 0.95)), perSecond.toFixed(0), ms(cpuMs)]);
}
const memory = `${firstMemory} after its first run, ${memoryOf(hostPid)} after ${ways[2]!.rounds}`;
process.stdout.write(`${table.toString()}\nMemory of the host: ${memory}. Node.js ${process.version}.\n`);
await host.close();
process.kill(hostPid, "SIGTERM");
api.close();
rmSync(folder, { recursive: true });
