import { expect, test } from "vitest";
import { BoundedCache } from "./bounded-cache.js";

test("a cache keeps its newest entries and forgets the oldest", () => {
  const cache = new BoundedCache<number>(2);
  expect(cache.set("one", 1)).toBe(1);
  cache.set("two", 2);
  cache.set("three", 3);
  expect(["one", "two", "three"].map((key) => cache.get(key))).toEqual([undefined, 2, 3]);
});

test("an entry that was asked for lately is kept longer than one that was not", () => {
  const cache = new BoundedCache<string>(4);
  for (const key of ["a", "b", "c"]) cache.set(key, key);
  cache.get("a");
  cache.set("d", "d");
  expect(["a", "b", "c", "d"].map((key) => cache.get(key))).toEqual(["a", undefined, "c", "d"]);
});

test("a cache never holds more than its limit, and at least half of what it was given last", () => {
  const cache = new BoundedCache<number>(100);
  const keys = Array.from({ length: 1000 }, (_, index) => `${index}`);
  for (const key of keys) cache.set(key, Number(key));
  const held = keys.toReversed().filter((key) => cache.get(key) !== undefined);
  expect(held.length).toBeLessThanOrEqual(100);
  expect(keys.slice(-50).every((key) => held.includes(key))).toBe(true);
});
