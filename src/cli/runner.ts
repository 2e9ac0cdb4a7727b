import type { Command } from "commander";
import { BelfryError } from "../core/errors.js";
import { examples } from "./examples.js";

/** Gives `belfry runner` its place in the help. `main.ts` starts it before any of this is loaded. */
export function registerRunner(program: Command): void {
  const runner = program.command("runner").description("carry runs out; the server starts it, people do not");
  runner.option("--run-id <id>", "one run; BELFRY_API_URL and BELFRY_RUN_TOKEN come with it");
  runner.option("--host", "stay, and carry out the runs of all servers that connect");
  runner.option("--socket <path>", "with --host: where they connect");
  examples(runner, ["BELFRY_API_URL=... BELFRY_RUN_TOKEN=... belfry runner --run-id 42"]);
  runner.action(() => {
    throw new BelfryError("invalid_request", 'Write "runner" right after "belfry", before any option.');
  });
}
