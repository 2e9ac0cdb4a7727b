import { expect, test } from "vitest";
import { BoundedCache } from "./bounded-cache.js";

test("a cache keeps its newest entries and forgets the oldest", () => {
  const cache = new BoundedCache<number>(2);
  expect(cache.set("one", 1)).toBe(1);
  cache.set("two", 2);
  cache.set("three", 3);
  expect(["one", "two", "three"].map((key) => cache.get(key))).toEqual([undefined, 2, 3]);
});
