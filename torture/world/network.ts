import { findFreePort } from "../../test/support/free-port.js";
import { type FaultProxy, openFaultProxy } from "../fault-proxy.js";

/** What a server listens on, and what stands between it and others. */
export interface Wire {
  /** The server's own port. */
  port: number;
  /** Between the server and the database. */
  database: FaultProxy;
  /** Between the runners that it starts and the server. */
  runners: FaultProxy;
}

/** Puts proxies around so many servers to be. */
export async function openWires(servers: number, databaseUrl: string): Promise<Wire[]> {
  const database = { host: "127.0.0.1", port: Number(new URL(databaseUrl).port) };
  const wires: Wire[] = [];
  while (wires.length < servers) {
    const port = await findFreePort();
    wires.push({
      port,
      database: await openFaultProxy({ target: database }),
      runners: await openFaultProxy({ target: { host: "127.0.0.1", port } }),
    });
  }
  return wires;
}

export async function closeWires(wires: readonly Wire[]): Promise<void> {
  await Promise.all(wires.flatMap(({ database, runners }) => [database.close(), runners.close()]));
}
