import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export interface Program {
  process: ChildProcess;
  /** The next line that it prints; throws with what it said on stderr if it ends instead. */
  nextLine(): Promise<string>;
  say(line: string): void;
  /** Sends the signal and waits for the end. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** Runs a TypeScript program of the tests in a process of its own. */
export function startProgram(file: URL, ...args: string[]): Program {
  const child = spawn(process.execPath, ["--import", "tsx", fileURLToPath(file), ...args], { stdio: "pipe" });
  const exited = once(child, "exit");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  return {
    process: child,
    say: (line) => child.stdin.write(`${line}\n`),
    nextLine: async () => {
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`${file.pathname} ended: ${said}`);
      return value;
    },
    kill: async (signal) => {
      child.kill(signal);
      await exited;
    },
  };
}
