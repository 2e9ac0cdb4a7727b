import { afterEach, beforeEach, expect, test } from "vitest";
import type { LogEntryJson, RunDetailJson } from "../../src/api/public/shapes.js";
import { run } from "../../src/cli/program.js";
import { aRun, notStarted } from "../support/api-samples.js";
import { belfry, belfryAt, recording, serverEnv } from "../support/cli.js";
import { type PublicApi, startPublicApi } from "../support/public-api.js";

const failed = aRun({
  id: "2",
  status: "failed",
  errorKind: "exit_code",
  errorMessage: "It exited with 3.",
  exitCode: 3,
});
const skipped = aRun({
  id: "3",
  scheduleName: "disk-report",
  status: "skipped",
  skipReason: "overlap",
  ...notStarted,
  finishedAt: "2026-11-23T11:00:00.000Z",
});
const running = aRun({
  id: "4",
  scheduleName: "disk-report",
  status: "running",
  fireTime: null,
  fireReason: "manual",
  createdAt: "2026-11-23T11:58:00.000Z",
  startedAt: "2026-11-23T11:58:01.500Z",
  exitCode: null,
  finishedAt: null,
});

let api: PublicApi;

beforeEach(async () => {
  api = await startPublicApi({ runs: [aRun(), { ...failed }, { ...skipped }, { ...running }] });
});

afterEach(() => api.stop());

test("the list shows the newest run first, each with its reason, lag and duration", async () => {
  const { code, stdout } = await belfryAt(api, ["run", "list"]);
  expect(code).toBe(0);
  expect(stdout.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
    ["ID", "SCHEDULE", "STATUS", "ATTEMPT", "FIRE TIME", "LAG", "DURATION", "STARTED"],
    ["4", "disk-report", "running", "1", "by hand", "1.5 s", "1 min 59 s", "119 s ago"],
    ["3", "disk-report", "skipped (overlap)", "0", "Mon 23 Nov 02:00 UTC", "-", "-", "-"],
    [
      "2",
      "nightly-backup",
      "failed (exit_code 3)",
      "1",
      "Mon 23 Nov 02:00 UTC",
      "400 ms",
      "3 min 20 s",
      "10 h ago",
    ],
    ["1", "nightly-backup", "succeeded", "1", "Mon 23 Nov 02:00 UTC", "400 ms", "3 min 20 s", "10 h ago"],
    [""],
  ]);
});

test("the list can be narrowed to a schedule and a status", async () => {
  expect(await ids("--schedule", "nightly-backup")).toEqual(["2", "1"]);
  expect(await ids("--status", "running")).toEqual(["4"]);
  expect(await ids("--schedule", "nightly-backup", "--status", "running")).toEqual([]);
});

async function ids(...options: string[]): Promise<string[]> {
  const { stdout } = await belfryAt(api, ["run", "list", "--json", ...options]);
  return (JSON.parse(stdout) as { id: string }[]).map(({ id }) => id);
}

test("the server may be named after the command too", async () => {
  const port = String(api.port);
  const env = { ...serverEnv(api), BELFRY_URL: "http://127.0.0.1:1" };
  const { code, stderr } = await belfry(["run", "list", "--port", port, "--data-dir", "."], { env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});

test("a run in JSON has the fields that scripts rely on", async () => {
  const { stdout } = await belfryAt(api, ["run", "list", "--limit", "1", "--json"]);
  const [newest] = JSON.parse(stdout) as [Record<string, unknown>];
  expect(newest).toMatchObject({
    id: "4",
    scheduleName: "disk-report",
    status: "running",
    errorKind: null,
    skipReason: null,
    attempt: 1,
    fireTime: null,
    fireReason: "manual",
    exitCode: null,
    createdAt: "2026-11-23T11:58:00.000Z",
    startedAt: "2026-11-23T11:58:01.500Z",
    finishedAt: null,
  });
});

test("a limit above a page's size is filled from several pages, and says if there is more", async () => {
  api.world.runs = Array.from({ length: 1100 }, (_, n) => aRun({ id: `${n + 1}` }));
  const { stdout } = await belfryAt(api, ["run", "list", "--limit", "700", "--json"]);
  expect((JSON.parse(stdout) as unknown[]).length).toBe(700);
  expect(api.asked).toEqual(["GET /api/v1/runs?limit=500", "GET /api/v1/runs?cursor=500&limit=200"]);
  const { stderr } = await belfryAt(api, ["run", "list"]);
  expect(stderr).toBe("There are more than these 20: see them with --limit.\n");
});

test("a run's page tells in words what happened, with its events", async () => {
  api.world.runs[1] = {
    ...failed,
    fireReason: "catch_up",
    coversFrom: "2026-11-20T14:00:00.000Z",
    coversCount: 61,
    events: [{ attempt: 1, name: "run.failed", at: "2026-11-23T02:03:20.400Z", details: { exitCode: 3 } }],
  };
  const { stdout } = await belfryAt(api, ["run", "show", "2"]);
  expect(stdout).toMatch(/^Run 2 of nightly-backup: failed \(exit_code 3\)\n/);
  expect(stdout).toMatch(/message +It exited with 3\.\n/);
  expect(stdout).toMatch(/why +caught up for missed fires\n/);
  expect(stdout).toMatch(/covers +61 fires since Fri 20 Nov 14:00 UTC \(3 d ago\)\n/);
  expect(stdout).toMatch(/lag +400 ms\n +duration +3 min 20 s\n/);
  expect(stdout).toMatch(/2026-11-23T02:03:20\.400Z +1 +run\.failed +{"exitCode":3}\n$/);
});

test("a run that has failed and waits is told with its attempts, and until when it waits", async () => {
  const retryAt = "2026-11-23T12:03:00.000Z";
  const waiting = { status: "pending", attempt: 2, failures: 2, retryAt, startedAt: null } as const;
  api.world.runs[3] = { ...running, ...waiting };
  const { stdout } = await belfryAt(api, ["run", "show", "4"]);
  expect(stdout).toMatch(/^Run 4 of disk-report: pending \(retry\)\n/);
  expect(stdout).toMatch(
    /attempt +2, 2 failed\n +next attempt +waits until Mon 23 Nov 12:03 UTC \(in 3 min\)\n/,
  );
  expect((await belfryAt(api, ["run", "list"])).stdout).toMatch(/^4 .* pending \(retry\) +2 \(2 failed\) /m);
});

test.each<[Partial<RunDetailJson>, RegExp]>([
  [{ attempt: 3, failures: 2 }, /attempt +3, after 2 failures\n/],
  [{ priority: 10 }, /priority +10\n/],
  [
    { status: "skipped", skipReason: "queue_full" },
    /because +as many runs as the queue may hold were waiting already\n/,
  ],
  [{ status: "skipped", skipReason: "replaced" }, /because +a newer run took its place/],
  [{ status: "skipped", skipReason: "start_deadline" }, /because +it could not be started before its start/],
  [{ status: "skipped", skipReason: "circuit_open" }, /because +too many runs before it had failed in a row/],
  [
    { status: "skipped", skipReason: "exit_code", exitCode: 99 },
    /because +its exit code means that there was nothing to do\n[^]*exit code +99\n/,
  ],
])("a run with %j is told in words", async (fields, words) => {
  api.world.runs[0] = aRun(fields);
  expect((await belfryAt(api, ["run", "show", "1"])).stdout).toMatch(words);
});

test("run show --json prints the run with its events", async () => {
  expect(JSON.parse((await belfryAt(api, ["run", "show", "1", "--json"])).stdout)).toEqual(aRun());
});

test.each([["show"], ["logs"], ["cancel"]])(
  "run %s of an id that is none is refused and not sent",
  async (verb) => {
    const { code, stderr } = await belfryAt(api, ["run", verb, "nightly-backup"]);
    expect({ code, asked: api.asked }).toEqual({ code: 2, asked: [] });
    expect(stderr).toMatch(/^belfry: "nightly-backup" is not the id of a run.* \(invalid_request\)\n$/);
  },
);

test("a run that does not exist: exit code 4", async () => {
  expect((await belfryAt(api, ["run", "logs", "999"])).code).toBe(4);
});

test("cancel says that the run is asked to stop", async () => {
  const { code, stdout } = await belfryAt(api, ["run", "cancel", "4"]);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: 'Run 4 of "disk-report" is running (cancel requested).\n',
  });
});

test("a run that has ended cannot be cancelled: exit code 6", async () => {
  const { code, stderr } = await belfryAt(api, ["run", "cancel", "1"]);
  expect({ code, stderr }).toEqual({
    code: 6,
    stderr: "belfry: The run has already ended: it is succeeded. (run_ended)\n",
  });
});

const at = "2026-11-23T11:59:00.000Z";
const entry = (seq: number, stream: LogEntryJson["stream"], text: string): LogEntryJson => ({
  attempt: 1,
  seq,
  at,
  stream,
  text,
});
const wild = [
  entry(0, "stdout", "no newline yet"),
  entry(1, "stderr", "warning\n"),
  entry(2, "stdout", " but now\n\n\u001b[31mred\u001b[0m\r50 %\r100 %\n"),
  entry(3, "belfry", "The timeout of 60 s has passed."),
  entry(4, "stdout", "the end"),
];

test("logs give each stream as it was written, and Belfry's notes on stderr", async () => {
  api.world.logs["1"] = wild;
  expect(await belfryAt(api, ["run", "logs", "1"])).toEqual({
    code: 0,
    stdout: "no newline yet but now\n\n\u001b[31mred\u001b[0m\r50 %\r100 %\nthe end",
    stderr: "warning\nThe timeout of 60 s has passed.\n",
  });
});

test("logs --timestamps begin each line, and no line twice, with the time", async () => {
  api.world.logs["1"] = wild;
  const { stdout, stderr } = await belfryAt(api, ["run", "logs", "1", "--timestamps"]);
  expect(stdout).toBe(
    `${at} no newline yet but now\n${at} \n${at} \u001b[31mred\u001b[0m\r50 %\r100 %\n${at} the end`,
  );
  expect(stderr).toBe(`${at} warning\n${at} The timeout of 60 s has passed.\n`);
});

test("logs of a run that goes on end where it is now", async () => {
  api.world.logs["4"] = [entry(0, "stdout", "so far\n")];
  expect(await belfryAt(api, ["run", "logs", "4"])).toEqual({ code: 0, stdout: "so far\n", stderr: "" });
});

test("logs longer than a page are whole", async () => {
  api.world.logs["1"] = Array.from({ length: 1001 }, (_, n) => entry(n, "stdout", `${n}\n`));
  const { stdout } = await belfryAt(api, ["run", "logs", "1"]);
  expect(stdout).toBe(Array.from({ length: 1001 }, (_, n) => `${n}\n`).join(""));
});

test("logs --json print an array of entries, with -f an entry a line", async () => {
  api.world.logs["1"] = wild;
  expect(JSON.parse((await belfryAt(api, ["run", "logs", "1", "--json"])).stdout)).toEqual(wild);
  const { stdout } = await belfryAt(api, ["run", "logs", "1", "--json", "-f"]);
  expect(
    stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toEqual(wild);
});

function endRun4(): void {
  api.world.logs["4"]?.push(entry(1, "stdout", "last\n"));
  Object.assign(api.world.runs[3]!, {
    status: "succeeded",
    exitCode: 0,
    finishedAt: "2026-11-23T12:00:00.000Z",
  });
  api.changed();
}

test("logs -f print output as it comes and end with the run", async () => {
  api.world.logs["4"] = [entry(0, "stdout", "first\n")];
  const { io, told } = recording({ env: serverEnv(api) });
  io.stdout.write = (text) => {
    told.stdout += text;
    if (text === "first\n") endRun4();
  };
  expect(await run(["run", "logs", "4", "-f"], io)).toBe(0);
  expect(told.stdout).toBe("first\nlast\n");
});

test("logs -f go on through a restart of the server, without a line lost or doubled", async () => {
  api.world.logs["4"] = [entry(0, "stdout", "first\n")];
  const { io, told } = recording({ env: serverEnv(api) });
  io.stdout.write = (text) => {
    told.stdout += text;
    if (text === "first\n") void api.stop();
  };
  io.stderr.write = (text) => {
    told.stderr += text;
    if (text.includes("away")) void restart();
  };
  expect(await run(["run", "logs", "4", "-f"], io)).toBe(0);
  expect(told).toEqual({
    stdout: "first\nlast\n",
    stderr: "belfry: The server is away; waiting for it.\nbelfry: The server is back.\n",
  });
});

async function restart(): Promise<void> {
  endRun4();
  api = await startPublicApi(api.world, api.port);
}

test("logs -f of a server that was never there end at once: exit code 3", async () => {
  await api.stop();
  expect((await belfryAt(api, ["run", "logs", "4", "-f"])).code).toBe(3);
});
