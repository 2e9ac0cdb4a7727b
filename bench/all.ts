// All benchmarks, one after another, and how long each takes. Run: npm run bench
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const programs = [
  "cron",
  "forecast",
  "runner-start",
  "tick",
  "burst",
  "lag",
  "end-to-end",
  "queued",
  "run-now",
  "idle",
  "visitors",
];

for (const program of programs) {
  const began = performance.now();
  console.log(`\n${program}`);
  const file = fileURLToPath(new URL(`${program}.ts`, import.meta.url));
  const { status } = spawnSync(process.execPath, ["--import", "tsx", file], { stdio: "inherit" });
  const seconds = Math.round((performance.now() - began) / 1000);
  console.log(`${program}: ${seconds} s${status === 0 ? "" : ", and failed"}`);
  if (status !== 0) process.exitCode = 1;
}
