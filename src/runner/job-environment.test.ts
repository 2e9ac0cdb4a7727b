import { expect, it } from "vitest";
import { jobEnvironment } from "./job-environment.js";

const start = {
  runId: "17",
  scheduleName: "nightly",
  fireTime: "2026-01-02T03:04:05.000Z",
  coversFrom: "2026-01-01T03:04:05.000Z",
  coversCount: 2,
  attempt: 2,
  env: { PATH: "/opt/bin", BELFRY_RUN_ID: "forged", LANG: "C" },
};

it("a job has the runner's environment without the token, under the schedule's, under what the run is", () => {
  const base = { PATH: "/bin", HOME: "/root", BELFRY_RUN_TOKEN: "secret", BELFRY_API_URL: "http://x" };
  expect(jobEnvironment(base, start, "one-of-its-own")).toEqual({
    PATH: "/opt/bin",
    HOME: "/root",
    LANG: "C",
    BELFRY_RUN_ID: "17",
    BELFRY_SCHEDULE: "nightly",
    BELFRY_FIRE_TIME: "2026-01-02T03:04:05.000Z",
    BELFRY_COVERS_FROM: "2026-01-01T03:04:05.000Z",
    BELFRY_COVERS_COUNT: "2",
    BELFRY_ATTEMPT: "2",
    BELFRY_RUNNER: "one-of-its-own",
  });
});
