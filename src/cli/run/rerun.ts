import type { Command } from "commander";
import { examples } from "../examples.js";
import type { Io } from "../io.js";
import { addServerOptions, connect } from "../server-options.js";
import { runId } from "./run-id.js";
import { type StartedOptions, tellStarted } from "./tell-started.js";

/** Adds `belfry run rerun`: an ended run once more. */
export function registerRerun(run: Command, io: Io): void {
  const rerun = run
    .command("rerun")
    .description("do an ended run again, as a new one: for the same fire, with the same parameters");
  rerun.argument("<id>", "as `belfry run list` shows it", runId);
  rerun.option("--wait", "print its output until it ends; exit code 0 only if it succeeded");
  addServerOptions(
    rerun.option("--json", "print the new run as a JSON object (with --wait: once it has ended)"),
  );
  examples(rerun, ["belfry run rerun 42 --wait"]);
  rerun.action(async (id: string, options: StartedOptions) => {
    const client = await connect(rerun, io);
    await tellStarted(client, await client.rerunRun(id), options, io);
  });
}
