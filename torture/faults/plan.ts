import { below, pick } from "../schedules.js";

/** What is done to the system, and when. `pick` chooses among what is there at that moment: from 0 to less than 1. */
export type Fault = { atMs: number } & Deed;

export type Deed =
  | { kind: "server.kill" | "server.freeze"; server: number; forMs: number }
  | { kind: "host.kill" | "guard.kill"; host: number }
  | { kind: "host.freeze" | "guard.freeze"; host: number; forMs: number }
  | { kind: "job.kill"; pick: number }
  | { kind: "database.kill"; forMs: number }
  | { kind: "database.cut"; server: number }
  | { kind: "database.stall" | "database.refuse" | "database.delay"; server: number; forMs: number }
  | { kind: "runners.cut"; server: number }
  | { kind: "runners.stall" | "runners.refuse"; server: number; forMs: number }
  | { kind: "clock.jump"; server: number; aheadMs: number }
  | { kind: "schedule.edit" | "schedule.trigger"; pick: number }
  | { kind: "schedule.pause"; pick: number; forMs: number }
  | { kind: "run.cancel"; pick: number }
  | { kind: "rolling.restart" };

export type FaultKind = Deed["kind"];

/** What a kind of deed is about. */
export type DeedOf<Kind extends FaultKind> = Narrow<Deed, Kind>;

type Narrow<Some, Kind> = Some extends { kind: infer Kinds }
  ? Kind extends Kinds
    ? Omit<Some, "kind">
    : never
  : never;

export interface Scale {
  durationMs: number;
  servers: number;
  hosts: number;
  leaseMs: number;
}

type Draw = () => number;

/** How often each kind comes, and what it is like. */
const deeds: Record<FaultKind, { weight: number; draw: (scale: Scale, draw: Draw) => Deed }> = {
  "server.kill": {
    weight: 8,
    draw: (scale, draw) => ({
      kind: "server.kill",
      ...ofServer(scale, draw),
      forMs: between(200, 9000, draw),
    }),
  },
  "server.freeze": {
    weight: 6,
    draw: (scale, draw) => ({
      kind: "server.freeze",
      ...ofServer(scale, draw),
      forMs: aroundLease(scale, draw),
    }),
  },
  "host.kill": { weight: 5, draw: ({ hosts }, draw) => ({ kind: "host.kill", host: below(hosts, draw) }) },
  "host.freeze": {
    weight: 5,
    draw: (scale, draw) => ({
      kind: "host.freeze",
      host: below(scale.hosts, draw),
      forMs: aroundLease(scale, draw),
    }),
  },
  "guard.kill": { weight: 2, draw: ({ hosts }, draw) => ({ kind: "guard.kill", host: below(hosts, draw) }) },
  "guard.freeze": {
    weight: 1,
    draw: (scale, draw) => ({
      kind: "guard.freeze",
      host: below(scale.hosts, draw),
      forMs: aroundLease(scale, draw),
    }),
  },
  "job.kill": { weight: 8, draw: (_, draw) => ({ kind: "job.kill", pick: draw() }) },
  "database.kill": {
    weight: 3,
    draw: (_, draw) => ({ kind: "database.kill", forMs: between(100, 4000, draw) }),
  },
  "database.cut": { weight: 6, draw: (scale, draw) => ({ kind: "database.cut", ...ofServer(scale, draw) }) },
  "database.stall": {
    weight: 5,
    draw: (scale, draw) => ({
      kind: "database.stall",
      ...ofServer(scale, draw),
      forMs: aroundLease(scale, draw),
    }),
  },
  "database.refuse": {
    weight: 3,
    draw: (scale, draw) => ({
      kind: "database.refuse",
      ...ofServer(scale, draw),
      forMs: between(500, 8000, draw),
    }),
  },
  "database.delay": {
    weight: 2,
    draw: (scale, draw) => ({
      kind: "database.delay",
      ...ofServer(scale, draw),
      forMs: between(2000, 6000, draw),
    }),
  },
  "runners.cut": { weight: 4, draw: (scale, draw) => ({ kind: "runners.cut", ...ofServer(scale, draw) }) },
  "runners.stall": {
    weight: 4,
    draw: (scale, draw) => ({
      kind: "runners.stall",
      ...ofServer(scale, draw),
      forMs: aroundLease(scale, draw),
    }),
  },
  "runners.refuse": {
    weight: 3,
    draw: (scale, draw) => ({
      kind: "runners.refuse",
      ...ofServer(scale, draw),
      forMs: aroundLease(scale, draw),
    }),
  },
  "clock.jump": {
    weight: 3,
    draw: (scale, draw) => ({
      kind: "clock.jump",
      ...ofServer(scale, draw),
      aheadMs: pick([0, 0, 1000, -1000, 45_000, -45_000, 3_600_000, -3_600_000], draw),
    }),
  },
  "schedule.edit": { weight: 12, draw: (_, draw) => ({ kind: "schedule.edit", pick: draw() }) },
  "schedule.pause": {
    weight: 10,
    draw: (_, draw) => ({ kind: "schedule.pause", pick: draw(), forMs: between(500, 12_000, draw) }),
  },
  "schedule.trigger": { weight: 12, draw: (_, draw) => ({ kind: "schedule.trigger", pick: draw() }) },
  "run.cancel": { weight: 12, draw: (_, draw) => ({ kind: "run.cancel", pick: draw() }) },
  "rolling.restart": { weight: 2, draw: () => ({ kind: "rolling.restart" }) },
};

export const faultKinds = Object.keys(deeds) as FaultKind[];

const totalWeight = Object.values(deeds).reduce((sum, { weight }) => sum + weight, 0);
/** The mean time between two faults. */
const meanGapMs = 1600;
/** Before the first fault, so that there is something to disturb. */
const calmMs = 4000;

/** The faults of a run in the order of their times: the same ones for the same draws and scale. */
export function planFaults(scale: Scale, draw: Draw): Fault[] {
  const faults: Fault[] = [];
  for (let atMs = calmMs; ;) {
    atMs += Math.round(-Math.log(1 - draw()) * meanGapMs);
    const deed = deeds[drawKind(draw)].draw(scale, draw);
    if (atMs > scale.durationMs) return faults;
    faults.push({ atMs, ...deed });
  }
}

function drawKind(draw: Draw): FaultKind {
  let left = draw() * totalWeight;
  for (const kind of faultKinds) {
    left -= deeds[kind].weight;
    if (left < 0) return kind;
  }
  return faultKinds[0]!;
}

function ofServer({ servers }: Scale, draw: Draw): { server: number } {
  return { server: below(servers, draw) };
}

function between(lowMs: number, highMs: number, draw: Draw): number {
  return Math.round(lowMs + draw() * (highMs - lowMs));
}

/** Half of them shorter than the lease, half of them longer. */
function aroundLease({ leaseMs }: Scale, draw: Draw): number {
  return draw() < 0.5 ? between(200, leaseMs * 0.8, draw) : between(leaseMs * 1.1, leaseMs * 2, draw);
}

/** A fault in a line, without its time. */
export function tellFault(fault: Fault): string {
  const about = Object.entries(fault).filter(([key]) => key !== "atMs" && key !== "kind");
  return [fault.kind, ...about.map(([key, value]) => `${key}=${round(value)}`)].join(" ");
}

function round(value: unknown): string {
  return typeof value === "number" ? String(Math.round(value * 1000) / 1000) : String(value);
}
