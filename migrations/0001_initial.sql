-- Schedules say when and what; runs are the one row per fire; events and logs hang below a run.
-- The constraints carry the laws of docs/states.md, so that no program can write a run that lies.

create table schedules (
  id              bigint generated always as identity primary key,
  name            text not null unique check (length(name) between 1 and 200),
  description     text not null default '',
  cron            text,                          -- null: runs only by hand
  timezone        text not null default 'UTC',
  -- No list of words here: a word this version does not know fails closed to 'skip' (see core/decide.ts).
  overlap_policy  text not null default 'skip',
  timeout_sec     integer not null default 3600 check (timeout_sec > 0),
  command         jsonb not null default '[]' check (jsonb_typeof(command) in ('array', 'string')),
  cwd             text,
  env             jsonb not null default '{}' check (jsonb_typeof(env) = 'object'),
  installation_id bigint,                        -- the GitHub App installation whose token its runs get
  source          text,                          -- who owns the definition: 'manifest', or null for the library
  enabled         boolean not null default true, -- what the definition says
  paused_at       timestamptz,                   -- what an operator says
  pause_reason    text,
  retired_at      timestamptz,                   -- its owner no longer names it; its history stays
  next_fire_at    timestamptz,                   -- null: nothing to wait for
  last_error      text,                          -- why its next fire could not be worked out
  last_error_at   timestamptz,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  constraint schedules_pause_reason check (pause_reason is null or paused_at is not null),
  constraint schedules_error check ((last_error is null) = (last_error_at is null))
);

create index schedules_due on schedules (next_fire_at)
  where enabled and paused_at is null and retired_at is null;

-- No foreign key to schedules: it costs a fire 15 to 19 %, and schedules are retired, never deleted.
create table runs (
  id                  bigint generated always as identity primary key,
  schedule_id         bigint not null,
  fire_time           timestamptz,               -- null: by hand
  fire_reason         text not null default 'schedule',
  status              text not null default 'pending',
  attempt             integer not null default 0 check (attempt >= 0),
  covers_from         timestamptz,               -- the oldest fire that this run stands for
  covers_count        integer not null default 1 check (covers_count >= 1),
  error_kind          text,
  error_message       text,
  skip_reason         text,
  exit_code           integer,
  exit_signal         text,
  runner_id           text,                      -- the runner that won the start of this attempt
  runner_token_hash   text,                      -- SHA-256, hex
  exclusive           boolean not null default false, -- claimed under a policy that allows no other run beside it
  cancel_requested_at timestamptz,
  created_at          timestamptz not null default now(),
  waited_until        timestamptz,               -- set if it had to wait for another run: its age counts from here
  dispatched_at       timestamptz,
  started_at          timestamptz,
  heartbeat_at        timestamptz,
  finished_at         timestamptz,
  unique (schedule_id, fire_time),
  constraint runs_fire_reason check (fire_reason in ('schedule', 'manual', 'backfill', 'catch_up')),
  constraint runs_status check (status in
    ('pending', 'dispatched', 'running', 'succeeded', 'failed', 'cancelled', 'skipped')),
  constraint runs_finished check
    ((status in ('succeeded', 'failed', 'cancelled', 'skipped')) = (finished_at is not null)),
  constraint runs_failed_says_why check ((status = 'failed') = (error_kind is not null)),
  constraint runs_skipped_says_why check ((status = 'skipped') = (skip_reason is not null)),
  constraint runs_only_a_failure_has_a_message check (error_message is null or status in ('failed', 'cancelled')),
  constraint runs_exit_is_an_end check
    ((exit_code is null and exit_signal is null) or status in ('succeeded', 'failed', 'cancelled')),
  constraint runs_success_exits_zero check (status <> 'succeeded' or coalesce(exit_code, 0) = 0),
  constraint runs_scheduled_has_fire_time check (fire_reason = 'manual' or fire_time is not null)
);

create index runs_active on runs (schedule_id, id) where status in ('pending', 'dispatched', 'running');
create index runs_pending on runs (id) where status = 'pending';
-- Second belt: whatever two servers believe, an exclusive schedule has one attempt under way.
create unique index runs_one_at_a_time on runs (schedule_id) where exclusive and status in ('dispatched', 'running');
create index runs_of_schedule on runs (schedule_id, id);

-- No foreign key to runs: an event is written by the statement that moves its run, and the check costs a quarter of a claim.
create table run_events (
  id      bigint generated always as identity,
  run_id  bigint not null,
  attempt integer not null,
  name    text not null,
  at      timestamptz not null default now(),
  details jsonb not null default '{}',
  primary key (run_id, id)
);

create table run_logs (
  run_id  bigint not null references runs on delete cascade,
  attempt integer not null,
  seq     integer not null check (seq >= 0),
  at      timestamptz not null,
  stream  text not null check (stream in ('stdout', 'stderr', 'belfry')),
  text    text not null,
  primary key (run_id, attempt, seq)
);
