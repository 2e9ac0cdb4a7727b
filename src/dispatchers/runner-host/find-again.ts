import type { Hello } from "../../runner/host/wire.js";
import { pause } from "../../runner/pause.js";
import { isAlive } from "../../runner/process-stat.js";
import type { HostLink, LinkListener } from "./host-link.js";
import { tryOpen } from "./reach-host.js";

const lookMs = 50;
const withinMs = 5000;
/** By then the leases of the runs are over, which tell as well. */
const guardWithinMs = 60_000;

/** After a connection was lost: a new one to that host or the one in its place, or null if it is gone. */
export async function untilHostIsKnown(
  lost: HostLink,
  path: string,
  hello: Hello,
  listener: LinkListener,
): Promise<HostLink | null> {
  const deadline = performance.now() + withinMs;
  while (isAlive(lost.pid) && performance.now() < deadline) {
    const link = await tryOpen(path, hello, listener).catch(() => null);
    if (link !== null) return link;
    await pause(lookMs);
  }
  return null;
}

/** After a host is gone: resolves when its guard has ended its jobs, and so itself. Before that they are not over. */
export async function untilJobsAreOver({ guardPid }: HostLink): Promise<void> {
  const deadline = performance.now() + guardWithinMs;
  while (guardPid !== null && isAlive(guardPid) && performance.now() < deadline) await pause(lookMs / 5);
}
