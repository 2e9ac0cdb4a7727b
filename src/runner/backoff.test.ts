import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backoffMs } from "./backoff.js";

describe("the pause between two tries", () => {
  it.each([
    [1, 100],
    [2, 200],
    [6, 3200],
    [7, 5000],
    [5000, 5000],
  ])("after %i failures is at most %i ms", (failures, longest) => {
    expect(backoffMs(failures, 1)).toBe(longest);
    expect(backoffMs(failures, 0)).toBe(longest / 2);
  });

  it("is never shorter than half of its length, whatever chance says", () => {
    fc.assert(
      fc.property(fc.nat(2000), fc.double({ min: 0, max: 1, noNaN: true }), (failures, chance) => {
        const ms = backoffMs(failures, chance);
        expect(ms).toBeGreaterThanOrEqual(50);
        expect(ms).toBeLessThanOrEqual(5000);
      }),
    );
  });
});
