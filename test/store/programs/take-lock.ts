// Tries to take the lock of a data directory when a line comes in, says how that went, and holds it until the end.
import { once } from "node:events";
import { createInterface } from "node:readline";
import { lockDataDir } from "../../../src/store/data-dir-lock.js";

const input = createInterface({ input: process.stdin });
console.log("ready");
await once(input, "line");
try {
  await lockDataDir(process.argv[2]!);
  console.log("taken");
} catch (error) {
  console.log((error as { code?: string }).code);
}
await once(input, "close");
