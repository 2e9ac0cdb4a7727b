import { setTimeout as sleep } from "node:timers/promises";
import type { FaultProxy } from "../fault-proxy.js";
import { cutAndRefuse, type Doer, forAWhile, holding, type Scene } from "./doer.js";

/** What happens to the database, and to the connections between it and the servers. */
export const onDatabase: {
  "database.kill": Doer<"database.kill">;
  "database.cut": Doer<"database.cut">;
  "database.stall": Doer<"database.stall">;
  "database.refuse": Doer<"database.refuse">;
  "database.delay": Doer<"database.delay">;
} = {
  "database.kill": ({ world, busy }, { forMs }) =>
    holding(busy, "database", async () => {
      await world.postgres.kill();
      await sleep(forMs);
      await world.postgres.restart();
      return "done";
    }),
  "database.cut": async ({ world }, { server }) => {
    world.wires[server]!.database.cutAll();
    return "done";
  },
  "database.stall": (scene, deed) => disturb(scene, deed, (proxy) => proxy.stall(deed.forMs)),
  "database.refuse": (scene, deed) => disturb(scene, deed, (proxy) => cutAndRefuse(proxy, deed.forMs)),
  "database.delay": (scene, deed) =>
    disturb(
      scene,
      deed,
      (proxy) => proxy.delay(delayMs),
      (proxy) => proxy.delay(0),
    ),
};

/** By how much each message is late, in both directions. */
const delayMs = 30;

function disturb(
  { world, busy }: Scene,
  { server, forMs }: { server: number; forMs: number },
  begin: (proxy: FaultProxy) => void,
  end: (proxy: FaultProxy) => void = () => {},
): Promise<string> {
  const proxy = world.wires[server]!.database;
  return holding(busy, `connections of ${server}`, () =>
    forAWhile(
      forMs,
      () => begin(proxy),
      () => end(proxy),
    ),
  );
}
