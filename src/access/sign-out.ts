import type { Caller } from "../api/public/caller.js";
import { instantOf } from "../scheduler/deps.js";
import { recordAudit } from "../store/audit-log.js";
import { inTransaction } from "../store/transaction.js";
import { deleteSession, deleteSessionsOf } from "../store/user-sessions.js";
import type { AccessDeps } from "./deps.js";

type SignOutDeps = Pick<AccessDeps, "pool" | "clock">;

/** Ends one of the caller's sessions; throws `session_not_found`. */
export async function endSession(deps: SignOutDeps, caller: Caller, id: string): Promise<void> {
  await inTransaction(deps.pool, async (session) => {
    await deleteSession(session, caller.userId!, id);
    const act = { action: "session.ended", targetKind: "session", target: id } as const;
    await recordAudit(session, caller, [act], instantOf(deps));
  });
}

/** Ends all of the caller's sessions, and answers how many they were. */
export async function endAllSessions(deps: SignOutDeps, caller: Caller): Promise<number> {
  return inTransaction(deps.pool, async (session) => {
    const ended = await deleteSessionsOf(session, caller.userId!, null);
    const act = { action: "session.all_ended", targetKind: "user", target: caller.actor.name } as const;
    await recordAudit(session, caller, [{ ...act, after: { ended } }], instantOf(deps));
    return ended;
  });
}
