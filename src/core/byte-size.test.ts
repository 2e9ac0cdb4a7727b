import { expect, test } from "vitest";
import { formatBytes } from "./byte-size.js";

test.each<[number, string]>([
  [0, "0 bytes"],
  [1023, "1023 bytes"],
  [1024, "1 KiB"],
  [1536, "1.5 KiB"],
  [10 * 2 ** 20, "10 MiB"],
  [2 ** 30, "1 GiB"],
  [2 ** 50, "1 PiB"],
  [2 ** 61, "2048 PiB"],
])("%d bytes are written as %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
