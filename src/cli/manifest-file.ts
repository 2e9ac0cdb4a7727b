import { BelfryError } from "../core/errors.js";
import type { ScheduleDefinition } from "../core/schedule.js";
import { ManifestError } from "../manifest/problem.js";
import { loadManifest } from "../manifest/sources.js";
import type { Io } from "./io.js";
import { printable } from "./printable.js";

/** The schedules of a manifest. Its problems go to stderr, one a line, as the server logs them. */
export async function schedulesOf(file: string, io: Io): Promise<ScheduleDefinition[]> {
  try {
    return await loadManifest(file, io.now());
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    for (const line of error.message.split("\n")) io.stderr.write(`${printable(line)}\n`);
    const count = error.problems.length === 1 ? "a problem" : `${error.problems.length} problems`;
    throw new BelfryError("invalid_manifest", `The manifest ${file} has ${count}, told above.`, {
      cause: error,
    });
  }
}
