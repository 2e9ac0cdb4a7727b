import { spawn } from "node:child_process";
import { platform } from "node:process";
import type { Guard } from "./guard.js";
import { statOf } from "./process-stat.js";
import { say } from "./say.js";

/** Waits for a word; if there is none any more, ends the job thoroughly, or if that cannot be done at least its group. */
const script = `trap "" HUP INT TERM; group=$1; shift; read -r _ && exit; "$@" || kill -s KILL -- "-$group"`;

/**
 * A guard for the runner of one run: a shell, which is small, waits until the runner is gone. It has no clock: a runner that
 * stands still beyond its lease is not noticed by it.
 */
export const shellGuard: Guard = {
  watch({ groupId, assignment }) {
    const startedAt = statOf(groupId)?.startedAt ?? -1;
    const end = [process.argv[1]!, "runner", "--end-job", `${groupId}`, `${startedAt}`, assignment];
    const release =
      platform === "win32" ? () => undefined : startShell([`${groupId}`, process.execPath, ...end]);
    return { renew: () => undefined, release };
  },
};

/** Answers with a function that lets it go home. */
function startShell(args: string[]): () => void {
  const shell = spawn("/bin/sh", ["-c", script, "sh", ...args], {
    detached: true,
    env: {},
    // As long as it holds the runner's stderr, whoever reads that knows that the job is not over.
    stdio: ["pipe", "ignore", "inherit"],
  });
  shell.once("error", (error) => say(`Nobody will end the job if its runner is killed: ${error.message}.`));
  shell.stdin.on("error", () => undefined); // It is gone, and so is what was to be said.
  shell.unref();
  (shell.stdin as typeof shell.stdin & { unref(): void }).unref(); // A pipe to a child process is a socket.
  return () => shell.stdin.end("done\n");
}
