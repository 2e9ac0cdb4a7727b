import { describe, expect, it } from "vitest";
import type { JobEnd } from "./job.js";
import { outcomeOf, spawnFailed } from "./outcome.js";

const limits = { timeoutMs: 90_000, graceMs: 5000, leaseMs: 30_000, soleServer: false };
const end: JobEnd = { exitCode: 0, exitSignal: null, stoppedBy: null, neededKill: false };
const killed: Partial<JobEnd> = { exitCode: null, exitSignal: "SIGKILL", neededKill: true };

describe("the outcome of a run whose command", () => {
  it.each<[string, Partial<JobEnd>, string, string | null, RegExp | null]>([
    ["ended with 0", {}, "succeeded", null, null],
    ["ended with 3", { exitCode: 3 }, "failed", "exit_code", /exit code 3/],
    ["crashed", { exitCode: null, exitSignal: "SIGSEGV" }, "failed", "signal", /SIGSEGV/],
    ["was too slow", { stoppedBy: "timeout" }, "failed", "timeout", /1 min 30 s.*ended on SIGTERM/],
    ["ignored SIGTERM", { stoppedBy: "timeout", ...killed }, "failed", "timeout", /within 5 s .*SIGKILL/],
    ["was cancelled", { stoppedBy: "cancel", exitCode: 9 }, "cancelled", null, /cancelled.*SIGTERM/],
    ["lost its lease", { stoppedBy: "lease" }, "failed", "shutdown", /lost its lease of 30 s/],
    [
      "lost its lease and ignored SIGTERM",
      { stoppedBy: "lease", ...killed },
      "failed",
      "shutdown",
      /within 3 s/,
    ],
    ["ended with its host", { stoppedBy: "shutdown" }, "failed", "shutdown", /host/],
  ])("%s", (_, part, status, errorKind, message) => {
    const outcome = outcomeOf({ ...end, ...part }, limits);
    expect(outcome).toMatchObject({ status, errorKind });
    expect(outcome.exitCode).toBe({ ...end, ...part }.exitCode);
    if (message === null) expect(outcome.errorMessage).toBeNull();
    else expect(outcome.errorMessage).toMatch(message);
  });

  it("could not be started has no exit code and a message that the API takes", () => {
    const outcome = spawnFailed("x".repeat(10_000));
    expect(outcome).toMatchObject({ status: "failed", errorKind: "spawn", exitCode: null, exitSignal: null });
    expect(outcome.errorMessage).toHaveLength(4000);
  });
});
