import { assert, property, string } from "fast-check";
import { expect, test } from "vitest";
import { printable } from "./printable.js";

test.each([
  ["nightly backup / Müller 東京", "nightly backup / Müller 東京"],
  ["two\nlines\tand a tab", "two\\nlines\\tand a tab"],
  ["\u001b[2Jgone", "\\u001b[2Jgone"],
  ["abc\u202edef", "abc\\u202edef"],
])("%j is printed as %j", (text, printed) => {
  expect(printable(text)).toBe(printed);
});

test("nothing that is printed can move the cursor or end the line", () => {
  assert(
    property(string({ unit: "binary" }), (text) => {
      expect(printable(text)).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
    }),
  );
});
