import { calendarError } from "./time.js";

/** A line of a calendar with those that continue it, and its number, from 1. */
export interface NumberedLine {
  readonly number: number;
  readonly text: string;
}

/** The lines of a calendar, those that are not blank, each with what follows on lines that begin with a blank. */
export function linesOf(text: string): NumberedLine[] {
  const lines: { number: number; parts: string[] }[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const last = lines.at(-1);
    if (last !== undefined && /^[ \t]/.test(line)) last.parts.push(line.slice(1));
    else if (line.trim() !== "") lines.push({ number: index + 1, parts: [line] });
  }
  return lines.map(({ number, parts }) => ({ number, text: parts.join("") }));
}

/** Throws `invalid_manifest` unless all that begins ends in its turn, and nothing but calendars stands on its own. */
export function checkNesting(lines: readonly NumberedLine[]): void {
  const open: { number: number; name: string }[] = [];
  for (const { number, text } of lines) {
    const [, word = "", name = ""] = /^(BEGIN|END):(.*)$/.exec(text.trim().toUpperCase()) ?? [];
    if (open.length === 0 && !(word === "BEGIN" && name === "VCALENDAR")) throw noCalendar(number);
    if (word === "BEGIN") open.push({ number, name });
    if (word === "END" && open.pop()!.name !== name) throw wrongEnd(number, name);
  }
  const left = open.at(-1);
  if (left !== undefined) throw neverEnds(left);
  if (lines.length === 0) throw noCalendar(1);
}

function noCalendar(number: number): Error {
  return calendarError(
    `This is not a calendar: line ${number} does not begin one. An iCalendar file begins with BEGIN:VCALENDAR.`,
  );
}

function wrongEnd(number: number, name: string): Error {
  return calendarError(`The calendar is broken: in line ${number}, ${name} ends before what is within it.`);
}

function neverEnds({ number, name }: { number: number; name: string }): Error {
  return calendarError(`The calendar is broken or cut off: the ${name} of line ${number} never ends.`);
}
