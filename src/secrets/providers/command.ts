import { execFile } from "node:child_process";
import PQueue from "p-queue";
import { BelfryError } from "../../core/errors.js";
import type { ProvidedSecret, SecretProvider } from "../provider.js";
import { largestSecret } from "../secret-store.js";
import { textOfSecret } from "./text-of-secret.js";

export interface CommandOptions {
  /** A program and its arguments; `{name}` in an argument becomes the secret's name. There is no shell. */
  argv: readonly string[];
  /** After so many milliseconds it is killed; 10,000. */
  timeoutMs?: number;
  env?: NodeJS.ProcessEnv;
}

/** So many commands run at once at most. */
const concurrency = 4;

/** Secrets that a command prints: `op read op://vault/{name}`, `vault kv get -field=value secret/{name}`. */
export function commandProvider({ argv, timeoutMs = 10_000, env }: CommandOptions): SecretProvider {
  const queue = new PQueue({ concurrency });
  return {
    name: "command",
    get: (name) => queue.add(() => ask(name, { argv, timeoutMs, ...(env && { env }) })),
  };
}

/** What it writes to stderr is not told: it may hold anything. */
function ask(name: string, { argv, timeoutMs, env }: CommandOptions): Promise<ProvidedSecret | null> {
  const [program, ...args] = argv.map((part) => part.replaceAll("{name}", name));
  const options = {
    encoding: "buffer",
    timeout: timeoutMs,
    killSignal: "SIGKILL",
    maxBuffer: largestSecret + 2,
    ...(env && { env }),
  } as const;
  return new Promise((resolve, reject) => {
    execFile(program!, args, options, (error, stdout) => {
      try {
        if (error !== null) throw failure(program!, name, error);
        resolve({ value: textOfSecret(stdout, name), version: null });
      } catch (reason) {
        reject(reason);
      }
    }).stdin?.end();
  });
}

function failure(
  program: string,
  name: string,
  error: Error & { code?: unknown; killed?: boolean },
): BelfryError {
  const what = `The command "${program}" gave no value for the secret "${name}"`;
  return new BelfryError("secret_unavailable", `${what}: ${reasonOf(error)}.`);
}

function reasonOf({ code, killed }: { code?: unknown; killed?: boolean | undefined }): string {
  if (code === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER") return `it wrote more than ${largestSecret} bytes`;
  if (killed === true) return "it took too long";
  return typeof code === "number"
    ? `it ended with exit code ${code}`
    : `it could not be run (${String(code)})`;
}
