-- Values that jobs need and nobody is to read. Each is encrypted under a data key, and each data key is wrapped by the
-- master key, which is never in the database.

alter table schedules
  add column secret_keys text[] not null default '{}'; -- the secrets that `env` refers to: 'name', or 'provider:name'

create table data_keys (
  id            bigint generated always as identity primary key,
  master_key_id text not null,                     -- says which master key wraps it, and nothing about that
  wrapped       bytea not null,                    -- nonce, ciphertext and tag
  created_at    timestamptz not null default now(),
  retired_at    timestamptz                        -- nothing new is encrypted with it
);

-- At most one is in use.
create unique index data_keys_in_use on data_keys ((true)) where retired_at is null;

create table secrets (
  id         bigint generated always as identity primary key,
  name       text not null unique check (name ~ '^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$'),
  version    integer not null default 0 check (version >= 0), -- the newest; numbers go on after a removal
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  removed_at timestamptz
);

create table secret_versions (
  secret_id   bigint not null references secrets on delete cascade,
  version     integer not null check (version >= 1),
  data_key_id bigint references data_keys,
  nonce       bytea check (length(nonce) = 12),
  ciphertext  bytea,                               -- with its tag at the end
  created_at  timestamptz not null default now(),
  created_by  text not null,
  primary key (secret_id, version),
  -- Of a version that was replaced or removed the value is gone; that there was one stays known.
  constraint secret_versions_value check (
    num_nonnulls(data_key_id, nonce, ciphertext) in (0, 3))
);

create index secret_versions_of_key on secret_versions (data_key_id) where data_key_id is not null;
