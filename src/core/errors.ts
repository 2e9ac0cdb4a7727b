/** Every error code that Belfry gives away: its HTTP status and what it means. `docs/errors.md` lists them all. */
export const errorTable = {
  invalid_cron: { status: 422, means: "The cron expression cannot be read." },
  invalid_timezone: { status: 422, means: "The time zone is not a name of the IANA database." },
  invalid_duration: { status: 422, means: "The duration cannot be read." },
  invalid_schedule: { status: 422, means: "A schedule's definition has a field that cannot be." },
  invalid_manifest: { status: 422, means: "The manifest has an error; nothing of it was applied." },
  invalid_backfill: { status: 422, means: "A backfill's range cannot be, or its schedule has no fires." },
  invalid_config: { status: 422, means: "A setting of the server cannot be used." },
  invalid_request: { status: 400, means: "The request's path, query or body has the wrong shape." },
  body_too_large: { status: 413, means: "The request's body is larger than the API takes." },
  unauthorized: { status: 401, means: "The request does not say who sends it, or it cannot be so." },
  forbidden: { status: 403, means: "Whoever asks has not the right to." },
  token_invalid: { status: 401, means: "The run token is broken, expired or signed by another key." },
  token_foreign: { status: 403, means: "The run token belongs to another run." },
  token_stale: { status: 409, means: "The run token is of an older attempt." },
  route_not_found: { status: 404, means: "The API has no such path." },
  method_not_allowed: { status: 405, means: "The path is there, and takes other methods." },
  precondition_failed: { status: 412, means: "What `If-Match` names is not what it is now: it was changed." },
  too_many_requests: {
    status: 429,
    means: "More requests came than `rateLimit` allows; `Retry-After` says when.",
  },
  timed_out: { status: 503, means: "The answer took too long. What was asked for may still have been done." },
  idempotency_mismatch: { status: 422, means: "The `Idempotency-Key` was used for another request." },
  idempotency_in_progress: { status: 409, means: "A request with this `Idempotency-Key` is under way." },
  api_not_served: { status: 421, means: "This server leaves the public API to others (`--roles`)." },
  schedule_not_found: { status: 404, means: "There is no schedule of that name." },
  schedule_exists: { status: 409, means: "A schedule of that name exists and has another owner." },
  schedule_owned: { status: 409, means: "The schedule belongs to a manifest, and is changed there." },
  schedule_retired: { status: 409, means: "The schedule is retired; it cannot run or be changed." },
  run_not_found: { status: 404, means: "There is no run of that id." },
  run_already_started: { status: 409, means: "Another runner has started this attempt." },
  run_ended: { status: 409, means: "The run has ended; final is final." },
  run_not_ended: { status: 409, means: "The run has not ended yet." },
  run_not_running: { status: 409, means: "The run's attempt has not been started." },
  backfill_not_found: { status: 404, means: "There is no backfill of that id." },
  backfill_ended: { status: 409, means: "The backfill has ended, or is being cancelled already." },
  user_not_found: { status: 404, means: "There is no user of that name." },
  user_exists: { status: 409, means: "A user of that name exists." },
  last_admin: { status: 409, means: "Nobody would be left who may do all: it is the last admin." },
  key_not_found: { status: 404, means: "There is no API key of that id." },
  session_not_found: { status: 404, means: "Whoever asks has no session of that id." },
  passkey_not_found: { status: 404, means: "Whoever asks has no passkey of that id." },
  sign_in_refused: {
    status: 401,
    means: "The name, password, passkey, link or provider's answer does not do.",
  },
  too_many_sign_ins: { status: 429, means: "Too many sign-ins failed; try again later." },
  weak_password: { status: 422, means: "The password is too short, too long or too easily guessed." },
  secret_not_found: { status: 404, means: "There is no secret of that name." },
  secret_in_use: { status: 409, means: "Schedules refer to the secret." },
  secret_missing: { status: 422, means: "No provider has a secret that a schedule refers to." },
  secret_unavailable: { status: 503, means: "A provider of secrets does not answer as it should." },
  secret_unreadable: { status: 503, means: "A secret is broken in the database." },
  master_key_unknown: { status: 503, means: "The server lacks the master key that the secrets are under." },
  database_unreachable: { status: 503, means: "The database does not answer." },
  database_newer: { status: 503, means: "The database was migrated by a newer Belfry." },
  database_unsupported: { status: 503, means: "The PostgreSQL server is older than version 14." },
  data_dir_in_use: { status: 503, means: "Another process has the data directory open." },
  data_dir_unusable: { status: 503, means: "The data directory cannot be created, read or written." },
  port_in_use: { status: 503, means: "Another program listens on the server's port." },
  not_ready: { status: 503, means: "The server is starting, or its database is away." },
  server_unreachable: { status: 503, means: "No Belfry server answers at the address." },
  internal_error: { status: 500, means: "A fault of Belfry itself; the server's log has the details." },
} as const satisfies Record<string, { status: number; means: string }>;

export type ErrorCode = keyof typeof errorTable;

/** An error with a stable `code` from `errorTable`; its message says what, where, and what would be right. */
export class BelfryError extends Error {
  override readonly name = "BelfryError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.message === "") {
    return thrown.errors.map(messageOf).join("; ");
  }
  return thrown instanceof Error ? thrown.message : String(thrown);
}
