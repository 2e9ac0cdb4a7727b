// What it costs to start a runner, beside starting Node.js for nothing. Run: npx tsx bench/runner-start.ts
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import Table from "cli-table3";

const rounds = 60;
const belfry = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const claims = Buffer.from(JSON.stringify({ iat: 0, exp: 600 })).toString("base64url");

interface Sample {
  /** Until the process has asked to start its run, or has ended if it asks for nothing. */
  askedMs: number;
  endedMs: number;
  /** Null on systems that do not tell; Linux counts in steps of 10 ms, which even out over many rounds. */
  cpuMs: number | null;
}

interface StartApi {
  server: Server;
  env: NodeJS.ProcessEnv;
  /** Resolves when the next request arrives. */
  asked(): Promise<unknown>;
}

/** An API that refuses every start, so that all of a runner's life is its start-up. */
async function refuseStarts(): Promise<StartApi> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(409, { "content-type": "application/problem+json" }).end("{}");
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const env = { BELFRY_API_URL: `http://127.0.0.1:${port}`, BELFRY_RUN_TOKEN: `e30.${claims}.s` };
  return { server, env: { ...process.env, ...env }, asked: () => once(server, "request") };
}

async function measure(args: string[], api: StartApi, asks: boolean): Promise<Sample> {
  const cpuBefore = childCpuMs();
  const began = performance.now();
  const asked = asks ? api.asked() : null;
  const child: ChildProcess = spawn(process.execPath, args, { env: api.env, stdio: "ignore" });
  const ended = once(child, "exit").then(() => performance.now() - began);
  const askedMs = asked === null ? await ended : await asked.then(() => performance.now() - began);
  const endedMs = await ended;
  const cpuAfter = childCpuMs();
  const cpuMs = cpuBefore === null || cpuAfter === null ? null : cpuAfter - cpuBefore;
  return { askedMs, endedMs, cpuMs };
}

/** The processor time of all children that have ended, as Linux counts it for this process. */
function childCpuMs(): number | null {
  if (process.platform !== "linux") return null;
  const fields = readFileSync("/proc/self/stat", "utf8").split(") ")[1]!.split(" ");
  return (Number(fields[13]) + Number(fields[14])) * 10;
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

function meanCpu(samples: Sample[]): number | null {
  const known = samples.map(({ cpuMs }) => cpuMs).filter((ms) => ms !== null);
  return known.length === 0 ? null : known.reduce((sum, ms) => sum + ms, 0) / known.length;
}

interface Row {
  name: string;
  asked: number;
  ended: number;
  cpu: number | null;
}

function rowOf(name: string, samples: Sample[]): Row {
  return {
    name,
    asked: median(samples.map(({ askedMs }) => askedMs)),
    ended: median(samples.map(({ endedMs }) => endedMs)),
    cpu: meanCpu(samples),
  };
}

/** A number with what it is of the first row's. */
function beside(value: number | null, floor: number | null): string {
  if (value === null || floor === null) return "-";
  return `${value.toFixed(1)} ms (${(value / floor).toFixed(2)} x)`;
}

const api = await refuseStarts();
const samples: { node: Sample[]; runner: Sample[] } = { node: [], runner: [] };
for (let round = 0; round < rounds; round += 1) {
  samples.node.push(await measure(["-e", "0"], api, false));
  samples.runner.push(await measure([belfry, "runner", "--run-id", "1"], api, true));
}
api.server.close();
api.server.closeAllConnections();

const node = rowOf("node -e 0", samples.node);
const runner = rowOf("belfry runner", samples.runner);
const table = new Table({
  style: { head: [], border: [] },
  head: [
    `${rounds} starts each, in turn`,
    "until it asks to start its run",
    "until it has ended",
    "processor time",
  ],
});
for (const row of [node, runner]) {
  table.push([
    row.name,
    beside(row.asked, node.ended),
    beside(row.ended, node.ended),
    beside(row.cpu, node.cpu),
  ]);
}
process.stdout.write(
  `${table.toString()}\nWall-clock times are medians, processor times means. Node.js ${process.version}.\n`,
);
