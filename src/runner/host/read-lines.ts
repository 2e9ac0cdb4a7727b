import type { Readable } from "node:stream";

/** The longest line that is read, in characters. */
const longestLine = 16 * 1024 * 1024;

/** Calls back with each line of UTF-8 that arrives, and once with null if one is too long; then no more is read. */
export function readLines(stream: Readable, onLine: (line: string | null) => void): void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
    if (rest.length <= longestLine) return;
    rest = "";
    stream.removeAllListeners("data").pause();
    onLine(null);
  });
}
