import type { At } from "./clock.js";
import type { Queryable } from "./database.js";

export type LoginStepKind = "link" | "oidc" | "github" | "passkey" | "new-passkey" | "cli";

interface NewLoginStep {
  tokenHash: string;
  kind: LoginStepKind;
  data: object;
  /** How long it can be used. */
  forMs: number;
}

/** Remembers something for the next request of a sign-in. */
export async function insertLoginStep(db: Queryable, step: NewLoginStep, at: At): Promise<Date> {
  const { rows } = await db.query<{ expires_at: Date }>(
    `insert into login_steps (token_hash, kind, data, created_at, expires_at)
     select $1, $2, $3, now_is, now_is + $4 * interval '1 millisecond'
       from coalesce($5::timestamptz, now()) as now_is
     returning expires_at`,
    [step.tokenHash, step.kind, JSON.stringify(step.data), step.forMs, at],
  );
  return rows[0]!.expires_at;
}

/** What was remembered, for whoever comes first and in time; null for all others. */
export async function useLoginStep<Data>(
  db: Queryable,
  { tokenHash, kind }: { tokenHash: string; kind: LoginStepKind },
  at: At,
): Promise<Data | null> {
  const { rows } = await db.query<{ data: Data }>(
    `update login_steps
        set used_at = coalesce($3::timestamptz, now())
      where token_hash = $1
        and kind = $2
        and used_at is null
        and expires_at > coalesce($3::timestamptz, now())
     returning data`,
    [tokenHash, kind, at],
  );
  return rows[0]?.data ?? null;
}
