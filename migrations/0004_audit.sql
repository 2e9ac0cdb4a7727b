-- Who did what: a row for each change that somebody asked for, and for each secret that was fetched.
-- Rows are added, and removed when they are old enough. They are never changed.

create table audit_log (
  id          bigint generated always as identity primary key,
  at          timestamptz not null default now(),
  actor_kind  text not null,
  actor_id    text,                              -- of the user, key or run; null: there is but one of the kind
  actor_name  text not null,                     -- as it was then
  action      text not null,                     -- 'schedule.paused', 'secret.fetched', ...
  target_kind text not null,
  target      text not null,                     -- its name, or its id
  before      jsonb,                             -- what was changed, as it was; never a secret
  after       jsonb,
  address     text,                              -- where the request came from
  request_id  text,
  constraint audit_log_actor_kind check (actor_kind in ('user', 'key', 'local', 'run', 'system'))
);

create index audit_log_at on audit_log (at, id);
create index audit_log_of_target on audit_log (target, at, id);
create index audit_log_of_actor on audit_log (actor_kind, actor_id, at, id);
create index audit_log_of_actor_name on audit_log (actor_name, at, id);
create index audit_log_of_action on audit_log (action collate "C", at, id);

create function refuse_to_rewrite_audit_log() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and tg_level = 'STATEMENT' and current_setting('belfry.prunes_audit_log', true) = 'on' then
    return null;
  end if;
  raise exception 'The audit log is append-only: % is refused.', lower(tg_op) using errcode = 'insufficient_privilege';
end
$$;

create trigger audit_log_is_append_only before update or delete or truncate on audit_log
  for each statement execute function refuse_to_rewrite_audit_log();

-- Nobody prunes what is younger, whatever the settings say.
create trigger audit_log_keeps_30_days before delete on audit_log
  for each row when (old.at > now() - interval '30 days') execute function refuse_to_rewrite_audit_log();

-- In sessions with session_replication_role = 'replica' too.
alter table audit_log
  enable always trigger audit_log_is_append_only,
  enable always trigger audit_log_keeps_30_days;
