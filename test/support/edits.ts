import { type ScheduleDefinition, scheduleDefaults } from "../../src/core/schedule.js";

const hourMs = 3_600_000;

/** Edits of every kind, one of which may be made at an instant. */
export function edits(now: number): Partial<ScheduleDefinition>[] {
  const night = [{ when: "22:00-06:00", reason: null }];
  const long = [{ when: "FRI 18:00 - MON 06:00", reason: null }];
  const list: Partial<ScheduleDefinition>[] = [
    { cron: "*/10 * * * *" },
    { cron: "0 * * * *" },
    { cron: "*/20 * * * *", catchUp: "all", overlap: "queue" },
    { cron: "*/15 * * * *", catchUp: "none" },
    { cron: "*/30 * * * *", catchUp: "latest", catchUpWindowSec: 3600 },
    { cron: "15 */2 * * *\n30 1-3 * * *", timezone: "Europe/Berlin", overlap: "concurrent" },
    { cron: null, everySec: 1500, overlap: "queue", at: null },
    { cron: "*/20 * * * *", blackouts: night },
    { cron: "*/30 * * * *", blackouts: long },
    { cron: "*/20 * * * *", blackouts: night, blackoutPolicy: "defer" },
    { blackouts: night },
    { blackouts: long },
    { blackouts: [] },
    { blackouts: night, blackoutPolicy: "defer" },
    { catchUp: "all" },
    { catchUp: "none", overlap: "concurrent" },
    { overlap: "queue" },
    { enabled: false },
    { enabled: true },
    { cron: null, everySec: null, at: new Date(now + 3 * hourMs) },
    { cron: "*/10 * * * *", maxRuns: 3 },
    { maxRuns: null },
    { startsAt: new Date(now + 2 * hourMs), endsAt: new Date(now + 20 * hourMs) },
    { spreadSec: 300 },
    { description: `At ${now}.` },
  ];
  return list.map((edit) => (edit.cron ? { everySec: null, at: null, ...edit } : edit));
}

/** What a definition says beyond what goes without saying. */
export function inShort(definition: ScheduleDefinition): object {
  return Object.fromEntries(
    Object.entries(definition).filter(
      ([key, value]) =>
        JSON.stringify(value) !== JSON.stringify((scheduleDefaults as Record<string, unknown>)[key]),
    ),
  );
}
