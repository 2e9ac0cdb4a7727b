import { expect, it } from "vitest";
import { fixture } from "../support/built-belfry.js";
import { eventually } from "../support/eventually.js";
import { isAlive } from "../support/is-alive.js";
import { RunnerApi } from "../support/runner-api.js";
import { startRunner } from "../support/runner-process.js";

it.each(["SIGTERM", "SIGINT"] as const)(
  "a host that shuts down (%s) lets the job clean up",
  async (signal) => {
    await using api = await RunnerApi.open();
    const run = api.plan({ command: ["sh", fixture("heeds-sigterm.sh")] });
    const runner = startRunner(api, run);
    await run.until(() => run.text() !== "");
    runner.process.kill(signal);
    expect(await runner.ended).toEqual({ code: 0, signal: null, stderr: "" });
    expect(run.finishes).toMatchObject([{ status: "failed", errorKind: "shutdown", exitCode: 7 }]);
    expect(run.text("stdout")).toContain("cleaned up");
  },
);

it("a second signal ends runner and job at once, and says that reports are lost", async () => {
  await using api = await RunnerApi.open();
  const run = api.plan({ command: ["sh", fixture("ignores-sigterm.sh")] });
  const runner = startRunner(api, run);
  await run.until(() => run.text() !== "");
  await api.down();
  runner.process.kill("SIGTERM");
  runner.process.kill("SIGINT");
  const { code, stderr } = await runner.ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(/second time; what was not handed in yet is lost/);
  await eventually(() => !isAlive(Number(run.text())));
});

it("a terminal that is closed (SIGHUP) is no reason to end", async () => {
  await using api = await RunnerApi.open();
  const run = api.plan({ command: ["sh", fixture("heeds-sigterm.sh")], heartbeatMs: 20 });
  const runner = startRunner(api, run);
  await run.until(() => run.text() !== "");
  runner.process.kill("SIGHUP");
  const before = run.requests.heartbeat;
  await run.until(() => run.requests.heartbeat > before + 3);
  run.cancel();
  expect((await runner.ended).code).toBe(0);
  expect(run.finishes).toMatchObject([{ status: "cancelled" }]);
});
