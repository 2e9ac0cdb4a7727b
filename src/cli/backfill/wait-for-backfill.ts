import type { BackfillJson } from "../../api/public/backfill-shapes.js";
import { endedRuns, runsText } from "./counts.js";
import type { Client } from "../client.js";
import type { Io } from "../io.js";
import { patiently } from "../patiently.js";
import { printable } from "../printable.js";
import { followingOn } from "../run/wait-for-run.js";

/** A backfill that was waited for did not come to its end, or not all of its runs came to a good one. */
export class BackfillUnsuccessful extends Error {
  override readonly name = "BackfillUnsuccessful";

  constructor({ id, scheduleName, status, runs }: BackfillJson) {
    super(`Backfill ${id} of "${printable(scheduleName)}" is ${status}: ${runsText(runs)}.`);
  }
}

/** Whether a backfill has done what it was for. What its own overlap policy skipped was to be skipped. */
export function isSuccessful({ status, runs }: Pick<BackfillJson, "status" | "runs">): boolean {
  return status === "finished" && runs.failed === 0 && runs.cancelled === 0;
}

const waitMs = 10_000;

/** Waits until a backfill has ended, and answers how; tells on stderr how far it has come, some twenty times in all. */
export async function waitForBackfill(client: Client, first: BackfillJson, io: Io): Promise<BackfillJson> {
  let backfill = first;
  let told = 0;
  while (backfill.finishedAt === null) {
    backfill = await patiently(() => client.getBackfill(first.id, waitMs), followingOn(io));
    const ended = endedRuns(backfill.runs);
    if (ended === told || ended - told < backfill.fires / 20) continue;
    told = ended;
    io.stderr.write(`belfry: ${ended} of ${backfill.fires} runs have ended.\n`);
  }
  return backfill;
}
