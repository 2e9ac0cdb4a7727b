import type { z } from "zod";
import { BelfryError } from "../core/errors.js";

/** The value as the shape reads it; throws `invalid_request` that names each field at fault. */
export function check<Shape extends z.ZodType>(shape: Shape, value: unknown, where: string): z.output<Shape> {
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  throw new BelfryError("invalid_request", describeIssues(result.error, where));
}

/** Each fault in words: where it is, and what is wrong. */
export function describeIssues(error: z.ZodError, where: string): string {
  const faults = error.issues.map((issue) => {
    const path = [where, ...issue.path.map(String)].join(".");
    return `${path}: ${issue.message}`;
  });
  return faults.join("; ");
}
