import { auditHorizon } from "../../store/audit-horizon.js";
import { type AuditEntry, type AuditFilter, listAuditEntriesAfter } from "../../store/audit-log.js";
import type { Queryable } from "../../store/database.js";

/** So many entries are read, and held, at once. */
const batchSize = 500;

/**
 * The entries behind `after` that there are now, a line each, read as fast as they are taken. None can appear later among
 * those that it gave. Throws before the first line, or breaks the stream off.
 */
export async function exportAuditLog(
  db: Queryable,
  wanted: AuditFilter & { after: string },
  toJson: (entry: AuditEntry) => object,
): Promise<ReadableStream<Uint8Array>> {
  const upTo = await auditHorizon(db);
  const read = (after: string) => listAuditEntriesAfter(db, { ...wanted, after, upTo, limit: batchSize });
  let next: AuditEntry[] | null = await read(wanted.after);
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const entries = next ?? [];
        if (entries.length === 0) return controller.close();
        controller.enqueue(
          encoder.encode(entries.map((entry) => `${JSON.stringify(toJson(entry))}\n`).join("")),
        );
        next = entries.length < batchSize ? null : await read(entries.at(-1)!.id);
      },
    },
    { highWaterMark: 0 },
  );
}
