import { createReadStream, existsSync } from "node:fs";
import { createInterface } from "node:readline";

/** How often the servers have logged each event as an error, over all of their logs. */
export async function countErrors(paths: readonly string[]): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const path of paths.filter((path) => existsSync(path))) {
    for await (const line of createInterface({ input: createReadStream(path) })) {
      const event = errorOf(line);
      if (event !== null) counts.set(event, (counts.get(event) ?? 0) + 1);
    }
  }
  return counts;
}

/** What is no line of the log is what a program says that dies. */
function errorOf(line: string): string | null {
  try {
    const { level, msg } = JSON.parse(line) as { level: string; msg: string };
    return level === "error" || level === "fatal" ? msg : null;
  } catch {
    return "(no line of the log)";
  }
}
