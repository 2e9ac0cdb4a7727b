import { once } from "node:events";
import { expect, it } from "vitest";
import { fixture } from "../support/built-belfry.js";
import { RunnerApi } from "../support/runner-api.js";
import { startRunner } from "../support/runner-process.js";
import { problem } from "../support/stub-run.js";

const unwell = [problem(503, "not_ready"), "lost", problem(500, "internal_error"), "lost"] as const;

it("output arrives once and in order over a server that fails and forgets to answer", async () => {
  await using api = await RunnerApi.open();
  const run = api.plan({ command: [process.execPath, fixture("counts.mjs"), "100000"] });
  run.misbehave("logs", ...unwell);
  expect(await startRunner(api, run).ended).toEqual({ code: 0, signal: null, stderr: "" });
  const all = Array.from({ length: 100_000 }, (_, index) => `${index + 1}\n`).join("");
  expect(run.text() === all).toBe(true);
  expect(run.violations).toEqual([]);
});

it("a finish whose answer was lost is repeated, and counts once", async () => {
  await using api = await RunnerApi.open();
  const run = api.plan({ command: "exit 4" });
  run.misbehave("finish", ...unwell);
  await startRunner(api, run).ended;
  expect(run.finishes).toMatchObject([{ errorKind: "exit_code", exitCode: 4 }]);
});

it("output that the server will never take is given up, and the run still ends", async () => {
  await using api = await RunnerApi.open();
  const run = api.plan({ command: ["echo", "too much"] });
  run.misbehave("logs", problem(413, "body_too_large"));
  const { code, stderr } = await startRunner(api, run).ended;
  expect(code).toBe(0);
  expect(stderr).toMatch(/did not take 1 chunks of output \(413 body_too_large .*\); they are lost/);
  expect(run.finishes).toMatchObject([{ status: "succeeded" }]);
});

it("a lease is renewed for as long as the job works, over errors too", async () => {
  await using api = await RunnerApi.open();
  const run = api.plan({ command: ["sh", fixture("heeds-sigterm.sh")], heartbeatMs: 20 });
  run.misbehave("heartbeat", ...unwell);
  const runner = startRunner(api, run);
  await run.until(() => run.requests.heartbeat > 10);
  run.cancel();
  expect((await runner.ended).code).toBe(0);
  expect(run.finishes).toMatchObject([{ status: "cancelled" }]);
});

it("a cancel is also heard in the answer to output", async () => {
  await using api = await RunnerApi.open();
  const run = api.plan({ command: ["sh", fixture("heeds-sigterm.sh")], heartbeatMs: 60_000 });
  run.misbehave("heartbeat", problem(400, "invalid_request"));
  run.misbehave("logs", { status: 200, body: { cancelRequested: true } });
  await startRunner(api, run).ended;
  expect(run.finishes).toMatchObject([{ status: "cancelled", exitCode: 7 }]);
});

it.each([
  ["logs", 409, "token_stale"],
  ["logs", 401, "token_invalid"],
  ["heartbeat", 403, "token_foreign"],
  ["heartbeat", 404, "run_not_found"],
] as const)(
  "when %s is answered with %i the job is ended and nothing more is reported",
  async (door, status, code) => {
    await using api = await RunnerApi.open();
    const run = api.plan({ command: ["sh", fixture("ignores-sigterm.sh")], graceMs: 50 });
    run.misbehave(door, problem(status, code));
    const end = await startRunner(api, run).ended;
    expect(end.code).toBe(1);
    expect(end.stderr).toMatch(new RegExp(`^belfry runner: The server has moved on .*${code}.*\n$`));
    expect(run.requests.finish).toBe(0);
  },
);

it("a runner nobody listens to any more works on, and can still complain", async () => {
  await using api = await RunnerApi.open();
  const run = api.plan({ command: ["echo", "still here"] });
  run.misbehave("finish", problem(403, "token_foreign"));
  const { process: runner } = startRunner(api, run);
  runner.stderr.destroy();
  expect(await once(runner, "exit")).toEqual([1, null]);
  expect(run.text()).toBe("still here\n");
});
