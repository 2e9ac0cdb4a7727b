import type { Run } from "../core/run.js";
import type { Queryable } from "./database.js";
import { type RunRow, runColumns, toRun } from "./rows.js";

/** The rows of a schedule whose fire time is not before an instant, in the order of their fire times. */
export async function listFireRows(
  db: Queryable,
  scheduleId: string,
  { from, limit }: { from: Date; limit: number },
): Promise<Run[]> {
  const { rows } = await db.query<RunRow>(
    `select ${runColumns}
       from runs r
       join schedules s on s.id = r.schedule_id
      where r.schedule_id = $1 and r.fire_time >= $2
      order by r.fire_time
      limit $3`,
    [scheduleId, from, limit],
  );
  return rows.map(toRun);
}
