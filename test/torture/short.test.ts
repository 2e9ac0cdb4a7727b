import { expect, test } from "vitest";
import { torture } from "../../torture/torture.js";

test(
  "three servers and two runner hosts are disturbed for a while, and no law is broken",
  { timeout: 900_000 },
  async () => {
    const told: string[] = [];
    const { verdicts, evidence } = await torture(
      {
        durationMs: 20_000,
        seed: 28,
        servers: 3,
        hosts: 2,
        schedules: 60,
        // Long: on a busy machine even the one who ends a job for its lease may be late by a second.
        leaseMs: 15_000,
        dispatcher: "runner-host",
        plant: null,
        keepData: false,
        patience: 4,
      },
      (line) => told.push(line),
    );
    const broken = verdicts.filter(({ violations }) => violations.length > 0);
    expect(broken, told.join("\n")).toEqual([]);
    expect(evidence.runs.length).toBeGreaterThan(0);
  },
);
