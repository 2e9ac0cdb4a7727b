import type { z } from "zod";
import { checkScheduleName } from "../core/check-schedule.js";
import type { ManifestDocument } from "./document.js";
import { saidAgainst } from "./laws.js";
import type { KeyPath, ManifestProblem } from "./problem.js";
import { schedulesIn } from "./schedules-in.js";
import { unknownKey } from "./unknown-key.js";

type Issue = z.core.$ZodIssue;
type Place = ManifestDocument["problemAt"];

/** What is wrong with a manifest, each at its place, from the issues that zod found. */
export function shapeProblems(
  issues: readonly Issue[],
  problemAt: Place,
  above: KeyPath = [],
): ManifestProblem[] {
  return issues.flatMap((issue) => {
    const path = [...above, ...(issue.path as KeyPath)];
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => problemAt([...path, key], unknownKey(key, path)));
    }
    if (issue.code === "invalid_key") return shapeProblems(issue.issues, problemAt, path);
    if (issue.code === "invalid_union") {
      const inside = issue.errors.find((branch) => branch.every(isInside));
      if (inside !== undefined) return shapeProblems(inside, problemAt, path);
    }
    return [problemAt(path, issue.message)];
  });
}

/** Whether a value had the right kind, and something in it is wrong. */
function isInside(issue: Issue): boolean {
  return issue.path.length > 0 || issue.code === "unrecognized_keys";
}

/** The names of schedules that break the law of names. */
export function nameProblems(value: unknown, problemAt: Place): ManifestProblem[] {
  return schedulesIn(value).flatMap(([name]) => {
    const message = saidAgainst(() => checkScheduleName(name));
    return message === null ? [] : [problemAt(["schedules", name], message)];
  });
}
