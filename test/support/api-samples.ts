import type { RunDetailJson, ScheduleJson } from "../../src/api/public/shapes.js";
import { runDetailShape, scheduleShape } from "../../src/api/public/shapes.js";
import { timingDefaults } from "../../src/core/fires/timing.js";
import { policyDefaults } from "../../src/core/policies/policies.js";

/** A run that succeeded, as the public API tells of it, but for the fields given. */
export function aRun(fields: Partial<RunDetailJson> = {}): RunDetailJson {
  return runDetailShape.parse({
    id: "1",
    scheduleName: "nightly-backup",
    status: "succeeded",
    errorKind: null,
    errorMessage: null,
    skipReason: null,
    attempt: 1,
    failures: 0,
    retryAt: null,
    priority: 0,
    fireTime: "2026-11-23T02:00:00.000Z",
    fireReason: "schedule",
    coversFrom: null,
    coversCount: 1,
    backfillId: null,
    rerunOf: null,
    parameters: {},
    exitCode: 0,
    exitSignal: null,
    cancelRequestedAt: null,
    createdAt: "2026-11-23T02:00:00.010Z",
    dispatchedAt: "2026-11-23T02:00:00.100Z",
    startedAt: "2026-11-23T02:00:00.400Z",
    finishedAt: "2026-11-23T02:03:20.400Z",
    attempts: [],
    events: [],
    ...fields,
  });
}

/** The fields of a run that has not been started. */
export const notStarted = {
  attempt: 0,
  exitCode: null,
  dispatchedAt: null,
  startedAt: null,
  finishedAt: null,
} as const satisfies Partial<RunDetailJson>;

/** A schedule that is on, as the public API tells of it, but for the fields given. */
export function aSchedule(fields: Partial<ScheduleJson> = {}): ScheduleJson {
  return scheduleShape.parse({
    id: "1",
    name: "nightly-backup",
    description: "",
    ...timingDefaults,
    ...policyDefaults,
    cron: "0 3 * * *",
    timezone: "Europe/Berlin",
    overlap: "skip",
    timeoutSec: 3600,
    run: ["pg_dump", "--file", "/backups/nightly dump.sql"],
    cwd: null,
    env: [],
    secrets: [],
    installationId: null,
    source: "manifest",
    enabled: true,
    pausedAt: null,
    pauseReason: null,
    retiredAt: null,
    breaker: null,
    nextFireAt: "2026-11-24T02:00:00.000Z",
    nextRunAt: fields.nextFireAt === undefined ? "2026-11-24T02:00:00.000Z" : fields.nextFireAt,
    runsMade: 0,
    lastError: null,
    lastErrorAt: null,
    createdAt: "2026-11-01T10:00:00.000Z",
    updatedAt: "2026-11-01T10:00:00.000Z",
    revision: "1",
    lastRun: null,
    ...fields,
  });
}
