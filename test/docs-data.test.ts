import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import type { Pool } from "../src/store/database.js";
import { describeOnBothDatabases } from "./support/databases.js";

const page = readFileSync(new URL("../docs/data.md", import.meta.url), "utf8");
const questions = [...page.matchAll(/^### (.+?)\n.*?^```sql\n(.*?)^```/gms)].map(
  ([, title, sql]): [string, string] => [title!, sql!],
);

/** A database after a night: one run of each kind, so that every question has an answer. */
async function fillIn(pool: Pool): Promise<void> {
  await pool.query(`
    insert into schedules (name, cron, timezone, command, next_fire_at, last_error, last_error_at)
    values ('backup', '30 2 * * *', 'Europe/Berlin', '["pg_dump"]', now() + interval '1 day', null, null),
           ('broken', '0 3 * * *', 'Mars/Olympus', '["true"]', null, 'There is no such zone.', now());
    insert into runs (schedule_id, fire_time, status, attempt, error_kind, error_message, skip_reason, exit_code,
                      covers_from, covers_count, created_at, dispatched_at, started_at, finished_at)
    select 1, t, status, attempt, error_kind, error_message, skip_reason, exit_code, covers_from, covers_count,
           t, started_at, started_at, case when status <> 'running' then t + interval '1 minute' end
      from (values
             (date_trunc('day', now(), 'Europe/Berlin') + interval '150 minutes', 'succeeded', 1, null, null, null, 0, null, 1, now()),
             (now() - interval '4 hours', 'succeeded', 1, null, null, null, 0, null, 1, now() - interval '4 hours'),
             (now() - interval '3 hours', 'failed', 1, 'exit_code', 'Exit code 1.', null, 1, null, 1, now() - interval '3 hours'),
             (now() - interval '2 hours', 'skipped', 0, null, null, 'overlap', null, null, 1, null),
             (now() - interval '1 hours', 'running', 1, null, null, null, null, now() - interval '9 hours', 8, now() - interval '1 hour')
           ) as r (t, status, attempt, error_kind, error_message, skip_reason, exit_code, covers_from, covers_count, started_at);
    update runs set attempt = 2, failures = 1 where id = 3;
    insert into run_events (run_id, attempt, name, details)
    values (3, 1, 'run.dispatched', '{}'), (3, 1, 'run.attempt_failed', '{"errorKind": "exit_code", "exitCode": 1}'),
           (3, 2, 'run.failed', '{}');
    insert into run_logs (run_id, attempt, seq, at, stream, text)
    values (3, 1, 0, now(), 'stdout', 'Dumping'), (3, 1, 1, now(), 'stderr', '... no space left' || chr(10))`);
}

describeOnBothDatabases("what docs/data.md asks the tables", (open) => {
  let pool: Pool;

  beforeAll(async () => {
    ({ pool } = await open());
    await fillIn(pool);
  });

  test.each(questions)("%s", async (_title, sql) => {
    const { rows } = await pool.query(sql);
    expect(rows).not.toEqual([]);
  });

  test.each(["schedules", "runs", "backfills", "run_events", "run_logs", "servers", "belfry_migrations"])(
    "the page has a row for each column of %s, and no other",
    async (table) => {
      const { rows } = await pool.query<{ column_name: string }>(
        `select column_name from information_schema.columns
          where table_schema = current_schema() and table_name = $1 order by column_name`,
        [table],
      );
      expect(columnsInPage(table)).toEqual(rows.map((row) => row.column_name));
    },
  );
});

test("docs/data.md asks several questions", () => {
  expect(questions.length).toBeGreaterThan(5);
});

/** The columns in the first cells of the table below the heading, sorted. */
function columnsInPage(table: string): string[] {
  const section = page.split(/^## /m).find((text) => text.startsWith(`\`${table}\`\n`)) ?? "";
  const cells = [...section.matchAll(/^\| (`.+?) \|/gm)].map((row) => row[1]!);
  return cells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map((name) => name[1]!)).toSorted();
}
