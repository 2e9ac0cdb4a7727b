import { expect, it } from "vitest";
import { RunnerApi } from "../support/runner-api.js";
import { startRunner } from "../support/runner-process.js";
import { problem } from "../support/stub-run.js";

it("a start whose answer is lost is repeated as the same start, and the job runs once", async () => {
  await using api = await RunnerApi.open();
  const run = api.plan({ command: ["echo", "once"] });
  run.misbehave("start", problem(503, "not_ready"), "lost", problem(500, "internal_error"), "lost");
  const { code, stderr } = await startRunner(api, run).ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(run.requests.start).toBe(5);
  expect(new Set(run.runnerIds).size).toBe(1);
  expect(run.text()).toBe("once\n");
});

it("a runner that comes second leaves the run alone, and says nothing", async () => {
  await using api = await RunnerApi.open();
  const run = api.plan({ command: ["echo", "twice"] });
  run.misbehave("start", problem(409, "run_already_started"));
  expect(await startRunner(api, run).ended).toEqual({ code: 0, signal: null, stderr: "" });
  expect(run.requests).toEqual({ start: 1, logs: 0, heartbeat: 0, finish: 0 });
});

it.each([
  [401, "token_invalid"],
  [403, "token_foreign"],
  [404, "run_not_found"],
])("a start that is refused with %i is not repeated, and one line says why", async (status, code) => {
  await using api = await RunnerApi.open();
  const run = api.plan({ command: ["echo", "no"] });
  run.misbehave("start", problem(status, code));
  const end = await startRunner(api, run).ended;
  expect(end.code).toBe(1);
  expect(end.stderr).toBe(
    `belfry runner: Run ${run.id} was not started: ${api.url} refused to start it (${status} ${code} The stub says ${code}.).\n`,
  );
  expect(run.requests.start).toBe(1);
});

it("a runner whose server stays away gives up when its token expires", async () => {
  await using api = await RunnerApi.open();
  const run = api.plan({ command: ["echo", "no"], lifetimeSec: 1 });
  await api.down();
  const end = await startRunner(api, run).ended;
  expect(end.code).toBe(1);
  expect(end.stderr).toMatch(
    /was not started: .* did not answer until the run token expired \(.*ECONNREFUSED/,
  );
});

it.each<[string, { env?: Record<string, string>; args?: string[] }, string]>([
  ["its run", { args: [] }, "Usage: belfry runner --run-id ID"],
  ["the server", { env: { BELFRY_API_URL: "" } }, "BELFRY_API_URL is not set."],
  ["its token", { env: { BELFRY_RUN_TOKEN: "" } }, "BELFRY_RUN_TOKEN is not set."],
])("a runner that is not told %s says so in one line", async (_, options, message) => {
  await using api = await RunnerApi.open();
  const run = api.plan({ command: ["echo", "no"] });
  const end = await startRunner(api, run, options).ended;
  expect(end.code).toBe(1);
  expect(end.stderr).toContain(message);
  expect(end.stderr.trim().split("\n")).toHaveLength(1);
  expect(run.requests.start).toBe(0);
});
