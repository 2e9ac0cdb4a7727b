import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { prefixWithin, suffixWithin } from "./cut-text.js";

const anyText = fc.string({ unit: "binary", maxLength: 60 });
const anyLimit = fc.nat(100);

describe("cutting text at a number of bytes", () => {
  it("keeps as much of the beginning as fits, in whole characters", () => {
    fc.assert(
      fc.property(anyText, anyLimit, (text, limit) => {
        const start = text.slice(0, prefixWithin(text, limit));
        expect(Buffer.byteLength(start)).toBeLessThanOrEqual(limit);
        expect(Buffer.byteLength(start)).toBeGreaterThanOrEqual(Math.min(Buffer.byteLength(text), limit) - 3);
        expect(text.startsWith(Buffer.from(start).toString())).toBe(true);
      }),
    );
  });

  it("keeps as much of the end as fits, in whole characters", () => {
    fc.assert(
      fc.property(anyText, anyLimit, (text, limit) => {
        const rest = text.slice(suffixWithin(text, limit));
        expect(Buffer.byteLength(rest)).toBeLessThanOrEqual(limit);
        expect(Buffer.byteLength(rest)).toBeGreaterThanOrEqual(Math.min(Buffer.byteLength(text), limit) - 3);
        expect(text.endsWith(Buffer.from(rest).toString())).toBe(true);
      }),
    );
  });

  it.each([
    ["abc", 2, "ab"],
    ["äbc", 1, ""],
    ["äbc", 2, "ä"],
    ["🔔🔔", 7, "🔔"],
    ["🔔", 0, ""],
    ["", 5, ""],
  ])("cuts %j at %i bytes to %j", (text, limit, kept) => {
    expect(text.slice(0, prefixWithin(text, limit))).toBe(kept);
  });

  it.each([
    ["abc", 2, "bc"],
    ["bä", 1, ""],
    ["bä", 2, "ä"],
    ["🔔🔔", 7, "🔔"],
    ["abc", 0, ""],
  ])("keeps of %j the last %i bytes, %j", (text, limit, kept) => {
    expect(text.slice(suffixWithin(text, limit))).toBe(kept);
  });
});
