import { execFile } from "node:child_process";
import { builtBelfry } from "./built-belfry.js";
import type { Told } from "./cli.js";

/** Runs the built program to its end, in a process of its own, with nothing of Belfry's in its environment but `env`. */
export function runBelfry(argv: readonly string[], env: Record<string, string> = {}): Promise<Told> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(BELFRY_|DATABASE_URL$)/.test(name));
  const options = { env: { ...Object.fromEntries(inherited), ...env }, maxBuffer: 64 * 1024 * 1024 };
  return new Promise((resolve) => {
    execFile(process.execPath, [builtBelfry, ...argv], options, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
}
