import { cronsOf } from "../core/cron/cron.js";
import type { ManifestDocument } from "./document.js";
import { saidAgainst } from "./laws.js";
import { type KeyPath, type ManifestProblem, shownAtMost } from "./problem.js";
import { schedulesIn } from "./schedules-in.js";

/** An expression, and where it stands: the key or item that holds it, and in which line of its text. */
interface Written {
  text: string;
  path: KeyPath;
  line: number;
}

/** The expressions that cannot be read, each at its own line. They need the schedule's name, which their shape does not know. */
export function cronProblems(value: unknown, problemAt: ManifestDocument["problemAt"]): ManifestProblem[] {
  return schedulesIn(value).flatMap(([name, entry]) => {
    const path = ["schedules", name, "cron"];
    const written = writtenIn((entry as { cron?: unknown } | null)?.cron, path);
    if (written === null) return [];
    const each = written.slice(0, shownAtMost).flatMap(({ text, path, line }) => {
      const message = saidAgainst(() => cronsOf(text, name));
      return message === null ? [] : [problemAt(path, message, line)];
    });
    const whole = saidAgainst(() => cronsOf(written.map(({ text }) => text).join("\n"), name));
    return each.length > 0 || whole === null ? each : [problemAt(path, whole)];
  });
}

/** Null for what its shape refuses. */
function writtenIn(cron: unknown, path: KeyPath): Written[] | null {
  if (typeof cron === "string") {
    const lines = cron.split("\n").map((text, line) => ({ text, path, line }));
    return lines.filter(({ text }) => text.trim() !== "");
  }
  const isRight = Array.isArray(cron) && cron.every((item) => typeof item === "string");
  return isRight ? cron.map((text, index) => ({ text, path: [...path, index], line: 0 })) : null;
}
