import pico from "picocolors";
import { readSecret } from "./read-secret.js";

export interface Output {
  write(text: string): unknown;
  isTTY?: boolean | undefined;
  /** How many characters fit on a line of a terminal. */
  columns?: number | undefined;
}

/** What a command knows of the world outside and where it writes to. A test brings its own. */
export interface Io {
  stdout: Output;
  stderr: Output;
  env: Readonly<Record<string, string | undefined>>;
  now: () => Date;
  /** Asks for a secret, which nobody sees as it is typed; what is piped in is taken as it is. Absent: there is nobody to ask. */
  readSecret?: (question: string) => Promise<string>;
}

/** This process's own. A reader that has gone (`| head`) ends the process without a word. */
export function processIo(): Io {
  for (const stream of [process.stdout, process.stderr]) {
    if (!stream.listeners("error").includes(leaveIfNobodyReads)) stream.on("error", leaveIfNobodyReads);
  }
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    now: () => new Date(),
    readSecret,
  };
}

function leaveIfNobodyReads(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
}

export type Colors = ReturnType<typeof pico.createColors>;

/** Colours for stdout: only on a terminal, and never with NO_COLOR. */
export function colorsFor({ stdout, env }: Pick<Io, "stdout" | "env">): Colors {
  const wanted = !env["NO_COLOR"] && env["TERM"] !== "dumb" && stdout.isTTY === true;
  return pico.createColors(wanted);
}

/** The zone of the person at the terminal: `TZ`, else the machine's. */
export function localZone({ env }: Pick<Io, "env">): string {
  return env["TZ"] || Intl.DateTimeFormat().resolvedOptions().timeZone;
}
