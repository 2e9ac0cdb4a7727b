import { beforeAll, expect, onTestFinished, test } from "vitest";
import { loop } from "../../src/scheduler/loop.js";
import type { Database, Pool } from "../../src/store/database.js";
import { openDatabase } from "../../src/store/open-database.js";
import type { DispatchRequest } from "../../src/dispatchers/dispatcher.js";
import { createInMemoryDispatcher } from "../../src/testing.js";
import { createTestDeps } from "../support/deps.js";
import { eventually } from "../support/eventually.js";
import { createTestDatabase } from "../support/postgres.js";

const schedules = 200;
const fires = 4;

let pool: Pool;
let others: Database[];

beforeAll(async () => {
  const { url, drop } = await createTestDatabase();
  const databases = await Promise.all([1, 2, 3].map(() => openDatabase({ url })));
  [{ pool }, ...others] = databases as [Database, ...Database[]];
  await fill();
  return async () => {
    for (const database of databases) await database.close();
    await drop();
  };
});

/** A third of the schedules under each policy, which their names begin with. */
async function fill(): Promise<void> {
  await pool.query(
    `insert into schedules (name, cron, command, overlap_policy, next_fire_at)
     select policy || ' ' || n, '* * * * * *', '"true"', policy, date_trunc('second', now())
       from generate_series(1, ${schedules}) n, lateral (select (array['skip', 'queue', 'concurrent'])[n % 3 + 1]) p (policy)`,
  );
}

/** What the runners of both servers have seen. */
interface Seen {
  requests: DispatchRequest[];
  /** The schedules whose runs are surely under way, one entry a run. */
  underWay: string[];
  /** The schedules of which two were. */
  sideBySide: Set<string>;
}

/** A dispatcher whose runs take some tenths of a second each, so that fires meet them. */
function createBriefDispatcher({ requests, underWay, sideBySide }: Seen) {
  return createInMemoryDispatcher((request) => {
    const { scheduleName, runId } = request;
    requests.push(request);
    if (underWay.includes(scheduleName)) sideBySide.add(scheduleName);
    underWay.push(scheduleName);
    setTimeout(
      () => {
        underWay.splice(underWay.indexOf(scheduleName), 1);
        end(runId).catch(() => {}); // the test is over
      },
      300 + (Number(runId) % 5) * 400,
    );
  });
}

const end = (runId: string) =>
  pool.query(
    `with ended as (
       update runs set status = 'succeeded', finished_at = now() where id = $1 and status = 'dispatched' returning id)
     select pg_notify('belfry', 'ready') from ended`,
    [runId],
  );

test("two servers share one database: a row a fire, a dispatch a run, and no two runs that may not meet", async () => {
  const seen: Seen = { requests: [], underWay: [], sideBySide: new Set() };
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const servers = others.map((database) => {
    const deps = createTestDeps(database.pool, { dispatcher: createBriefDispatcher(seen) });
    const ended = loop(deps, { cadenceMs: 1000, signal: stop.signal }).catch(() => {});
    return { deps, ended };
  });
  await eventually(async () => (await fewestFires()) >= fires);
  await eventually(() => servers.every(({ deps }) => deps.dispatcher.requests.length > 0));
  stop.abort();
  await Promise.all(servers.map(({ ended }) => ended));

  const attempts = seen.requests.map(({ runId, attempt }) => `${runId} ${attempt}`);
  expect(new Set(attempts).size).toBe(attempts.length);
  expect(seen.requests.filter(({ attempt }) => attempt !== 1)).toEqual([]);
  expect(new Set([...seen.sideBySide].map((name) => name.split(" ")[0]))).toEqual(new Set(["concurrent"]));
  expect(await query("select schedule_id, fire_time from runs group by 1, 2 having count(*) > 1")).toEqual(
    [],
  );
  expect(await query(holes)).toEqual([]);
  expect(await query("select distinct status, skip_reason from runs where status = 'skipped'")).toEqual([
    { status: "skipped", skip_reason: "overlap" },
  ]);
  const errors = servers.flatMap(({ deps }) => deps.log.told.filter(({ level }) => level === "error"));
  expect(errors).toEqual([]);
});

async function fewestFires(): Promise<number> {
  const [row] = await query<{ fewest: number }>(
    `select min(n)::int as fewest
       from (select count(r.id) as n from schedules s left join runs r on r.schedule_id = s.id group by s.id) x`,
  );
  return row!.fewest;
}

/** Seconds between a schedule's first fire and its last that no row covers, or that two cover. */
const holes = `
  select schedule_id, fire_time
    from (select schedule_id, fire_time, coalesce(covers_from, fire_time) as first,
                 lag(fire_time) over (partition by schedule_id order by fire_time) as previous
            from runs) r
   where first - previous <> interval '1 second'`;

async function query<Row = unknown>(sql: string): Promise<Row[]> {
  return (await pool.query<Row>(sql)).rows;
}
