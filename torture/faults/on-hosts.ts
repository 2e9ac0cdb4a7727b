import { type FoundProcess, findJobs, findProcesses, signal } from "../world/processes.js";
import { jobPath, type World } from "../world/world.js";
import { type Doer, forAWhile, holding, leftAlone } from "./doer.js";

/** What happens to runner hosts, to the guards beside them, and to jobs. */
export const onHosts: {
  "host.kill": Doer<"host.kill">;
  "host.freeze": Doer<"host.freeze">;
  "guard.kill": Doer<"guard.kill">;
  "guard.freeze": Doer<"guard.freeze">;
  "job.kill": Doer<"job.kill">;
} = {
  // A host and its guard are disturbed one at a time: with both of them gone nobody is left to end their jobs.
  "host.kill": ({ world, busy }, { host }) =>
    holding(busy, `host ${host}`, async () => killAll(hostsOf(world, host))),
  "host.freeze": ({ world, busy }, { host, forMs }) =>
    holding(busy, `host ${host}`, () => freezeAll(hostsOf(world, host), forMs)),
  "guard.kill": ({ world, busy }, { host }) =>
    holding(busy, `host ${host}`, async () => killAll(guardsOf(world, host))),
  "guard.freeze": ({ world, busy }, { host, forMs }) =>
    holding(busy, `host ${host}`, () => freezeAll(guardsOf(world, host), forMs)),
  "job.kill": async ({ world }, { pick }) => {
    const jobs = findJobs(world.mark, jobPath);
    const job = jobs[Math.floor(pick * jobs.length)];
    if (job === undefined || !signal(job.pid, "SIGKILL")) return leftAlone;
    world.killed.add(job.runId);
    return `killed a job of run ${job.runId}`;
  },
};

function hostsOf(world: World, host: number): FoundProcess[] {
  return findProcesses(world.mark).filter(
    ({ argv }) => argv.includes("--host") && argv.includes(world.sockets[host]!),
  );
}

/** A guard is a child of its host. */
function guardsOf(world: World, host: number): FoundProcess[] {
  const hosts = new Set(hostsOf(world, host).map(({ pid }) => pid));
  return findProcesses(world.mark).filter(
    ({ argv, parent }) => argv.includes("--guard") && hosts.has(parent),
  );
}

function killAll(processes: readonly FoundProcess[]): string {
  const killed = processes.filter(({ pid }) => signal(pid, "SIGKILL"));
  return killed.length > 0 ? "done" : leftAlone;
}

async function freezeAll(processes: readonly FoundProcess[], forMs: number): Promise<string> {
  if (processes.length === 0) return leftAlone;
  return forAWhile(
    forMs,
    () => processes.forEach(({ pid }) => signal(pid, "SIGSTOP")),
    () => processes.forEach(({ pid }) => signal(pid, "SIGCONT")),
  );
}
