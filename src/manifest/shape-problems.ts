import type { z } from "zod";
import { checkScheduleName } from "../core/check-schedule.js";
import { messageOf } from "../core/errors.js";
import type { ManifestDocument } from "./document.js";
import type { KeyPath, ManifestProblem } from "./problem.js";
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
      const inside = issue.errors.find((branch) => branch.every((each) => each.path.length > 0));
      if (inside !== undefined) return shapeProblems(inside, problemAt, path);
    }
    return [problemAt(path, issue.message)];
  });
}

/** The names of schedules that break the law of names. */
export function nameProblems(value: unknown, problemAt: Place): ManifestProblem[] {
  const schedules = (value as { schedules?: unknown } | null)?.schedules;
  if (typeof schedules !== "object" || schedules === null || Array.isArray(schedules)) return [];
  return Object.keys(schedules).flatMap((name) => {
    try {
      checkScheduleName(name);
      return [];
    } catch (error) {
      return [problemAt(["schedules", name], messageOf(error))];
    }
  });
}
