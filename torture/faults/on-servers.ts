import { setTimeout as sleep } from "node:timers/promises";
import type { World } from "../world/world.js";
import { cutAndRefuse, type Doer, forAWhile, holding } from "./doer.js";

/** How long a server may take to end after SIGTERM. */
const stopWithinMs = 30_000;

/** What happens to servers. */
export const onServers: {
  "server.kill": Doer<"server.kill">;
  "server.freeze": Doer<"server.freeze">;
  "clock.jump": Doer<"clock.jump">;
  "rolling.restart": Doer<"rolling.restart">;
  "runners.cut": Doer<"runners.cut">;
  "runners.stall": Doer<"runners.stall">;
  "runners.refuse": Doer<"runners.refuse">;
} = {
  "server.kill": ({ world, busy }, { server, forMs }) =>
    holding(busy, `server ${server}`, async () => {
      await world.servers[server]!.kill();
      await sleep(forMs);
      world.servers[server]!.start();
      return "done";
    }),
  "server.freeze": ({ world, busy }, { server, forMs }) => {
    const frozen = world.servers[server]!;
    return holding(busy, `server ${server}`, () =>
      forAWhile(
        forMs,
        () => frozen.freeze(),
        () => frozen.thaw(),
      ),
    );
  },
  "clock.jump": async ({ world }, { server, aheadMs }) => {
    world.setClock(server, aheadMs);
    return "done";
  },
  "rolling.restart": ({ world, busy }) =>
    holding(busy, "rolling restart", async () => {
      for (const number of world.servers.keys()) {
        await holding(busy, `server ${number}`, () => restart(world, number));
      }
      return "done";
    }),
  "runners.cut": async ({ world }, { server }) => {
    world.wires[server]!.runners.cutAll();
    return "done";
  },
  "runners.stall": ({ world, busy }, { server, forMs }) =>
    holding(busy, `runners of ${server}`, () =>
      forAWhile(forMs, () => world.wires[server]!.runners.stall(forMs)),
    ),
  "runners.refuse": ({ world, busy }, { server, forMs }) =>
    holding(busy, `runners of ${server}`, () =>
      forAWhile(forMs, () => cutAndRefuse(world.wires[server]!.runners, forMs)),
    ),
};

async function restart(world: World, number: number): Promise<string> {
  const server = world.servers[number]!;
  await server.stop(world.withinMs(stopWithinMs));
  server.start();
  await untilReady(`${server.url}/readyz`);
  return "done";
}

/** Waits for a server to be ready, but not for ever: its database may be away. */
async function untilReady(url: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (Date.now() < deadline) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(1000) }).catch(() => null);
    if (answer?.status === 200) return;
    await sleep(100);
  }
}
