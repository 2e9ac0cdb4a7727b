import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CleanText } from "./clean-text.js";

function readInParts(bytes: Buffer, partLength: number): string {
  const text = new CleanText();
  let result = "";
  for (let at = 0; at < bytes.length; at += partLength)
    result += text.read(bytes.subarray(at, at + partLength));
  return result + text.end();
}

describe("the text of a job's output", () => {
  it("does not depend on where the reads happened to end", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 1, max: 7 }), (text, partLength) => {
        expect(readInParts(Buffer.from(text), partLength)).toBe(text.replaceAll("\0", "\u2400"));
      }),
    );
  });

  it("is valid and has no NUL, whatever the bytes are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 7 }), (bytes, partLength) => {
        const text = readInParts(Buffer.from(bytes), partLength);
        expect(text).not.toContain("\0");
        expect(Buffer.from(text).toString()).toBe(text);
      }),
    );
  });

  it("shows a character that was never completed as U+FFFD", () => {
    expect(readInParts(Buffer.from([0x61, 0xe2, 0x82]), 1)).toBe("a\uFFFD");
  });
});
