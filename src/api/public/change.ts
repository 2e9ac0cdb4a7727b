import { createHash } from "node:crypto";
import type { Context } from "hono";
import type { AuditedAct } from "../../core/audited-act.js";
import { BelfryError } from "../../core/errors.js";
import { type Deps, instantOf } from "../../scheduler/deps.js";
import { recordAudit } from "../../store/audit-log.js";
import type { Queryable } from "../../store/database.js";
import { findAnswer, keepAnswer, type KeyUse, tryLockKey } from "../../store/idempotency.js";
import { inTransaction } from "../../store/transaction.js";
import { callerOf, type PublicEnv } from "./caller.js";

/** What a change did, for the audit log, and what is answered. */
export interface Change<Answer> {
  acts: readonly AuditedAct[];
  answer: Answer;
}

type ChangeDeps = Pick<Deps, "pool" | "clock">;

/** Carries a change out together with its rows of the audit log: all of it or nothing. */
export function change<Answer>(
  deps: ChangeDeps,
  c: Context<PublicEnv>,
  work: (session: Queryable) => Promise<Change<Answer>>,
): Promise<Answer> {
  return inTransaction(deps.pool, (session) => audited(deps, c, session, work));
}

/** An answer that can be given again. */
export interface Answered<Body extends object> {
  body: Body;
  headers: Record<string, string>;
}

/**
 * The same for what must not be done twice. With the header `Idempotency-Key` the answer is kept for a day, in the same
 * transaction, and the same request of the same caller gets it again. It must hold no secret. Throws
 * `idempotency_mismatch` or `idempotency_in_progress`; a change that failed leaves its key free.
 */
export async function changeOnce<Body extends object>(
  deps: ChangeDeps,
  c: Context<PublicEnv>,
  work: (session: Queryable) => Promise<Change<Answered<Body>>>,
): Promise<Answered<Body>> {
  const use = await keyUseOf(c);
  if (use === null) return change(deps, c, work);
  const at = instantOf(deps);
  return inTransaction(deps.pool, async (session) => {
    if (!(await tryLockKey(session, use))) throw inProgress(use);
    const earlier = await findAnswer(session, use, at);
    if (earlier !== null) return again<Body>(earlier, use);
    const answer = await audited(deps, c, session, work);
    await keepAnswer(session, use, { status: 201, ...answer }, at);
    return answer;
  });
}

async function audited<Answer>(
  deps: ChangeDeps,
  c: Context<PublicEnv>,
  session: Queryable,
  work: (session: Queryable) => Promise<Change<Answer>>,
): Promise<Answer> {
  const { acts, answer } = await work(session);
  await recordAudit(session, callerOf(c), acts, instantOf(deps));
  return answer;
}

async function keyUseOf(c: Context<PublicEnv>): Promise<KeyUse | null> {
  const key = c.req.header("idempotency-key");
  if (key === undefined) return null;
  if (!/^[\x21-\x7e]{1,200}$/.test(key)) {
    throw new BelfryError(
      "invalid_request",
      "The Idempotency-Key has 1 to 200 visible ASCII characters, such as a UUID.",
    );
  }
  const { actor } = callerOf(c);
  const request = [c.req.method, c.req.path, await c.req.text()].join("\n");
  const requestHash = createHash("sha256").update(request).digest("hex");
  return { caller: `${actor.kind} ${actor.id ?? ""}`, key, requestHash };
}

function again<Body extends object>(
  { requestHash, answer }: NonNullable<Awaited<ReturnType<typeof findAnswer>>>,
  use: KeyUse,
): Answered<Body> {
  if (requestHash !== use.requestHash) {
    throw new BelfryError(
      "idempotency_mismatch",
      `The Idempotency-Key ${JSON.stringify(use.key)} was used for another request. Use a new one for each deed.`,
    );
  }
  return { body: answer.body as Body, headers: { ...answer.headers, "idempotency-replayed": "true" } };
}

function inProgress({ key }: KeyUse): BelfryError {
  return new BelfryError(
    "idempotency_in_progress",
    `A request with the Idempotency-Key ${JSON.stringify(key)} is under way. Ask again in a moment for its answer.`,
  );
}
