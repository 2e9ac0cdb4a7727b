import { BelfryError, type ErrorCode } from "../core/errors.js";
import { ApiProblem } from "../client/api-problem.js";
import { ChangesPlanned } from "./plan/changes-planned.js";

/** Every exit code of the command line. `docs/cli.md` lists them all. */
export const exitCodes = {
  ok: { code: 0, means: "Done." },
  failure: { code: 1, means: "It did not work out; with `--wait`: the run did not succeed." },
  usage: { code: 2, means: "The command line, a setting or the input is wrong." },
  unreachable: { code: 3, means: "No server (or its database) answers. Trying again later may help." },
  notFound: { code: 4, means: "There is no such schedule, run, backfill, user or key." },
  refused: { code: 5, means: "There is no token, or the server does not take it." },
  conflict: { code: 6, means: "Its state forbids it: the run has ended, the schedule is retired." },
  changes: { code: 7, means: "With `plan --exit-code`: an apply would change something." },
} as const;

type Exit = keyof typeof exitCodes;

const exitOf: Record<ErrorCode, Exclude<Exit, "ok">> = {
  invalid_cron: "usage",
  invalid_timezone: "usage",
  invalid_duration: "usage",
  invalid_schedule: "usage",
  invalid_manifest: "usage",
  invalid_backfill: "usage",
  invalid_config: "usage",
  invalid_request: "usage",
  body_too_large: "usage",
  unauthorized: "refused",
  forbidden: "refused",
  token_invalid: "refused",
  token_foreign: "refused",
  token_stale: "refused",
  route_not_found: "failure",
  method_not_allowed: "failure",
  precondition_failed: "conflict",
  too_many_requests: "unreachable",
  timed_out: "unreachable",
  idempotency_mismatch: "usage",
  idempotency_in_progress: "conflict",
  api_not_served: "usage",
  schedule_not_found: "notFound",
  schedule_exists: "conflict",
  schedule_owned: "conflict",
  schedule_retired: "conflict",
  run_not_found: "notFound",
  run_already_started: "conflict",
  run_ended: "conflict",
  run_not_ended: "conflict",
  run_not_running: "conflict",
  backfill_not_found: "notFound",
  backfill_ended: "conflict",
  user_not_found: "notFound",
  user_exists: "conflict",
  last_admin: "conflict",
  key_not_found: "notFound",
  session_not_found: "notFound",
  passkey_not_found: "notFound",
  sign_in_refused: "refused",
  too_many_sign_ins: "refused",
  weak_password: "usage",
  secret_not_found: "notFound",
  secret_in_use: "conflict",
  secret_missing: "failure",
  secret_unavailable: "failure",
  secret_unreadable: "failure",
  master_key_unknown: "failure",
  database_unreachable: "unreachable",
  database_newer: "failure",
  database_unsupported: "failure",
  data_dir_in_use: "failure",
  data_dir_unusable: "failure",
  port_in_use: "failure",
  not_ready: "unreachable",
  server_unreachable: "unreachable",
  internal_error: "failure",
};

/** The exit code for whatever a command threw. A code that this version does not know goes by its HTTP status. */
export function exitCodeOf(thrown: unknown): number {
  return exitCodes[exitFor(thrown)].code;
}

/** Whether it failed only because nobody was there to answer. */
export function isUnreachable(thrown: unknown): boolean {
  return exitFor(thrown) === "unreachable";
}

function exitFor(thrown: unknown): Exit {
  if (thrown instanceof ChangesPlanned) return "changes";
  if (!(thrown instanceof BelfryError)) return "failure";
  if (Object.hasOwn(exitOf, thrown.code)) return exitOf[thrown.code];
  return thrown instanceof ApiProblem ? exitOfStatus(thrown.status) : "failure";
}

function exitOfStatus(status: number): Exit {
  if (status === 401 || status === 403) return "refused";
  if (status === 404) return "notFound";
  if (status === 409) return "conflict";
  if (status >= 502 && status <= 504) return "unreachable";
  return status >= 400 && status < 500 ? "usage" : "failure";
}
