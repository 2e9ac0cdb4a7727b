// When it is the turn of the pending run `r` of the schedule `s`: the part of a condition that claims and looks share.

// It counts what is under way, and what waits and comes before it: an older run, and before a backfill's whatever else
// waits. What overlaps with others by a policy without a limit is in nobody's way. It stops counting at the limit.
const roomInSchedule = `(coalesce(r.overlap_policy, s.overlap_policy) = 'concurrent' and s.max_concurrent is null
        or (select count(*)
              from (select
                      from runs o
                     where o.schedule_id = r.schedule_id and o.id <> r.id
                       and o.status in ('pending', 'dispatched', 'running')
                       and (s.max_concurrent is not null
                            or coalesce(o.overlap_policy, s.overlap_policy) <> 'concurrent')
                       and (o.status <> 'pending'
                            or (o.backfill_id is not null, o.id) < (r.backfill_id is not null, r.id))
                     limit coalesce(s.max_concurrent, 1)) ahead) < coalesce(s.max_concurrent, 1))`;

/** How many runs of the schedule's group are under way. */
export const groupUnderWay = `(select count(*)
              from runs g
             where g.concurrency_group = s.concurrency_group and g.status in ('dispatched', 'running'))`;

export const itsTurn = `(${roomInSchedule}
       and (s.concurrency_group is null or ${groupUnderWay} < s.group_limit))`;
