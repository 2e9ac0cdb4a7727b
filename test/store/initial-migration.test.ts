import { beforeAll, expect, test } from "vitest";
import type { Pool } from "../../src/store/database.js";
import { describeOnBothDatabases } from "../support/databases.js";

type Columns = Record<string, unknown>;

const at = "2026-01-02T03:04:05Z";
const run: Columns = { schedule_id: 1, fire_time: at };
const ended: Columns = { ...run, finished_at: at };

function insert(pool: Pool, table: string, columns: Columns) {
  const names = Object.keys(columns);
  const places = names.map((_, i) => `$${i + 1}`);
  return pool.query(
    `insert into ${table} (${names.join(", ")}) values (${places.join(", ")})`,
    Object.values(columns),
  );
}

const lies: [lie: string, run: Columns, constraint: string][] = [
  ["succeeded without an end", { ...run, status: "succeeded" }, "runs_finished"],
  ["cancelled without an end", { ...run, status: "cancelled" }, "runs_finished"],
  ["running with an end", { ...ended, status: "running" }, "runs_finished"],
  ["failed without a kind of error", { ...ended, status: "failed" }, "runs_failed_says_why"],
  [
    "succeeded with a kind of error",
    { ...ended, status: "succeeded", error_kind: "timeout" },
    "runs_failed_says_why",
  ],
  ["skipped without a reason", { ...ended, status: "skipped" }, "runs_skipped_says_why"],
  ["pending with a reason to skip", { ...run, skip_reason: "overlap" }, "runs_skipped_says_why"],
  ["succeeded with exit code 1", { ...ended, status: "succeeded", exit_code: 1 }, "runs_success_exits_zero"],
  ["running with an exit code", { ...run, status: "running", exit_code: 0 }, "runs_exit_is_an_end"],
  ["pending with an exit signal", { ...run, exit_signal: "SIGKILL" }, "runs_exit_is_an_end"],
  [
    "succeeded with an error message",
    { ...ended, status: "succeeded", error_message: "no" },
    "runs_only_a_failure_has_a_message",
  ],
  ["in a status there is not", { ...run, status: "done" }, "runs_status"],
  ["for a reason there is not", { ...run, fire_reason: "mood" }, "runs_fire_reason"],
  ["fired by the schedule at no instant", { schedule_id: 1 }, "runs_scheduled_has_fire_time"],
  ["of attempt -1", { ...run, attempt: -1 }, "runs_attempt_check"],
  ["that stands for no fire", { ...run, covers_count: 0 }, "runs_covers_count_check"],
];

const truths: [truth: string, run: Columns][] = [
  ["pending", run],
  ["running", { ...run, status: "running" }],
  ["succeeded", { ...ended, status: "succeeded", exit_code: 0 }],
  ["failed", { ...ended, status: "failed", error_kind: "exit_code", exit_code: 3, error_message: "3" }],
  ["failed by a signal", { ...ended, status: "failed", error_kind: "timeout", exit_signal: "SIGKILL" }],
  ["skipped", { ...ended, status: "skipped", skip_reason: "overlap" }],
  ["cancelled", { ...ended, status: "cancelled", exit_signal: "SIGTERM" }],
  ["by hand at no instant", { schedule_id: 1, fire_reason: "manual" }],
];

const brokenSchedules: [fault: string, schedule: Columns, constraint: string][] = [
  ["without a name", { name: "" }, "schedules_name_check"],
  ["that may run for no time", { name: "a", timeout_sec: 0 }, "schedules_timeout_sec_check"],
  ["whose command is a number", { name: "a", command: "1" }, "schedules_command_check"],
  ["whose environment is a list", { name: "a", env: "[]" }, "schedules_env_check"],
  ["with a reason for a pause that is none", { name: "a", pause_reason: "why" }, "schedules_pause_reason"],
  ["with an error of no instant", { name: "a", last_error: "no" }, "schedules_error"],
];

describeOnBothDatabases("the schema", (open) => {
  let pool: Pool;
  beforeAll(async () => {
    ({ pool } = await open());
  });

  test.each(lies)("refuses a run that lies: %s", async (_lie, columns, constraint) => {
    await expect(insert(pool, "runs", columns)).rejects.toMatchObject({ code: "23514", constraint });
  });

  test.each(truths)("takes a run that is true: %s", async (_truth, columns) => {
    await pool.query("delete from runs");
    expect((await insert(pool, "runs", columns)).rowCount).toBe(1);
  });

  test("refuses a second run for one fire, but not a second by hand", async () => {
    await pool.query("delete from runs");
    await insert(pool, "runs", run);
    await expect(insert(pool, "runs", run)).rejects.toMatchObject({ code: "23505", table: "runs" });
    const byHand = { schedule_id: 1, fire_reason: "manual" };
    await insert(pool, "runs", byHand);
    expect((await insert(pool, "runs", byHand)).rowCount).toBe(1);
  });

  test.each(brokenSchedules)("refuses a schedule %s", async (_fault, columns, constraint) => {
    await expect(insert(pool, "schedules", columns)).rejects.toMatchObject({ code: "23514", constraint });
  });

  test("refuses a second schedule of a name", async () => {
    await insert(pool, "schedules", { name: "nightly" });
    await expect(insert(pool, "schedules", { name: "nightly" })).rejects.toMatchObject({ code: "23505" });
  });

  test("removes the logs of a run with it", async () => {
    await pool.query("delete from runs");
    await insert(pool, "runs", run);
    const { id } = (await pool.query<{ id: string }>("select id from runs")).rows[0]!;
    await insert(pool, "run_logs", { run_id: id, attempt: 1, seq: 0, at, stream: "stdout", text: "hello" });
    await pool.query("delete from runs");
    expect((await pool.query("select from run_logs")).rows).toEqual([]);
  });
});
