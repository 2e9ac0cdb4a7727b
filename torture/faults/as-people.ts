import { setTimeout as sleep } from "node:timers/promises";
import type { ScheduleJson } from "../../src/api/public/shapes.js";
import { drawFrom } from "../../test/support/draw.js";
import { drawTimes, type Times } from "../schedules.js";
import type { ApiAnswer } from "../world/api.js";
import type { World } from "../world/world.js";
import { type Doer, holding, leftAlone } from "./doer.js";

/** Those that fire more often are not edited: the instant of an edit is known to some tenths of a second only. */
const editablePeriodSec = 5;
const seenWithinMs = 120_000;

/** What people do through the manifest and the public API. */
export const asPeople: {
  "schedule.edit": Doer<"schedule.edit">;
  "schedule.pause": Doer<"schedule.pause">;
  "schedule.trigger": Doer<"schedule.trigger">;
  "run.cancel": Doer<"run.cancel">;
} = {
  "schedule.edit": ({ world, busy }, { pick }) =>
    holding(busy, "manifest", async () => {
      const editable = world.schedules.filter(({ periodSec }) => periodSec >= editablePeriodSec);
      const { name, periodSec } = pickFrom(editable, pick);
      const times = drawTimes(periodSec, drawFrom(Math.floor(pick * 2 ** 31)));
      await world.manifest.edit(name, times, () => untilSeen(world, name, times));
      return `edited ${name}`;
    }),
  "schedule.pause": ({ world, busy }, { pick, forMs }) => {
    const { name } = pickFrom(world.schedules, pick);
    return holding(busy, name, async () => {
      await world.api.ask("POST", `/schedules/${name}/pause`);
      await sleep(forMs);
      await world.api.insist("POST", `/schedules/${name}/resume`);
      return `paused and resumed ${name}`;
    });
  },
  "schedule.trigger": async ({ world }, { pick }) => {
    const { name } = pickFrom(world.schedules, pick);
    const answer = await world.api.ask("POST", `/schedules/${name}/trigger`);
    return answer?.status === 201 ? `triggered ${name}` : refused(answer);
  },
  "run.cancel": async ({ world }, { pick }) => {
    const running = await world.api.ask("GET", "/runs?status=running&limit=100");
    const runs = (running?.body.items ?? []) as { id: string }[];
    if (runs.length === 0) return leftAlone;
    const { id } = pickFrom(runs, pick);
    const answer = await world.api.ask("POST", `/runs/${id}/cancel`);
    return answer?.status === 200 ? `cancelled run ${id}` : refused(answer);
  },
};

/** An end that was quicker than its cancel is refused as it should be; else nobody was there to ask. */
function refused(answer: ApiAnswer | null): string {
  return answer === null ? leftAlone : `refused, ${answer.body.code}`;
}

function pickFrom<Item>(items: readonly Item[], pick: number): Item {
  return items[Math.floor(pick * items.length)]!;
}

async function untilSeen(world: World, name: string, times: Times): Promise<void> {
  const deadline = Date.now() + world.withinMs(seenWithinMs);
  for (;;) {
    const answer = await world.api.ask("GET", `/schedules/${name}`);
    if (answer?.status === 200 && has(answer.body as ScheduleJson, times)) return;
    if (Date.now() > deadline) {
      world.faults.push(`${name}: its edit was not applied within ${seenWithinMs} ms.`);
      return;
    }
    await sleep(100);
  }
}

function has(schedule: ScheduleJson, { entry, grid }: Times): boolean {
  if (entry["cron"] !== undefined) {
    return schedule.cron === entry["cron"] && schedule.timezone === entry["timezone"];
  }
  return (
    schedule.everySec === grid.periodSec && schedule.anchorAt === new Date(grid.phaseSec * 1000).toISOString()
  );
}
