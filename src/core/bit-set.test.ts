import * as fc from "fast-check";
import { expect, test } from "vitest";
import { addSpan, addTo, type BitSet, countBelow, isIn, nextIn } from "./bit-set.js";

const numbers = fc.uniqueArray(fc.integer({ min: 0, max: 63 }));

function setOf(members: readonly number[]): BitSet {
  const set = { low: 0, high: 0 };
  for (const member of members) addTo(set, member);
  return set;
}

test("a set has the numbers that were put into it, and counts and finds them", () => {
  fc.assert(
    fc.property(numbers, fc.integer({ min: 0, max: 63 }), (members, number) => {
      const set = setOf(members);
      expect(isIn(set, number)).toBe(members.includes(number));
      expect(countBelow(set, number)).toBe(members.filter((member) => member < number).length);
      const later = members.filter((member) => member >= number);
      expect(nextIn(set, number)).toBe(later.length === 0 ? -1 : Math.min(...later));
    }),
    { numRuns: 1000 },
  );
});

test("a span is all numbers from its start to its end", () => {
  for (let from = 0; from <= 63; from += 1) {
    for (let to = from; to <= 63; to += 1) {
      const set = setOf([5, 40]);
      addSpan(set, from, to);
      const span = Array.from({ length: to - from + 1 }, (_, index) => from + index);
      expect(set).toEqual(setOf([5, 40, ...span]));
    }
  }
});
