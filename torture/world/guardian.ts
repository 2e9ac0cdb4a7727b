import { spawn } from "node:child_process";
import { once } from "node:events";
import { markName } from "./processes.js";

/** Kills what has the mark in its environment, until there is nothing left. */
const killMarked = `
mark="$1" left=1
while [ -n "$left" ]; do
  left=
  for environ in /proc/[0-9]*/environ; do
    if grep -qzxF "$mark" "$environ" 2>/dev/null; then
      pid=\${environ#/proc/} pid=\${pid%/environ}
      kill -KILL "$pid" 2>/dev/null && left=1
    fi
  done
  [ -z "$left" ] || sleep 0.1
done`;

/** Sees to it that no process of the torture outlives this one, however it ends. */
export function guardProcesses(mark: string): { endAll: () => Promise<void> } {
  const guardian = spawn("sh", ["-c", `read _; ${killMarked}`, "sh", `${markName}=${mark}`], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  guardian.unref();
  (guardian.stdin as unknown as { unref(): void }).unref();
  return {
    endAll: async () => {
      guardian.ref();
      guardian.stdin.end();
      if (guardian.exitCode === null) await once(guardian, "exit");
    },
  };
}
