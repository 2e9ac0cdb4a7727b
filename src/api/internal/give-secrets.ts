import type { Requester } from "../../core/actor.js";
import { instantOf } from "../../scheduler/deps.js";
import { stderrLog } from "../../scheduler/log.js";
import { createSecretSource, type FoundSecret } from "../../secrets/secret-source.js";
import { recordAudit } from "../../store/audit-log.js";
import { recordHeartbeat } from "../../store/attempts.js";
import { getRun } from "../../store/runs.js";
import { inTransaction } from "../../store/transaction.js";
import type { InternalApiDeps, Runner } from "./app.js";
import type { SecretsAnswer } from "./shapes.js";

/**
 * The values of the secrets that a run's token names, while its attempt is under way; the audit log tells of each. Throws as
 * `AttemptDesk.start` does, `secret_missing`, `secret_unavailable`, `secret_unreadable`.
 */
export async function giveSecrets(
  deps: InternalApiDeps,
  { key, secretKeys }: Runner,
  address: string | null,
): Promise<SecretsAnswer> {
  const { pool, leaseMs, secrets } = deps;
  const at = () => instantOf(deps);
  await recordHeartbeat(pool, key, leaseMs, at());
  const found = await (secrets?.source ?? createSecretSource([])).getAll(secretKeys);
  // Providers may have taken their time: what ended meanwhile gets nothing.
  await inTransaction(pool, async (session) => {
    await recordHeartbeat(session, key, leaseMs, at());
    const { scheduleName } = await getRun(session, key.runId);
    const by: Requester = {
      actor: { kind: "run", id: key.runId, name: scheduleName },
      address,
      requestId: null,
    };
    await recordAudit(
      session,
      by,
      found.map((secret) => fetched(secret, key.attempt)),
      at(),
    );
  });
  const keys = found.map((secret) => secret.key);
  (deps.log ?? stderrLog).info(
    { runId: key.runId, attempt: key.attempt, secrets: keys },
    "run.secrets_fetched",
  );
  return { values: Object.fromEntries(found.map((secret) => [secret.key, secret.value])) };
}

function fetched({ name, from, version }: FoundSecret, attempt: number) {
  return {
    action: "secret.fetched",
    targetKind: "secret",
    target: name,
    after: { from, version, attempt },
  } as const;
}
