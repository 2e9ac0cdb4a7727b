/** The schedules of what a manifest holds, right or not, by name. */
export function schedulesIn(value: unknown): [name: string, entry: unknown][] {
  const schedules = (value as { schedules?: unknown } | null)?.schedules;
  const isMap = typeof schedules === "object" && schedules !== null && !Array.isArray(schedules);
  return isMap ? Object.entries(schedules) : [];
}
