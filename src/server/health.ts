import { Hono } from "hono";
import type { ServerRole } from "../config/read-value.js";
import type { Outage } from "../store/database.js";

/** What a server knows of itself. */
export interface Health {
  startedAt: Date;
  roles: readonly ServerRole[];
  /** The end of the last tick that came through, and how long it took. */
  lastTickAt: Date | null;
  lastTickMs: number | null;
  /** When the database last took this server's sign of life. */
  lastSeenAt: Date | null;
  /** Whether it was told to stop. */
  stopping: boolean;
  /** Whether connections to the database can be had. */
  outage: () => Outage | null;
}

/** After how long a server is late, in milliseconds: with its ticks, or without a scheduler with its signs of life. */
export interface Lateness {
  tickMs: number;
  signMs: number;
}

/** A server that has just begun. */
export function createHealth(roles: readonly ServerRole[]): Health {
  return {
    startedAt: new Date(),
    roles,
    lastTickAt: null,
    lastTickMs: null,
    lastSeenAt: null,
    stopping: false,
    outage: () => null,
  };
}

/** `/healthz`: the process answers. `/readyz`: it does its work; 503 with a reason if not. */
export function createHealthApi(health: Health, lateness: Lateness): Hono {
  const app = new Hono();
  app.get("/healthz", (c) => c.json({ status: "ok" }));
  app.get("/readyz", (c) => {
    const why = whyNotReady(health, lateness, Date.now());
    const body = {
      status: why === null ? "ready" : "not_ready",
      ...why,
      roles: health.roles,
      lastTickAt: health.lastTickAt?.toISOString() ?? null,
      lastTickAgeMs: ageOf(health.lastTickAt, Date.now()),
      startedAt: health.startedAt.toISOString(),
    };
    return c.json(body, why === null ? 200 : 503);
  });
  return app;
}

interface Why {
  reason: "stopping" | "database_unreachable" | "starting" | "late";
  detail: string;
}

function whyNotReady(health: Health, lateness: Lateness, nowMs: number): Why | null {
  const outage = health.outage();
  if (health.stopping) return { reason: "stopping", detail: "The server was told to stop." };
  if (outage !== null) return { reason: "database_unreachable", detail: outage.reason };
  const ticks = health.roles.includes("scheduler");
  const ageMs = ageOf(ticks ? health.lastTickAt : health.lastSeenAt, nowMs);
  const what = ticks ? "tick" : "sign of life in the database";
  if (ageMs === null) return { reason: "starting", detail: `There was no ${what} yet.` };
  if (ageMs <= (ticks ? lateness.tickMs : lateness.signMs)) return null;
  return { reason: "late", detail: `The last ${what} was ${Math.round(ageMs / 1000)} s ago.` };
}

function ageOf(instant: Date | null, nowMs: number): number | null {
  return instant === null ? null : nowMs - instant.getTime();
}
