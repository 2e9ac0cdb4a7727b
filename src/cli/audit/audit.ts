import { type Command, Option } from "commander";
import type { AuditFilterQuery } from "../../api/public/audit-shapes.js";
import { actorKinds } from "../../core/actor.js";
import { targetKinds } from "../../core/audited-act.js";
import { BelfryError } from "../../core/errors.js";
import { examples } from "../examples.js";
import { colorsFor, type Io, localZone } from "../io.js";
import { printJson, type JsonOption } from "../print-json.js";
import { addServerOptions, serverFor } from "../server-options.js";
import { wholeNumber } from "../whole-number.js";
import { addTimeRange, timeRangeOf, type TimeRangeOptions } from "../time-range.js";
import { auditClientOf } from "./client.js";
import { auditTable } from "./table.js";

/** Adds `belfry audit ...`: who did what. */
export function registerAudit(program: Command, io: Io): void {
  const audit = program.command("audit").description("see who did what, and export it");
  addServerOptions(audit, true).enablePositionalOptions();
  examples(audit, ["belfry audit list --actor ada", "belfry audit export > audit.jsonl"]);
  registerList(audit, io);
  registerExport(audit, io);
}

interface FilterOptions extends TimeRangeOptions {
  actor?: string;
  actorKind?: AuditFilterQuery["actorKind"];
  action?: string;
  target?: string;
  targetKind?: AuditFilterQuery["targetKind"];
}

function addFilters(command: Command): void {
  command.option("--actor <name>", "only what one did: a person, a key, a schedule's run");
  command.addOption(new Option("--actor-kind <kind>", "only what one of a kind did").choices(actorKinds));
  command.option("--action <action>", "only such as schedule.paused, or schedule.* for all that begin so");
  command.option("--target <name>", "only what was done to one: a name or an id");
  command.addOption(
    new Option("--target-kind <kind>", "only what was done to one of a kind").choices(targetKinds),
  );
  addTimeRange(command);
}

function registerList(audit: Command, io: Io): void {
  const list = audit.command("list").description("list what was done, the newest first");
  addFilters(list);
  list.option("-n, --limit <count>", "at most so many", wholeNumber("--limit", 1, 100_000), 20);
  addServerOptions(list.option("--json", "print a JSON array"));
  examples(list, [
    "belfry audit list --actor ada --since 2026-11-01",
    "belfry audit list --action 'secret.*' --target api_key",
  ]);
  list.action(async ({ json, limit, ...filters }: JsonOption & FilterOptions & { limit: number }) => {
    const client = auditClientOf(await serverFor(list, io));
    const { items, more } = await client.list(queryOf(filters, io), limit);
    if (json) return printJson(io, items);
    if (items.length === 0) return void io.stderr.write("There are no such entries.\n");
    io.stdout.write(auditTable(items, localZone(io), io.now(), colorsFor(io)));
    if (more) io.stderr.write(`There are more than these ${items.length}: see them with --limit.\n`);
  });
}

function registerExport(audit: Command, io: Io): void {
  const command = audit
    .command("export")
    .description("print the audit log as lines of JSON, the oldest first");
  addFilters(command);
  command.option("--after <id>", "go on behind this entry, the last that an earlier export gave", entryId);
  addServerOptions(command);
  examples(command, [
    "belfry audit export --since 2026-11-01 > audit.jsonl",
    "belfry audit export --after 4711 >> audit.jsonl",
  ]);
  command.action(async ({ after, ...filters }: FilterOptions & { after?: string }) => {
    const client = auditClientOf(await serverFor(command, io));
    await client.export({ ...queryOf(filters, io), after }, (text) => void io.stdout.write(text));
  });
}

function queryOf({ since, until, ...filters }: FilterOptions, io: Io): AuditFilterQuery {
  return { ...filters, ...timeRangeOf({ since, until }, io) };
}

function entryId(text: string): string {
  if (/^\d{1,18}$/.test(text)) return text;
  throw new BelfryError("invalid_request", `"${text}" is not an entry's id: write a whole number.`);
}
