import type {
  AskedBackfillJson,
  BackfillBody,
  BackfillJson,
  BackfillListQuery,
} from "../api/public/backfill-shapes.js";
import type { DiagnosisJson } from "../api/public/doctor-shapes.js";
import type { ExplanationJson } from "../api/public/explain-shapes.js";
import type { DurationsJson } from "../api/public/forecast-shapes.js";
import type { PlanJson } from "../api/public/plan-shapes.js";
import type {
  LogPageJson,
  RunDetailJson,
  RunJson,
  RunListQuery,
  ScheduleJson,
} from "../api/public/shapes.js";
import type {
  DataKeyRotationJson,
  MasterKeyRotationJson,
  SecretCheckJson,
  SecretJson,
  SecretVersionJson,
} from "../api/public/secrets-shapes.js";
import type { DefinitionJson } from "../core/definition-json.js";
import { BelfryError, messageOf } from "../core/errors.js";
import { checkSecretName } from "../core/secrets/reference.js";
import { readProblem } from "../client/api-problem.js";
import type { Server } from "./find-server.js";

const patienceMs = 30_000;
const largestPage = 500;

export interface LogQuery {
  cursor?: string | undefined;
  limit?: number;
  waitMs?: number;
}

export type Client = ReturnType<typeof clientOf>;

/** The public API as functions. What the server refuses is thrown as an `ApiProblem`, its absence as `server_unreachable`. */
export function clientOf(server: Server) {
  return {
    listSchedules: (query: { all: boolean }) =>
      listAll<ScheduleJson>(server, "/schedules", { all: String(query.all) }, Infinity),
    getSchedule: (name: string) => ask<ScheduleJson>(server, { path: schedulePath(name), holds: "id" }),
    triggerSchedule: (name: string) =>
      ask<RunJson>(server, { method: "POST", path: `${schedulePath(name)}/trigger`, holds: "id" }),
    pauseSchedule: (name: string, reason: string | undefined) =>
      ask<ScheduleJson>(server, {
        method: "POST",
        path: `${schedulePath(name)}/pause`,
        body: { reason },
        holds: "id",
      }),
    explain: (name: string, { from, to }: { from: Date; to: Date }) =>
      ask<ExplanationJson>(server, {
        path: `${schedulePath(name)}/explain`,
        query: { from: from.toISOString(), to: to.toISOString() },
        holds: "fires",
      }),
    plan: (schedules: DefinitionJson[]) =>
      ask<PlanJson>(server, { method: "POST", path: "/plan", body: { schedules }, holds: "created" }),
    durations: () => ask<DurationsJson>(server, { path: "/durations", holds: "items" }),
    doctor: () => ask<DiagnosisJson>(server, { path: "/doctor", holds: "findings" }),
    resumeSchedule: (name: string) =>
      ask<ScheduleJson>(server, { method: "POST", path: `${schedulePath(name)}/resume`, holds: "id" }),
    listRuns: (query: Pick<RunListQuery, "schedule" | "status" | "backfill">, limit: number) =>
      listAll<RunJson>(server, "/runs", query, limit),
    getRun: (id: string) => ask<RunDetailJson>(server, { path: `/runs/${id}`, holds: "id" }),
    getLogPage: (id: string, query: LogQuery) =>
      ask<LogPageJson>(server, { path: `/runs/${id}/logs`, query: { ...query }, holds: "items" }),
    cancelRun: (id: string) =>
      ask<RunJson>(server, { method: "POST", path: `/runs/${id}/cancel`, holds: "id" }),
    ...secretCalls(server),
    createBackfill: (name: string, body: BackfillBody) =>
      ask<AskedBackfillJson>(server, {
        method: "POST",
        path: `${schedulePath(name)}/backfills`,
        body,
        holds: "fires",
      }),
    listBackfills: (query: Pick<BackfillListQuery, "schedule">, limit: number) =>
      listAll<BackfillJson>(server, "/backfills", query, limit),
    getBackfill: (id: string, waitMs?: number) =>
      ask<BackfillJson>(server, { path: `/backfills/${id}`, query: { waitMs }, holds: "id" }),
    cancelBackfill: (id: string) =>
      ask<BackfillJson>(server, { method: "POST", path: `/backfills/${id}/cancel`, holds: "id" }),
  };
}

function secretCalls(server: Server) {
  return {
    listSecrets: () => listAll<SecretJson>(server, "/secrets", {}, Infinity),
    setSecret: (name: string, value: string) =>
      ask<SecretVersionJson>(server, {
        method: "PUT",
        path: secretPath(name),
        body: { value },
        holds: "version",
      }),
    removeSecret: (name: string, force: boolean) =>
      ask<SecretVersionJson>(server, {
        method: "DELETE",
        path: secretPath(name),
        query: { force: String(force) },
        holds: "version",
      }),
    checkSecrets: () => ask<SecretCheckJson>(server, { path: "/secret-check", holds: "items" }),
    rotateDataKey: () =>
      ask<DataKeyRotationJson>(server, {
        method: "POST",
        path: "/secret-keys/rotate-data-key",
        holds: "values",
      }),
    rotateMasterKey: () =>
      ask<MasterKeyRotationJson>(server, {
        method: "POST",
        path: "/secret-keys/rotate-master",
        holds: "dataKeys",
      }),
  };
}

/** The first items of a list, and whether there are more. */
export interface Listed<Item> {
  items: Item[];
  more: boolean;
}

interface Question {
  method?: "POST" | "PUT" | "DELETE";
  path: string;
  query?: Record<string, string | number | undefined>;
  body?: object;
  /** A field that every answer to this question has. */
  holds: "id" | "items" | "fires" | "created" | "findings" | "version" | "values" | "dataKeys";
}

async function listAll<Item>(
  server: Server,
  path: string,
  query: Question["query"],
  atMost: number,
): Promise<Listed<Item>> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const limit = Math.min(largestPage, atMost - items.length);
    const page: { items: Item[]; nextCursor: string | null } = await ask(server, {
      path,
      query: { ...query, cursor, limit },
      holds: "items",
    });
    items.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && items.length < atMost);
  return { items, more: cursor !== undefined };
}

async function ask<Answer>(server: Server, question: Question): Promise<Answer> {
  const response = await send(server, question);
  const body = readJson(response.text);
  if (!response.ok) throw problemOf(server, response.status, body);
  if (typeof body === "object" && body !== null && question.holds in body) return body as Answer;
  throw notBelfry(server, response.status);
}

async function send(
  server: Server,
  question: Question,
): Promise<{ ok: boolean; status: number; text: string }> {
  try {
    const response = await fetch(addressOf(server, question), requestOf(server, question));
    return { ok: response.ok, status: response.status, text: await response.text() };
  } catch (error) {
    throw unreachable(server, error);
  }
}

function addressOf({ url }: Server, { path, query = {} }: Question): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return `${url}/api/v1${path}${search.size > 0 ? `?${search.toString()}` : ""}`;
}

function requestOf({ token }: Server, { method, body, query }: Question): RequestInit {
  const headers = { authorization: `Bearer ${token}`, accept: "application/json" };
  const signal = AbortSignal.timeout(patienceMs + Number(query?.["waitMs"] ?? 0));
  if (body === undefined) return { method: method ?? "GET", headers, signal };
  return {
    method: method ?? "GET",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify(body),
    signal,
  };
}

function problemOf(server: Server, status: number, body: unknown): BelfryError {
  const problem = readProblem(body, status);
  if (problem === null) return notBelfry(server, status);
  if (problem.code === "unauthorized") problem.message += ` The token came from ${server.tokenFrom}.`;
  return problem;
}

function notBelfry({ url, urlFrom }: Server, status: number): BelfryError {
  return new BelfryError(
    "server_unreachable",
    `What answers at ${url} (from ${urlFrom}) is not a Belfry server: it answered ${status} and not in Belfry's words. ` +
      "Name the server with --port, --data-dir or BELFRY_URL.",
  );
}

function unreachable({ url, urlFrom }: Server, error: unknown): BelfryError {
  const why =
    error instanceof Error && error.name === "TimeoutError" ? "it took too long" : networkReason(error);
  return new BelfryError(
    "server_unreachable",
    `No Belfry server answers at ${url} (from ${urlFrom}): ${why}. ` +
      'Start one with "belfry serve", or name another with --port, --data-dir or BELFRY_URL.',
    { cause: error },
  );
}

// fetch says only "fetch failed"; what happened is in its cause.
function networkReason(error: unknown): string {
  const { cause } = error as { cause?: { code?: string } };
  return cause?.code ?? messageOf(cause ?? error);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function schedulePath(name: string): string {
  if (name !== "" && name !== "." && name !== "..") return `/schedules/${encodeURIComponent(name)}`;
  // A URL cannot hold these as a part of its path, however they are written.
  throw new BelfryError(
    "invalid_request",
    `"${name}" cannot be a schedule's name in an address. Name another.`,
  );
}

function secretPath(name: string): string {
  checkSecretName(name);
  return `/secrets/${encodeURIComponent(name)}`;
}
