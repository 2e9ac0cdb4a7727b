import type { Colors } from "./io.js";
import { printable } from "./printable.js";
import { renderTable } from "./table.js";

/** Names and values, a pair a line; pairs without a value are left out. */
export function factSheet(facts: readonly (readonly [string, string | null])[], colors: Colors): string {
  const known = facts.filter((fact): fact is [string, string] => fact[1] !== null && fact[1] !== "");
  return renderTable(known.map(([name, value]) => [`  ${colors.dim(name)}`, printable(value)]));
}
