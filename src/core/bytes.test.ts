import { expect, it } from "vitest";
import { formatBytes } from "./bytes.js";

it.each([
  [0, "0 bytes"],
  [1023, "1023 bytes"],
  [1024, "1 KiB"],
  [1536, "1.5 KiB"],
  [10_240, "10 KiB"],
  [1_048_575, "1 MiB"],
  [2 ** 30 * 17.2, "17 GiB"],
  [2 ** 50, "1024 TiB"],
])("%d is written as %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
