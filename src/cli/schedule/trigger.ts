import type { Command } from "commander";
import { examples } from "../examples.js";
import type { Io } from "../io.js";
import { pairsOf } from "../pairs.js";
import { type StartedOptions, tellStarted } from "../run/tell-started.js";
import { addServerOptions, connect } from "../server-options.js";

interface TriggerOptions extends StartedOptions {
  param: Record<string, string>;
  idempotencyKey?: string;
}

/** Adds `belfry schedule trigger`: a run by hand. */
export function registerTrigger(schedule: Command, io: Io): void {
  const trigger = schedule
    .command("trigger <name>")
    .description("run a schedule now, whatever its next fire");
  trigger.option(
    "--param <name=value>",
    "a parameter, BELFRY_PARAM_NAME to the job; again for more",
    pairsOf("--param"),
    {},
  );
  trigger.option(
    "--idempotency-key <key>",
    "asked for again with the same key, it is the same run; for a day",
  );
  trigger.option("--wait", "print its output until it ends; exit code 0 only if it succeeded");
  addServerOptions(
    trigger.option("--json", "print the run as a JSON object (with --wait: once it has ended)"),
  );
  examples(trigger, [
    "belfry schedule trigger nightly-backup",
    "belfry schedule trigger report --param day=2026-11-23 --param region=eu",
    "belfry schedule trigger nightly-backup --wait && echo done",
  ]);
  trigger.action(async (name: string, { param, idempotencyKey, ...options }: TriggerOptions) => {
    const client = await connect(trigger, io);
    const run = await client.triggerSchedule(name, { parameters: param, idempotencyKey });
    await tellStarted(client, run, options, io);
  });
}
