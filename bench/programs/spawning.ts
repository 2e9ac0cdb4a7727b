// Starts a program again and again, a few at once, and does nothing else: what this machine can do at most.
import { spawn } from "node:child_process";
import { once } from "node:events";

const [count, atOnce] = process.argv.slice(2).map(Number) as [number, number];
let left = count;
const began = performance.now();
async function lane(): Promise<void> {
  while (left-- > 0) await once(spawn("/bin/true", { stdio: "ignore" }), "exit");
}
await Promise.all(Array.from({ length: atOnce }, lane));
console.log(performance.now() - began);
