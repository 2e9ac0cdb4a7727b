/** A stretch of whole numbers, both ends included. */
export type Run = readonly [from: number, to: number];

/** The stretches that numbers in order make: 1, 2, 3, 7 are 1-3 and 7-7. */
export function runsOf(values: readonly number[]): Run[] {
  const runs: [number, number][] = [];
  for (const value of values) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === value - 1) last[1] = value;
    else runs.push([value, value]);
  }
  return runs;
}

/** The same, but a stretch that reaches the end of the field goes on at its beginning, if that is named too. */
export function runsAround(values: readonly number[], low: number, high: number): Run[] {
  const runs = runsOf(values);
  const [first, last] = [runs[0], runs.at(-1)];
  if (first === undefined || last === undefined || first === last) return runs;
  if (first[0] !== low || last[1] !== high) return runs;
  return [...runs.slice(1, -1), [last[0], first[1]]];
}

/** The numbers as a cron field would list them; two that follow each other stay two. */
export function asList(runs: readonly Run[]): string {
  return runs
    .map(([from, to]) => {
      if (from === to) return `${from}`;
      return to === from + 1 ? `${from},${to}` : `${from}-${to}`;
    })
    .join(",");
}

/** The step between the numbers if it is the same all along and more than 1, else null. */
export function stepOf(values: readonly number[]): number | null {
  const step = (values[1] ?? 0) - (values[0] ?? 0);
  const even = values.every((value, index) => value === values[0]! + index * step);
  return even && step > 1 ? step : null;
}
