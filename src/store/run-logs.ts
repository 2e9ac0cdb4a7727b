import { type AttemptKey, refusalOf } from "./attempts.js";
import type { At } from "./clock.js";
import type { Queryable } from "./database.js";

export interface LogEntry {
  attempt: number;
  seq: number;
  at: Date;
  stream: "stdout" | "stderr" | "belfry";
  text: string;
}

/**
 * Keeps a batch of a running attempt's output; a chunk that is there already is taken once. It shows that the runner
 * lives, so its lease is renewed. Answers whether it should cancel. Throws `run_ended`, `token_stale`, ... as `AttemptDesk.start` does.
 */
export async function appendLogs(
  db: Queryable,
  key: AttemptKey,
  chunks: readonly { seq: number; at: string; stream: string; text: string }[],
  { leaseMs, at }: { leaseMs: number; at: At },
): Promise<{ scheduleName: string; cancelRequested: boolean }> {
  const { rows } = await db.query<{ schedule_name: string; cancel: boolean }>(
    `with run as (
       update runs r
          set heartbeat_at = coalesce($8::timestamptz, now()),
              lease_expires_at = coalesce($8::timestamptz, now()) + $9::float8 * interval '1 ms'
         from schedules s
        where r.id = $1 and r.attempt = $2 and r.runner_token_hash = $3 and r.status = 'running'
          and s.id = r.schedule_id
       returning r.id, r.attempt, r.cancel_requested_at is not null as cancel, s.name as schedule_name
     ), kept as (
       insert into run_logs (run_id, attempt, seq, at, stream, text)
       select run.id, run.attempt, c.seq, c.at, c.stream, c.text
         from run, unnest($4::int[], $5::timestamptz[], $6::text[], $7::text[]) as c (seq, at, stream, text)
       on conflict do nothing
     )
     select schedule_name, cancel, pg_notify('belfry', 'run ' || id) from run`,
    [
      key.runId,
      key.attempt,
      key.tokenHash,
      chunks.map((chunk) => chunk.seq),
      chunks.map((chunk) => chunk.at),
      chunks.map((chunk) => chunk.stream),
      chunks.map((chunk) => chunk.text),
      at,
      leaseMs,
    ],
  );
  if (rows[0] === undefined) throw await refusalOf(db, key);
  return { scheduleName: rows[0].schedule_name, cancelRequested: rows[0].cancel };
}

/** Where in a run's output something is. */
export interface LogPlace {
  attempt: number;
  seq: number;
}

/** The last entries of a run's output, in order. */
export async function listLastLogs(db: Queryable, runId: string, count: number): Promise<LogEntry[]> {
  const { rows } = await db.query<LogEntry>(
    `select attempt, seq, at, stream, text
       from run_logs
      where run_id = $1
      order by attempt desc, seq desc
      limit $2`,
    [runId, count],
  );
  return rows.toReversed();
}

/** A run's output in order, after the chunk `after`, over all attempts. */
export async function listLogs(
  db: Queryable,
  runId: string,
  { after, limit }: { after: LogPlace; limit: number },
): Promise<LogEntry[]> {
  const { rows } = await db.query<LogEntry>(
    `select attempt, seq, at, stream, text
       from run_logs
      where run_id = $1 and (attempt, seq) > ($2, $3)
      order by attempt, seq
      limit $4`,
    [runId, after.attempt, after.seq, limit],
  );
  return rows;
}
