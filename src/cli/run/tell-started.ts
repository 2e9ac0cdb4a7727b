import type { RunJson } from "../../api/public/shapes.js";
import type { Client } from "../client.js";
import type { Io } from "../io.js";
import { printable } from "../printable.js";
import { type JsonOption, printJson } from "../print-json.js";
import { plainLog } from "./print-log.js";
import { statusText } from "./run-status.js";
import { RunUnsuccessful, waitForRun } from "./wait-for-run.js";

export interface StartedOptions extends JsonOption {
  wait?: boolean;
}

/** Tells of a run that was asked for; with `wait` prints its output until it ends, and throws if it did not succeed. */
export async function tellStarted(
  client: Client,
  run: RunJson,
  options: StartedOptions,
  io: Io,
): Promise<void> {
  if (!options.wait) return tell(run, options, io);
  io.stderr.write(`belfry: Run ${run.id} of "${printable(run.scheduleName)}". It goes on if you leave.\n`);
  const ended = await waitForRun(client, run.id, options.json ? () => {} : plainLog(io), io);
  if (options.json) printJson(io, ended);
  if (ended.status !== "succeeded") throw new RunUnsuccessful(ended);
}

function tell(run: RunJson, { json }: JsonOption, io: Io): void {
  if (json) return printJson(io, run);
  const follow = `Follow it with: belfry run logs ${run.id} -f`;
  io.stdout.write(`Run ${run.id} of "${printable(run.scheduleName)}" is ${statusText(run)}. ${follow}\n`);
}
