import { z } from "zod";

/** What the shape takes; or `false`, which is null: there is none, whatever the defaults say. */
export function orFalse<Shape extends z.ZodType>(shape: Shape) {
  return z.unknown().transform((written, context): z.output<Shape> | null => {
    if (written === false) return null;
    const { success, data, error } = shape.safeParse(written);
    if (success) return data;
    context.issues.push(...(error.issues as typeof context.issues));
    return z.NEVER;
  });
}
