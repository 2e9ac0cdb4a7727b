-- Leases, retries, limits, the circuit breaker, retention, and the servers that share the database. Words: core/policies/.

alter table schedules
  -- { attempts, backoff, delaySec, maxDelaySec, on }; null: one attempt
  add column retry              jsonb check (jsonb_typeof(retry) = 'object'),
  -- { "75": "retry", ... }
  add column exit_codes         jsonb not null default '{}' check (jsonb_typeof(exit_codes) = 'object'),
  add column grace_sec          integer not null default 10 check (grace_sec >= 0),
  add column queue_depth        integer check (queue_depth >= 0),
  add column max_concurrent     integer check (max_concurrent >= 1), -- null: 1, or for 'concurrent' no limit
  add column concurrency_group  text,
  add column group_limit        integer check (group_limit >= 1),
  add column priority           smallint not null default 0,
  add column start_deadline_sec integer check (start_deadline_sec > 0),
  add column pause_after        integer check (pause_after >= 1),
  add column cool_down_sec      integer not null default 900 check (cool_down_sec > 0),
  add column breaker_reset_at   timestamptz,     -- runs made before count no more towards pause_after
  add column keep_sec           integer check (keep_sec > 0),   -- null: as the server says
  add column keep_runs          integer check (keep_runs >= 1), -- null: as the server says
  add constraint schedules_group check ((concurrency_group is null) = (group_limit is null));

alter table runs
  add column priority          smallint not null default 0, -- the schedule's, when the run was made
  add column start_by          timestamptz,      -- one that has not been tried until then is skipped
  add column retry_at          timestamptz,      -- pending: not before
  add column failures          integer not null default 0 check (failures >= 0), -- attempts that failed and were followed by another
  add column concurrency_group text,             -- the group that it was claimed under
  add column lease_expires_at  timestamptz,      -- under way: until when its runner is believed to live; null: no lease
  drop constraint runs_exit_is_an_end,
  add constraint runs_exit_is_an_end check
    ((exit_code is null and exit_signal is null) or status in ('succeeded', 'failed', 'cancelled', 'skipped'));

drop index runs_pending;
create index runs_pending on runs ((-priority), id) where status = 'pending';
create index runs_retry on runs (retry_at) where retry_at is not null and status = 'pending';
create index runs_under_way on runs (schedule_id) where status in ('dispatched', 'running');
create index runs_of_group on runs (concurrency_group)
  where concurrency_group is not null and status in ('dispatched', 'running');
create index runs_start_by on runs (start_by) where start_by is not null and status = 'pending';
-- For the circuit breaker: how the last runs of a schedule ended.
create index runs_verdicts on runs (schedule_id, id) where status in ('succeeded', 'failed');

-- Who is there. A row is a fact about the past, never a lock: nobody leads.
create table servers (
  id           text primary key,                 -- made up at the start of the process
  host         text not null,
  pid          integer not null,
  version      text not null,
  roles        text[] not null,
  url          text not null,
  started_at   timestamptz not null default now(),
  seen_at      timestamptz not null default now(),
  last_tick_at timestamptz,
  last_tick_ms double precision,
  stopped_at   timestamptz                       -- it said good-bye
);
