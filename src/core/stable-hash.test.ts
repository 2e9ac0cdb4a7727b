import { expect, test } from "vitest";
import { stableFraction, stableHash } from "./stable-hash.js";

test.each([
  ["", 2872998923],
  ["a", 2448022055],
  ["backup", 4247534926],
  ["Minute backup", 3619924548],
  ["Grüße 🎉", 226425979],
  ["x".repeat(200), 3458511958],
])("the hash of %j is %d, in this version and in every other", (text, hash) => {
  expect(stableHash(text)).toBe(hash);
  expect(stableFraction(text)).toBe(hash / 2 ** 32);
});
