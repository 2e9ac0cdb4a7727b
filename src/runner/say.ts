import { writeSync } from "node:fs";

/** Tells people one line. */
export type Say = (line: string) => void;

/**
 * Writes one line on stderr. The reader may be gone (the server was restarted): that is no reason to end, so a
 * failure to write is passed over. `process.stderr` is not used, as it takes milliseconds to set up.
 */
export function say(line: string): void {
  try {
    writeSync(2, `belfry runner: ${line.replaceAll("\n", " ")}\n`);
  } catch {
    return;
  }
}
