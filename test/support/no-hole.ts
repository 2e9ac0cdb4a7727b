import { expect } from "vitest";
import type { RunJson } from "../../src/api/public/shapes.js";

/** Of a schedule that fires each second: each second between the first fire and the last is covered by exactly one row. */
export function expectNoHole(runs: readonly RunJson[]): void {
  const spans = runs.map(({ fireTime, coversFrom, coversCount }) => {
    const [first, last] = [Date.parse(coversFrom ?? fireTime!), Date.parse(fireTime!)];
    expect(coversCount).toBe((last - first) / 1000 + 1);
    return { first, last };
  });
  spans.sort((a, b) => a.first - b.first);
  for (const [index, { first }] of spans.slice(1).entries()) expect(first - spans[index]!.last).toBe(1000);
}
