import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { GuardWord } from "../../src/runner/host/guard-words.js";
import { upMs } from "../../src/runner/clock.js";
import { builtBelfry } from "../support/built-belfry.js";
import { eventually } from "../support/eventually.js";
import { pause } from "../../src/runner/pause.js";
import { isAlive } from "../support/is-alive.js";

// A process that nobody has named to a guard is found by its environment, which only Linux shows.
describe.runIf(process.platform === "linux")(
  "a job that its host had begun to start when it was killed",
  () => {
    let assignment: string;
    let job: ChildProcess;
    let guard: ChildProcess;

    beforeEach(async () => {
      assignment = `BELFRY_RUNNER=${randomUUID()}`;
      job = spawn("/bin/sh", ["-c", "sleep 600 & wait"], { env: marked(), detached: true, stdio: "ignore" });
      guard = spawn(process.execPath, [builtBelfry, "runner", "--guard"], {
        stdio: ["pipe", "ignore", "inherit"],
      });
      await Promise.all([once(job, "spawn"), once(guard, "spawn")]);
    });

    afterEach(() => {
      guard.kill("SIGKILL");
      if (isAlive(job.pid!)) process.kill(-job.pid!, "SIGKILL");
    });

    const marked = () => ({ [assignment.split("=")[0]!]: assignment.split("=")[1] });
    const tell = (...word: GuardWord) => guard.stdin!.write(`${JSON.stringify(word)}\n`);
    const hostIsGone = () => guard.stdin!.end();

    it("is ended by the guard, which had been told to expect it", async () => {
      tell("expect", assignment, upMs() + 600_000);
      hostIsGone();
      await once(guard, "exit");
      expect(isAlive(job.pid!)).toBe(false);
    });

    it("is ended too if it shows its mark only a moment later", async () => {
      const late = `BELFRY_RUNNER=${randomUUID()}`;
      tell("expect", late, upMs() + 600_000);
      hostIsGone();
      const [name, value] = late.split("=");
      const straggler = spawn("sleep", ["600"], { env: { ...process.env, [name!]: value }, detached: true });
      await once(guard, "exit");
      expect(isAlive(straggler.pid!)).toBe(false);
    });

    it("is ended when its time is over, though the host stands still", async () => {
      tell("expect", assignment, upMs() + 50);
      await eventually(() => !isAlive(job.pid!));
      expect(guard.exitCode).toBeNull();
    });

    it("goes on if the guard stood still when it was told that it may", async () => {
      const other = `BELFRY_RUNNER=${randomUUID()}`;
      const [name, value] = other.split("=");
      const overdue = spawn("sleep", ["600"], { env: { ...process.env, [name!]: value }, detached: true });
      const until = upMs() + 500;
      tell("expect", assignment, until);
      tell("watch", assignment, job.pid!, until);
      tell("expect", other, until);
      await pause(200); // It has read that.
      guard.kill("SIGSTOP");
      tell("renew", assignment, upMs() + 600_000);
      await pause(until + 500 - upMs());
      guard.kill("SIGCONT");
      await eventually(() => !isAlive(overdue.pid!));
      expect(isAlive(job.pid!)).toBe(true);
    });

    it("is left alone if the host has said that it is over, or that it is not there yet", async () => {
      const other = `BELFRY_RUNNER=${randomUUID()}`;
      tell("expect", assignment, upMs() + 600_000);
      tell("release", assignment);
      tell("expect", other, upMs() + 600_000);
      hostIsGone();
      await once(guard, "exit");
      expect(isAlive(job.pid!)).toBe(true);
    });

    it("is ended by the guard of a one-shot runner that had not told of it", async () => {
      const end = spawn(process.execPath, [builtBelfry, "runner", "--end-job", assignment], {
        stdio: "inherit",
      });
      const [code] = (await once(end, "exit")) as [number];
      expect([code, isAlive(job.pid!)]).toEqual([0, false]);
    });
  },
);
