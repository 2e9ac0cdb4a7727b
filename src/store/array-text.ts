/**
 * Ids, numbers and words of our own as PostgreSQL writes an array. The client library looks through each for quotes, which
 * takes longer than all else that is done for a fire.
 */
export function arrayText(values: readonly (string | number | null)[]): string {
  return `{${values.map((value) => value ?? "null").join(",")}}`;
}

/** One value of each item, or null if all are as usual: `unnest` makes nulls of it. */
export function sparseArrayText<Item, Value extends string | number>(
  items: readonly Item[],
  valueOf: (item: Item) => Value | null,
  usual: Value | null = null,
): string | null {
  return items.some((item) => valueOf(item) !== usual) ? arrayText(items.map(valueOf)) : null;
}
