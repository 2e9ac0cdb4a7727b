import Table from "cli-table3";

export type Cell = string | number;

/** Prints a table, and a note below it for each thing a reader would otherwise ask. */
export function printTable(head: string[], rows: Cell[][], notes: string[] = []): void {
  const table = new Table({ style: { head: [], border: [] }, head });
  table.push(...rows);
  console.log([table.toString(), ...notes].join("\n"));
}

/** Milliseconds as a table shows them. */
export function inMs(ms: number): string {
  return Number.isNaN(ms) ? "-" : `${ms.toFixed(Math.abs(ms) < 100 ? 1 : 0)} ms`;
}

/** So many in so many milliseconds, as a whole number a second. */
export function aSecond(count: number, ms: number): number {
  return Math.round((count / ms) * 1000);
}

/** How many times as much as another. */
export function times(value: number, of: number): string {
  return `${(value / of).toFixed(2)} x`;
}

/** A share of one core. */
export function ofACore(cpuMs: number, tookMs: number): string {
  return Number.isNaN(cpuMs) ? "-" : `${((cpuMs / tookMs) * 100).toFixed(tookMs > 30_000 ? 2 : 0)} %`;
}
