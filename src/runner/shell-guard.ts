import { spawn } from "node:child_process";
import { platform } from "node:process";
import type { Guard } from "./guard.js";
import { statOf } from "./process-stat.js";
import { say } from "./say.js";

/**
 * Is told the job's group and when that was started, or "none" if there is no job, and then, in another line, that it is over.
 * If it is not told of the end, ends the job thoroughly, or if that cannot be done at least its group.
 */
const script = `trap "" HUP INT TERM
read -r group started; read -r _ && exit
"$@" $group $started || kill -s KILL -- "-$group"`;

/**
 * A guard for the runner of one run: a shell, which is small, waits until the runner is gone. It has no clock: a runner that
 * stands still beyond its lease is not noticed by it.
 */
export const shellGuard: Guard = {
  expect(assignment) {
    const tell = platform === "win32" ? () => undefined : startShell(assignment);
    let isTold = false;
    const watch = (groupId: number): void => {
      tell(`${groupId} ${statOf(groupId)?.startedAt ?? -1}\n`);
      isTold = true;
    };
    const release = (): void => tell(isTold ? "done\n" : "none\ndone\n", "end");
    return { watch, renew: () => undefined, release };
  },
};

/** Answers with a function that tells it something, and that there is no more to come. */
function startShell(assignment: string): (words: string, end?: "end") => void {
  const end = [process.execPath, process.argv[1]!, "runner", "--end-job", assignment];
  const shell = spawn("/bin/sh", ["-c", script, "sh", ...end], {
    detached: true,
    env: {},
    // As long as it holds the runner's stderr, whoever reads that knows that the job is not over.
    stdio: ["pipe", "ignore", "inherit"],
  });
  shell.once("error", (error) => say(`Nobody will end the job if its runner is killed: ${error.message}.`));
  shell.stdin.on("error", () => undefined); // It is gone, and so is what was to be said.
  shell.unref();
  (shell.stdin as typeof shell.stdin & { unref(): void }).unref(); // A pipe to a child process is a socket.
  return (words, last) => void (last === "end" ? shell.stdin.end(words) : shell.stdin.write(words));
}
