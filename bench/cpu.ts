import { readdirSync, readFileSync } from "node:fs";
import type { Pool } from "../src/store/database.js";

/** Linux counts processor time in hundredths of a second. */
const tickMs = 10;

interface Stat {
  parent: number;
  /** Of the process itself, in milliseconds. */
  own: number;
  /** Of its children that have ended. */
  ended: number;
}

/** What `/proc` says of a process; null if it is gone. NaN where there is no `/proc`. */
function statOf(pid: number | string): Stat | null {
  if (process.platform !== "linux") return { parent: 0, own: Number.NaN, ended: Number.NaN };
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)!.split(" ").map(Number);
    const [user, system, endedUser, endedSystem] = fields.slice(11, 15) as [number, number, number, number];
    return { parent: fields[1]!, own: (user + system) * tickMs, ended: (endedUser + endedSystem) * tickMs };
  } catch {
    return null;
  }
}

/** The processor time of a process alone, in milliseconds. */
export function ownCpu(pid: number): number {
  return statOf(pid)?.own ?? 0;
}

/** The processor time of all that a process has started and that has ended, and of these other processes with theirs. */
export function cpuOfOthers(pid: number, others: number[]): number {
  const live = others.map(statOf).filter((stat) => stat !== null);
  return live.reduce((sum, { own, ended }) => sum + own + ended, statOf(pid)?.ended ?? 0);
}

/** The processor time of the whole PostgreSQL at the other end of the pool; NaN for the embedded database. */
export function postgresClock(postmaster: number | null): number {
  if (postmaster === null) return Number.NaN;
  const { own, ended } = statOf(postmaster) ?? { own: 0, ended: 0 };
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const children = pids.map(statOf).filter((stat) => stat?.parent === postmaster);
  return children.reduce((sum, stat) => sum + stat!.own, own + ended);
}

/** The process that all others of the PostgreSQL are children of, if it runs on this machine. */
export async function findPostmaster(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ pid: number }>("select pg_backend_pid() as pid");
  return statOf(rows[0]!.pid)?.parent ?? 0;
}
