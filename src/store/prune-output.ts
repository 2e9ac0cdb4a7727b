import type { At } from "./clock.js";
import type { Queryable } from "./database.js";

/** So many pieces of output are measured, or removed, in one go. */
const piecesAtOnce = 5000;

/** A piece of output. */
export interface PieceKey {
  runId: string;
  attempt: number;
  seq: number;
}

/** Output that was measured, from the newest on. */
export interface MeasuredOutput {
  /** How many bytes there are from the newest piece on. */
  bytes: number;
  /** The run with which they become too many; null: they have not yet. */
  over: string | null;
  /** The oldest piece that was measured; null: there is no older one. */
  last: PieceKey | null;
}

/**
 * Goes on measuring output, from the newest to the oldest: the pieces before `before` of the runs after `floor`, to which
 * `bytes` newer ones are added.
 */
export async function measureOutput(
  db: Queryable,
  { before, floor, bytes, limit }: { before: PieceKey | null; floor: string; bytes: number; limit: number },
): Promise<MeasuredOutput> {
  // The length of a text is known without reading it, however long it is.
  const { rows } = await db.query<PieceRow & { total: number; over: string | null; full: boolean }>(
    `with page as materialized (
       select run_id, attempt, seq, octet_length(text) as bytes
         from run_logs
        where (run_id, attempt, seq) < ($1::bigint, $2::int, $3::int) and run_id > $4
        order by run_id desc, attempt desc, seq desc
        limit ${piecesAtOnce}
     ), summed as materialized (
       select *, $5::float8 + sum(bytes) over (order by run_id desc, attempt desc, seq desc) as total from page
     )
     select run_id, attempt, seq, total,
            (select max(run_id) from summed where total > $6::float8)::text as over,
            (select count(*) = ${piecesAtOnce} from page) as full
       from summed
      order by run_id, attempt, seq
      limit 1`,
    [before?.runId ?? maxBigint, before?.attempt ?? 0, before?.seq ?? 0, floor, bytes, limit],
  );
  const [row] = rows;
  if (row === undefined) return { bytes, over: null, last: null };
  return { bytes: row.total, over: row.over, last: row.full ? toKey(row) : null };
}

const maxBigint = "9223372036854775807";

interface PieceRow {
  run_id: string;
  attempt: number;
  seq: number;
}

function toKey({ run_id: runId, attempt, seq }: PieceRow): PieceKey {
  return { runId, attempt, seq };
}

/** With this begins the note that takes the place of a run's output. */
const note = "Its output was removed";

/** What became of some output. */
export interface StrippedOutput {
  /** How many runs have a note now in its place. */
  outputs: number;
  /** How many pieces have gone. */
  logs: number;
  /** The first run that must keep its output for now, because it has not ended or somebody has locked it. */
  held: string | null;
  /** The newest piece that was looked at; null: there is no newer one. */
  last: PieceKey | null;
}

/**
 * Removes output of ended runs, the oldest first: some of the pieces after `after`, up to those of the run `upTo`. In its
 * place a note says why. Belfry's own notes stay.
 */
export async function stripOutput(
  session: Queryable,
  { after, upTo, why, at }: { after: PieceKey; upTo: string; why: string; at: At },
): Promise<StrippedOutput> {
  const { rows } = await session.query<
    PieceRow & { outputs: number; logs: number; held: string | null; full: boolean }
  >(
    `with page as materialized (
       select ctid as place, run_id, attempt, seq, stream
         from run_logs
        where (run_id, attempt, seq) > ($1::bigint, $2::int, $3::int) and run_id <= $4
        order by run_id, attempt, seq
        limit ${piecesAtOnce}
     ), locked as materialized (
       -- In order, as all who write several runs lock them; and nobody is waited for.
       select id
         from runs
        where id = any(array(select distinct run_id from page where stream <> 'belfry')) and finished_at is not null
        order by id
          for update skip locked
     ), piece as materialized (
       select p.place,
              row_number() over (partition by p.run_id order by p.attempt, p.seq) = 1
              and not exists (select from run_logs n
                               where n.run_id = p.run_id and n.stream = 'belfry' and n.text like '${note}%') as is_first
         from page p
        where p.stream <> 'belfry' and p.run_id in (select id from locked)
     ), noted as (
       update run_logs
          set stream = 'belfry', text = $5, at = coalesce($6::timestamptz, now())
        where ctid = any(array(select place from piece where is_first))
       returning 1
     ), gone as (
       delete from run_logs where ctid = any(array(select place from piece where not is_first)) returning 1
     )
     select run_id, attempt, seq,
            (select count(*)::int from noted) as outputs,
            (select count(*)::int from gone) + (select count(*)::int from noted) as logs,
            (select min(run_id) from page where stream <> 'belfry' and run_id not in (select id from locked))::text as held,
            (select count(*) = ${piecesAtOnce} from page) as full
       from page
      order by run_id desc, attempt desc, seq desc
      limit 1`,
    [after.runId, after.attempt, after.seq, upTo, `${note} ${why}`, at],
  );
  const [row] = rows;
  if (row === undefined) return { outputs: 0, logs: 0, held: null, last: null };
  const { outputs, logs, held, full } = row;
  return { outputs, logs, held, last: full ? toKey(row) : null };
}
