import type { Socket } from "node:net";
import type { ClientBase, QueryConfig } from "pg";

/** What a session is to be told, so that its transaction ends and its locks are free soon after its client is gone. */
const ofAClientThatIsGone = {
  idle_in_transaction_session_timeout: "10s",
  tcp_keepalives_idle: "10",
  tcp_keepalives_interval: "5",
  tcp_keepalives_count: "3",
  tcp_user_timeout: "20s",
};

const prepareTimeoutMs = 5_000;

/** Sets how long a new session waits for what, and answers the process that serves it. A pooler between may not allow all. */
export async function prepareSession(client: ClientBase, statementMs: number): Promise<number> {
  const settings = { ...ofAClientThatIsGone, statement_timeout: `${statementMs}ms` };
  const asked = Object.entries(settings).map(([name, value]) => `set_config('${name}', '${value}', false)`);
  const question: QueryConfig & { query_timeout: number } = {
    text: `select pg_backend_pid() as pid, ${asked.join(", ")}`,
    query_timeout: prepareTimeoutMs,
  };
  const { rows } = await client.query<{ pid: number }>(question);
  // Only some systems can: a statement ends when its client's machine says that the client is gone.
  await client.query("set client_connection_check_interval = '5s'").catch(() => {});
  return rows[0]!.pid;
}

/** Ends a connection without a good-bye: one that has lost its other end would never hear the answer. */
export function cutOff(client: ClientBase): void {
  (client as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
}
