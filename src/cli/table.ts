import { textWidth } from "./text-width.js";

/** Columns side by side, a row a line, nothing cut. */
export function renderTable(rows: readonly (readonly string[])[]): string {
  const widths = columnWidths(rows);
  return rows.map((row) => `${lineOf(row, widths)}\n`).join("");
}

function columnWidths(rows: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, textWidth(cell));
    }
  }
  return widths;
}

function lineOf(row: readonly string[], widths: readonly number[]): string {
  const cells = row.map((cell, column) => cell + " ".repeat(widths[column]! - textWidth(cell)));
  return cells.join("  ").trimEnd();
}
