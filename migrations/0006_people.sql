-- Who may come in: people, the ways in which each is known, their sessions, and API keys. Of every token only the SHA-256 is here.

create table users (
  id              bigint generated always as identity primary key,
  name            text not null unique,            -- what one signs in with
  display_name    text not null default '',
  email           text,
  role            text not null,
  password_hash   text,                            -- argon2id; null: there is no password
  disabled_at     timestamptz,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  last_sign_in_at timestamptz,
  constraint users_role check (role in ('viewer', 'operator', 'admin')),
  constraint users_name check (name ~ '^[a-z0-9][a-z0-9._@+-]{0,99}$')
);

-- Whom an identity provider knows a user as. A name or an address there may pass to somebody else; a subject does not.
create table identities (
  issuer     text not null,                        -- the provider's address
  subject    text not null,
  user_id    bigint not null references users on delete cascade,
  created_at timestamptz not null default now(),
  primary key (issuer, subject)
);

create index identities_of_user on identities (user_id);

create table passkeys (
  id           text primary key,                   -- as the authenticator names it, base64url
  user_id      bigint not null references users on delete cascade,
  name         text not null,
  public_key   text not null,                      -- COSE, base64url
  counter      bigint not null,
  transports   jsonb not null default '[]' check (jsonb_typeof(transports) = 'array'),
  created_at   timestamptz not null default now(),
  last_used_at timestamptz
);

create index passkeys_of_user on passkeys (user_id);

create table user_sessions (
  id           bigint generated always as identity primary key,
  token_hash   text not null unique,
  user_id      bigint not null references users on delete cascade,
  way          text not null,                      -- in which the user signed in
  address      text,
  user_agent   text,
  created_at   timestamptz not null default now(),
  last_seen_at timestamptz not null default now(), -- within a minute
  idle_sec     integer not null check (idle_sec > 0),
  expires_at   timestamptz not null,               -- whatever is done with it
  constraint user_sessions_way check (way in ('link', 'password', 'passkey', 'oidc', 'github'))
);

create index user_sessions_of_user on user_sessions (user_id);
create index user_sessions_expires_at on user_sessions (expires_at);

create table api_keys (
  id           bigint generated always as identity primary key,
  name         text not null,
  prefix       text not null,                      -- the beginning of its text, to tell keys apart
  key_hash     text not null unique,
  scopes       jsonb not null check (jsonb_typeof(scopes) = 'array'),
  made_by      text not null,                      -- for people to read
  user_id      bigint references users on delete cascade, -- it may no more than this user; null: no user made it
  created_at   timestamptz not null default now(),
  expires_at   timestamptz,
  last_used_at timestamptz,                        -- within a minute
  revoked_at   timestamptz
);

create index api_keys_of_user on api_keys (user_id);

-- What a sign-in has to remember from one request to the next, and one-time links. Each is used once.
create table login_steps (
  token_hash text primary key,
  kind       text not null,
  data       jsonb not null default '{}' check (jsonb_typeof(data) = 'object'),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at    timestamptz
);

create index login_steps_expires_at on login_steps (expires_at);
