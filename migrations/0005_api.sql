-- What the public API needs beside: a revision of each schedule for If-Match, what a run by hand is given and which run it
-- repeats, and the answers that an Idempotency-Key asks for again.

alter table schedules
  -- One more with each edit, pause, resume and retirement; not with a fire.
  add column revision bigint not null default 1 check (revision >= 1);

alter table runs
  add column parameters   jsonb check (jsonb_typeof(parameters) = 'object'), -- null: none
  add column rerun_of     bigint,                -- the run that this one repeats; it may have been pruned since
  add column repeats_fire timestamptz,           -- the nominal instant of that run, which is its own no more
  add constraint runs_only_by_hand check
    (fire_reason = 'manual' or (parameters is null and rerun_of is null and repeats_fire is null)),
  add constraint runs_repeats check (repeats_fire is null or rerun_of is not null);

-- Lists by status: successes are found among the newest runs, those that wait or run have indexes of their own.
create index runs_unsuccessful on runs (id, status) where status in ('failed', 'cancelled', 'skipped');

-- A look at a stretch of time. It costs a fire next to nothing: rows come in the order of their creation.
create index runs_created on runs using brin (created_at) with (pages_per_range = 32);

create table idempotency_keys (
  caller       text not null,                    -- who used it: 'key 42'
  key          text not null check (length(key) between 1 and 200),
  request_hash text not null,                    -- SHA-256 of method, path and body, hex
  created_at   timestamptz not null default now(),
  answer       jsonb,                            -- { status, headers, body }; null only inside the transaction of the deed
  primary key (caller, key)
);

create index idempotency_keys_age on idempotency_keys (created_at);
