import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** The process that holds a lock, as written in the lock file. */
export interface LockOwner {
  pid: number;
  host: string;
  startedAt: string;
  /** The pid means this process only in this namespace of pids (a container has its own); null if unknown. */
  pidNamespace: string | null;
  /** Tells the process from a later one with its pid: the boot, and the tick of it at which it began; null if unknown. */
  birth: string | null;
}

export function thisProcess(): LockOwner {
  return {
    pid: process.pid,
    host: hostname(),
    startedAt: new Date(Date.now() - process.uptime() * 1000).toISOString(),
    pidNamespace: pidNamespace(),
    birth: birthOf(process.pid),
  };
}

/** Whether the owner's pid can be looked up from here. */
export function isWithinSight(owner: LockOwner): boolean {
  return owner.host === hostname() && owner.pidNamespace === pidNamespace();
}

/** Whether the owner, which is within sight, still runs; its pid alone may have passed to another process. */
export function isRunning(owner: LockOwner): boolean {
  if (!pidExists(owner.pid)) return false;
  const birth = birthOf(owner.pid);
  return birth !== "zombie" && (birth === null || owner.birth === null || birth === owner.birth);
}

function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH"; // EPERM: somebody else's
  }
}

/** Field 22 of proc(5)'s stat, and the boot it counts from; "zombie" for the remains of a process. */
function birthOf(pid: number): string | null {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // the name before may have blanks
    return fields[0] === "Z" ? "zombie" : `${boot}:${fields[19]}`;
  } catch {
    return null;
  }
}

function pidNamespace(): string | null {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return null;
  }
}
