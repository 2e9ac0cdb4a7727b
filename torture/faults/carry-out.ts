import { asPeople } from "./as-people.js";
import type { Doer, Scene } from "./doer.js";
import { onDatabase } from "./on-database.js";
import { onHosts } from "./on-hosts.js";
import { onServers } from "./on-servers.js";
import type { Fault, FaultKind } from "./plan.js";

const doers: { [Kind in FaultKind]: Doer<Kind> } = { ...onServers, ...onHosts, ...onDatabase, ...asPeople };

/** Carries a fault out until it is over, and answers with what has come of it. */
export async function carryOut(scene: Scene, fault: Fault): Promise<string> {
  return (doers[fault.kind] as Doer<FaultKind>)(scene, fault);
}
