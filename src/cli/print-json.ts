import type { Io } from "./io.js";

export interface JsonOption {
  json?: boolean;
}

/** Writes one JSON document for programs to read. */
export function printJson({ stdout }: Pick<Io, "stdout">, value: unknown): void {
  stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
