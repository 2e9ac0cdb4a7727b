/**
 * Ids, numbers and words of our own as PostgreSQL writes an array. The client library looks through each for quotes, which
 * takes longer than all else that is done for a fire.
 */
export function arrayText(values: readonly (string | number | null)[]): string {
  return `{${values.map((value) => value ?? "null").join(",")}}`;
}

/** The same, but null for an array of which nothing differs from what stands for null: `unnest` makes nulls of it. */
export function sparseArrayText<Value extends string | number>(
  values: readonly (Value | null)[],
  usual: Value | null = null,
): string | null {
  return values.every((value) => value === usual || value === null) ? null : arrayText(values);
}
