import { execFile } from "node:child_process";
import { afterEach, beforeEach, expect, test } from "vitest";
import { packageVersion } from "../../src/version.js";
import { aRun, notStarted } from "../support/api-samples.js";
import { builtBelfry } from "../support/built-belfry.js";
import { serverEnv, type Told } from "../support/cli.js";
import { type PublicApi, startPublicApi } from "../support/public-api.js";

const at = "2026-11-23T12:00:00.000Z";
const longText = "a line of output\n".repeat(10_000);

let api: PublicApi;

beforeEach(async () => {
  const running = aRun({ id: "2", ...notStarted, status: "running", attempt: 1, startedAt: at });
  const chunk = { attempt: 1, at, stream: "stdout", text: longText } as const;
  const chunks = Array.from({ length: 50 }, (_, seq) => ({ ...chunk, seq }));
  api = await startPublicApi({ runs: [aRun(), running], logs: { "1": chunks, "2": chunks } });
});

afterEach(() => api.stop());

/** Runs a line of shell in which `belfry` is the built program. */
function shell(line: string): Promise<Told> {
  const script = `belfry() { "$NODE" "$BELFRY" "$@"; }; ${line}`;
  const env = { ...process.env, ...serverEnv(api), NODE: process.execPath, BELFRY: builtBelfry };
  return new Promise((resolve) => {
    execFile("sh", ["-c", script], { env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
}

test("the program prints its version", async () => {
  expect(await shell("belfry --version")).toEqual({ code: 0, stdout: `${packageVersion()}\n`, stderr: "" });
});

test("the program ends with the exit code of what went wrong", async () => {
  expect((await shell("belfry run show 99")).code).toBe(4);
  expect((await shell("BELFRY_TOKEN=wrong belfry run list")).code).toBe(5);
  expect((await shell("belfry run lst")).code).toBe(2);
  await api.stop();
  expect((await shell("belfry run list")).code).toBe(3);
});

test("megabytes of output come through a pipe whole", async () => {
  const { stdout } = await shell("belfry run logs 1 | wc -c");
  expect(Number(stdout)).toBe(50 * longText.length);
});

test.each(["belfry run logs 1", "belfry run logs 2 -f"])(
  "%s | head: the program leaves without a word",
  async (line) => {
    const told = await shell(`{ ${line}; echo "exit code $?" >&2; } | head -n 1`);
    expect(told).toEqual({ code: 0, stdout: "a line of output\n", stderr: "exit code 0\n" });
  },
);
