import type { ManifestDocument } from "./document.js";
import type { ManifestParts } from "./definitions.js";
import type { ManifestProblem } from "./problem.js";
import { schedulesIn } from "./schedules-in.js";
import { shapeProblems } from "./shape-problems.js";
import { defaultsShape, entryShape, manifestShape } from "./shapes.js";

/** The parts of a manifest that have the right shape, and what is wrong with the others. */
export function readShapes(
  value: unknown,
  problemAt: ManifestDocument["problemAt"],
): {
  entries: ManifestParts["entries"];
  /** Null if they are wrong: then nobody can say what the schedules come to. */
  defaults: ManifestParts["defaults"] | null;
  problems: ManifestProblem[];
} {
  const whole = manifestShape.safeParse(value);
  const problems = whole.success ? [] : shapeProblems(whole.error.issues, problemAt);
  const entries = schedulesIn(value).flatMap(([name, written]) => {
    const { data, error } = entryShape.safeParse(written);
    if (error === undefined) return [[name, data] as const];
    for (const problem of shapeProblems(error.issues, problemAt, ["schedules", name])) problems.push(problem);
    return [];
  });
  const defaults = defaultsShape.optional().safeParse((value as { defaults?: unknown } | null)?.defaults);
  return { entries, defaults: defaults.success ? (defaults.data ?? {}) : null, problems };
}
