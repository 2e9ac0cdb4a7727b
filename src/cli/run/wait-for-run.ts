import type { RunDetailJson, RunJson } from "../../api/public/shapes.js";
import type { Client } from "../client.js";
import { followLog } from "./follow-log.js";
import type { Io } from "../io.js";
import type { Following } from "../patiently.js";
import type { LogPrinter } from "./print-log.js";
import { statusText } from "./run-status.js";

/** A run that was waited for ended otherwise than in success. */
export class RunUnsuccessful extends Error {
  override readonly name = "RunUnsuccessful";

  constructor(run: RunJson) {
    super(
      `Run ${run.id} of "${run.scheduleName}": ${statusText(run)}.${run.errorMessage === null ? "" : ` ${run.errorMessage}`}`,
    );
  }
}

/** Prints what a run writes until it has ended, and answers how it ended. */
export async function waitForRun(
  client: Client,
  id: string,
  print: LogPrinter,
  io: Io,
): Promise<RunDetailJson> {
  for await (const entry of followLog(client, id, followingOn(io))) print(entry);
  return client.getRun(id);
}

/** Tells on stderr when the server goes away while a log is followed. */
export function followingOn({ stderr }: Pick<Io, "stderr">): Following {
  const words = { away: "The server is away; waiting for it.", back: "The server is back." };
  return { tell: (news) => stderr.write(`belfry: ${words[news]}\n`) };
}
