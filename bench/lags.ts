import type { Pool } from "../src/store/database.js";
import { quantile } from "./median.js";
import { type Cell, inMs } from "./print.js";

/** How long after its nominal instant each thing happened to a run, in milliseconds; null: it did not. */
export interface Lag {
  row: number;
  claimed: number | null;
  started: number | null;
  /** As the job itself says, if it prints the seconds since 1970: when its process began. */
  job: number | null;
  /** Of how many fires the run stands for the newest. */
  covers: number;
}

/** A job that says when it began; what that costs, some ten instructions of a shell, is counted in. */
export const sayWhen = ["date", "+%s.%N"];

/** The lags of the fires from an instant on, for so many seconds. */
export async function readLags(pool: Pool, from: Date, seconds: number): Promise<Lag[]> {
  const { rows } = await pool.query<Lag>(
    `select ${since("created_at", "fire_time")} as row,
            ${since("dispatched_at", "fire_time")} as claimed,
            ${since("started_at", "fire_time")} as started,
            ${since(saidAt, "fire_time")} as job,
            covers_count as covers
       from runs r
      where fire_time >= $1::timestamptz and fire_time < $1::timestamptz + $2::int * interval '1 second'
        and skip_reason is null`,
    [from.toISOString(), seconds],
  );
  return rows;
}

/** In SQL: when the job of run `r` began, by its own word. */
export const saidAt = `to_timestamp((select l.text::float8 from run_logs l
   where l.run_id = r.id and l.stream = 'stdout' and l.text ~ '^[0-9.]+\\s*$' order by l.seq limit 1))`;

/** In SQL: the milliseconds from one instant to another. */
export function since(to: string, from: string): string {
  return `(extract(epoch from ${to}) - extract(epoch from ${from}))::float8 * 1000`;
}

/** The middle and the slow end of what is known. */
export function p50AndP99(values: readonly (number | null)[]): Cell[] {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? ["-", "-"] : [inMs(quantile(known, 0.5)), inMs(quantile(known, 0.99))];
}
