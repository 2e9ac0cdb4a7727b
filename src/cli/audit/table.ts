import type { AuditEntryJson } from "../../api/public/audit-shapes.js";
import type { Colors } from "../io.js";
import { printable } from "../printable.js";
import { renderTable } from "../table.js";
import { zonedTime } from "../zoned-time.js";

const columns = ["ID", "WHEN", "WHO", "WHAT", "TARGET", "CHANGED", "FROM"];

/** Entries of the audit log for people, with times on the clock of `timeZone`. */
export function auditTable(
  entries: readonly AuditEntryJson[],
  timeZone: string,
  now: Date,
  colors: Colors,
): string {
  const clock = zonedTime(timeZone);
  const rows = entries.map((entry) => [
    entry.id,
    clock(new Date(entry.at), now),
    printable(`${entry.actor.name} (${entry.actor.kind})`),
    printable(entry.action),
    printable(entry.target),
    changedFields(entry),
    printable(entry.address ?? "-"),
  ]);
  return renderTable([columns.map((title) => colors.dim(title)), ...rows]);
}

/** The names of the fields; `--json` has what they were and are. */
function changedFields({ before, after }: AuditEntryJson): string {
  if (before === null || after === null) return "-";
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.length === 0 ? "-" : printable(names.join(", "));
}
