import { type Command, Option } from "commander";
import type { AuditFilterQuery } from "../../api/public/audit-shapes.js";
import { actorKinds } from "../../core/actor.js";
import { targetKinds } from "../../core/audited-act.js";
import { atTime } from "../explain/at-time.js";
import { examples } from "../examples.js";
import { colorsFor, type Io, localZone } from "../io.js";
import { printJson, type JsonOption } from "../print-json.js";
import { addServerOptions, connect, serverFor } from "../server-options.js";
import { wholeNumber } from "../whole-number.js";
import { exportAudit } from "./export.js";
import { auditTable } from "./table.js";

/** Adds `belfry audit ...`: who did what. */
export function registerAudit(program: Command, io: Io): void {
  const audit = program.command("audit").description("see who did what, and export it");
  addServerOptions(audit, true).enablePositionalOptions();
  examples(audit, ["belfry audit list --actor ada", "belfry audit export --since 2026-11-01 > audit.jsonl"]);
  registerList(audit, io);
  registerExport(audit, io);
}
