-- More ways to say when a schedule fires and what becomes of missed fires, and backfills. Words: core/fires/timing.ts.

alter table schedules
  add column every_sec           integer check (every_sec > 0), -- elapsed seconds between two fires
  add column anchor_at           timestamptz,                   -- an instant at which every_sec fires
  add column at                  timestamptz,                   -- the one instant at which it fires
  add column starts_at           timestamptz,
  add column ends_at             timestamptz,
  add column max_runs            integer check (max_runs > 0),
  add column runs_made           integer not null default 0 check (runs_made >= 0), -- counted while there is a max_runs
  add column spread_sec          integer not null default 0 check (spread_sec >= 0),
  add column dst_gap             text not null default 'next-valid',
  add column dst_fold            text not null default 'first',
  add column blackouts           jsonb not null default '[]' check (jsonb_typeof(blackouts) = 'array'),
  add column blackout_policy     text not null default 'skip',
  add column catch_up            text not null default 'latest',
  add column catch_up_window_sec integer check (catch_up_window_sec > 0),
  add column owed_from           timestamptz,                   -- the oldest fire without a row, if it is not next_fire_at
  add constraint schedules_one_way_to_fire check (num_nonnulls(cron, every_sec, at) <= 1);

-- Runs for past fires, made a few at a time.
create table backfills (
  id             bigint generated always as identity primary key,
  schedule_id    bigint not null,
  from_at        timestamptz not null,
  to_at          timestamptz not null,           -- the last instant that counts
  overlap_policy text not null,
  parallel       integer not null check (parallel >= 1), -- how many of its runs may be under way or waiting at once
  fires          integer not null check (fires >= 0), -- how many there were to run when it was asked for
  next_from      timestamptz,                    -- the fires from here on are still to come; null: all have their runs
  cancelled_at   timestamptz,
  created_at     timestamptz not null default now(),
  finished_at    timestamptz,                    -- when its last run had ended
  constraint backfills_range check (from_at <= to_at),
  constraint backfills_finished check (finished_at is null or next_from is null)
);

create index backfills_open on backfills (id) where finished_at is null;
create index backfills_of_schedule on backfills (schedule_id, id);

alter table runs
  add column backfill_id    bigint,
  add column overlap_policy text, -- null: the schedule's own
  add constraint runs_backfill_says_which check ((fire_reason = 'backfill') = (backfill_id is not null));

create index runs_of_backfill on runs (backfill_id, id) where backfill_id is not null;
create index runs_covering on runs (schedule_id, fire_time) where covers_count > 1;
