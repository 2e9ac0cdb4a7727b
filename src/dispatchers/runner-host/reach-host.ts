import { lstatSync } from "node:fs";
import { getuid, platform } from "node:process";
import { isNobody } from "../../runner/host/listen.js";
import type { Hello } from "../../runner/host/wire.js";
import { pause } from "../../runner/pause.js";
import type { RunnerExit } from "../dispatcher.js";
import { exitOf, startRunner } from "../start-runner.js";
import { HostLink, type LinkListener } from "./host-link.js";
import { checkSocketFolder } from "./socket-path.js";

/** Where a host is, and how one is started if there is none. */
export interface HostAddress {
  path: string;
  binaryPath: string;
  hello: Hello;
  /** Hears of a host that this process has started. */
  onStarted: (pid: number) => void;
}

const lookMs = 10;
const withinMs = 20_000;

/** Connects to the host, and starts one if nobody answers. Of two that are started at once, one goes on. */
export async function reachHost(address: HostAddress, listener: LinkListener): Promise<HostLink> {
  const { path, hello } = address;
  const deadline = performance.now() + withinMs;
  for (let started: StartedHost | null = null; performance.now() < deadline;) {
    const link = await tryOpen(path, hello, listener);
    if (link !== null) return link;
    if (started?.exit != null && started.exit.code !== 0) throw new Error(whyEnded(started.exit));
    if (started === null || started.exit !== null) started = await startHost(address);
    await pause(lookMs);
  }
  throw new Error(`No runner host has answered at ${path} within ${withinMs / 1000} s.`);
}

/** A connection to a host that is there, or null. */
export async function tryOpen(path: string, hello: Hello, listener: LinkListener): Promise<HostLink | null> {
  checkSocketFolder(path);
  checkSocketOwner(path);
  try {
    return await HostLink.open(path, hello, listener);
  } catch (error) {
    if (isNobody(error)) return null;
    throw error;
  }
}

/** Whoever owns the socket is given the environment of all jobs and the tokens of runs. */
function checkSocketOwner(path: string): void {
  if (platform === "win32") return;
  const owner = lstatSync(path, { throwIfNoEntry: false })?.uid;
  if (owner === undefined || owner === getuid?.()) return;
  throw new Error(`The socket ${path} belongs to another user. Name another one with --runner-socket.`);
}

/** What is young is collected early: the larger a process is, the longer each of its `spawn`s takes. */
const staysSmall = ["--max-semi-space-size=1"];

interface StartedHost {
  exit: RunnerExit | null;
}

/** Below no folder that somebody may want to remove; its jobs start in that of the server. */
async function startHost({ path, binaryPath, hello, onStarted }: HostAddress): Promise<StartedHost> {
  checkSocketFolder(path);
  const args = ["runner", "--host", "--socket", path];
  const start = { binaryPath, args, env: hello.environment, cwd: "/", nodeOptions: staysSmall };
  const runner = await startRunner(start);
  const host: StartedHost = { exit: null };
  void exitOf(runner).then((exit) => (host.exit = exit));
  onStarted(runner.pid ?? 0);
  return host;
}

function whyEnded({ code, signal, message }: RunnerExit): string {
  return `The runner host ended at once (${signal ?? `exit code ${code}`}). It said: ${message}`;
}
