import type { AskedBackfillJson, BackfillBody, BackfillJson } from "../api/public/backfill-shapes.js";
import type { PlanJson } from "../api/public/plan-shapes.js";
import type { NewSchedule, ScheduleEdit, Operations } from "../client/operations.js";
import type { DefinitionJson } from "../core/definition-json.js";
import type { RunStatus } from "../core/run.js";
import { checkSecretName } from "../core/secrets/reference.js";
import { type Asking, askingOf, type Listed } from "./asking.js";
import type { Server } from "./find-server.js";

export interface LogQuery {
  cursor?: string | undefined;
  limit?: number;
  waitMs?: number;
}

type ScheduleFilter = Omit<Operations["listSchedules"]["params"], "cursor" | "limit" | "all">;

interface TriggerWishes {
  parameters: Record<string, string>;
  idempotencyKey: string | undefined;
}

interface RunFilter {
  schedule?: string | undefined;
  status?: RunStatus | undefined;
  backfill?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

export type Client = ReturnType<typeof clientOf>;

/** The public API as functions. What the server refuses is thrown as an `ApiProblem`, its absence as `server_unreachable`. */
export function clientOf(server: Server) {
  const asking = askingOf(server);
  return { ...schedulesOf(asking), ...runsOf(asking), ...backfillsOf(asking), ...secretsOf(asking) };
}

function schedulesOf({ ask, list }: Asking) {
  return {
    listSchedules: ({ all, ...filter }: ScheduleFilter & { all: boolean }) =>
      list("listSchedules", { all: all ? "true" : "false", ...filter }, Infinity),
    getSchedule: (name: string) => ask("getSchedule", { name }),
    createSchedule: (body: NewSchedule) => ask("createSchedule", { body }),
    /** Only if it is still at that revision. */
    editSchedule: (name: string, body: ScheduleEdit, revision: string) =>
      ask("editSchedule", { name, body, ifMatch: `"${revision}"` }),
    deleteSchedule: (name: string) => ask("deleteSchedule", { name }),
    triggerSchedule: (name: string, { parameters, idempotencyKey }: TriggerWishes) =>
      ask("triggerSchedule", { name, idempotencyKey, body: { parameters } }),
    pauseSchedule: (name: string, reason: string | undefined) =>
      ask("pauseSchedule", { name, body: { reason } }),
    resumeSchedule: (name: string) => ask("resumeSchedule", { name }),
    explain: (name: string, { from, to }: { from: Date; to: Date }) =>
      ask("explainFires", { name, from: from.toISOString(), to: to.toISOString() }),
    plan: (schedules: DefinitionJson[], source?: string) =>
      ask("planManifest", { body: { schedules, source } }) as Promise<PlanJson>,
    apply: (schedules: DefinitionJson[], source?: string) =>
      ask("applyManifest", { body: { schedules, source } }),
    durations: () => ask("listDurations", {}),
    doctor: () => ask("diagnose", {}),
  };
}

function runsOf({ ask, list }: Asking) {
  return {
    listRuns: (filter: RunFilter, limit: number) => list("listRuns", filter, limit),
    getRun: (id: string) => ask("getRun", { id }),
    getLogPage: (id: string, query: LogQuery) => ask("getRunLogs", { id, ...query }),
    cancelRun: (id: string) => ask("cancelRun", { id }),
    rerunRun: (id: string) => ask("rerunRun", { id }),
  };
}

// The document cannot say that a count of each status, or a value of any kind, is always there: the shapes can.

function backfillsOf({ ask, list }: Asking) {
  return {
    createBackfill: (name: string, body: BackfillBody) =>
      ask("createBackfill", { name, body }) as Promise<AskedBackfillJson>,
    listBackfills: (filter: { schedule?: string | undefined }, limit: number) =>
      list("listBackfills", filter, limit) as Promise<Listed<BackfillJson>>,
    getBackfill: (id: string, waitMs?: number) => ask("getBackfill", { id, waitMs }) as Promise<BackfillJson>,
    cancelBackfill: (id: string) => ask("cancelBackfill", { id }) as Promise<BackfillJson>,
  };
}

function secretsOf({ ask, list }: Asking) {
  return {
    listSecrets: () => list("listSecrets", {}, Infinity),
    setSecret: (name: string, value: string) => {
      checkSecretName(name);
      return ask("setSecret", { name, body: { value } });
    },
    removeSecret: (name: string, force: boolean) => {
      checkSecretName(name);
      return ask("removeSecret", { name, force: force ? "true" : "false" });
    },
    checkSecrets: () => ask("checkSecrets", {}),
    rotateDataKey: () => ask("rotateDataKey", {}),
    rotateMasterKey: () => ask("rotateMasterKey", {}),
  };
}
