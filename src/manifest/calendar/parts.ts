/** A line of a calendar as RFC 7265 (jCal) has it: its name in small letters, its parameters, its type, its values. */
export type CalendarLine = [
  name: string,
  parameters: Record<string, unknown>,
  type: string,
  ...values: unknown[],
];

/** What stands between a BEGIN and its END: a whole calendar, an event, a time zone. */
export type CalendarPart = [name: string, lines: CalendarLine[], parts: CalendarPart[]];

export function partsNamed([, , parts]: CalendarPart, ...names: string[]): CalendarPart[] {
  return parts.filter(([name]) => names.includes(name));
}

export function linesNamed([, lines]: CalendarPart, name: string): CalendarLine[] {
  return lines.filter((line) => line[0] === name);
}

/** The first value of the first line of a name; null if there is none. */
export function valueOf([, lines]: CalendarPart, name: string): unknown {
  const line = lines.find((line) => line[0] === name);
  return line?.[3] ?? null;
}

/** A value that is text, else null. */
export function textOf(part: CalendarPart, name: string): string | null {
  const value = valueOf(part, name);
  return typeof value === "string" ? value : null;
}
