import type { Command } from "commander";
import { backfillId } from "./backfill-id.js";
import { runsText } from "./counts.js";
import { backfillPage, backfillTable } from "./page.js";
import { examples } from "../examples.js";
import { colorsFor, type Io } from "../io.js";
import { printJson, type JsonOption } from "../print-json.js";
import { printable } from "../printable.js";
import { addServerOptions, connect } from "../server-options.js";
import { wholeNumber } from "../whole-number.js";

/** Adds `belfry backfill ...`: how far backfills have come, and ending one. `belfry schedule backfill` asks for one. */
export function registerBackfill(program: Command, io: Io): void {
  const backfill = program
    .command("backfill")
    .description("see backfills, cancel one (belfry schedule backfill starts one)");
  addServerOptions(backfill, true).enablePositionalOptions();
  examples(backfill, ["belfry backfill list", "belfry backfill cancel 3"]);
  registerList(backfill, io);
  registerShow(backfill, io);
  registerCancel(backfill, io);
}

interface ListOptions extends JsonOption {
  schedule?: string;
  limit: number;
}

function registerList(backfill: Command, io: Io): void {
  const list = backfill.command("list").description("list backfills, the newest first");
  list.option("--schedule <name>", "only those of one schedule");
  list.option("-n, --limit <count>", "at most so many", wholeNumber("--limit", 1, 100_000), 20);
  addServerOptions(list.option("--json", "print a JSON array"));
  examples(list, ["belfry backfill list --schedule nightly-backup"]);
  list.action(async ({ json, limit, schedule }: ListOptions) => {
    const { items, more } = await (await connect(list, io)).listBackfills({ schedule }, limit);
    if (json) return printJson(io, items);
    if (items.length === 0) return void io.stderr.write("There are no such backfills.\n");
    io.stdout.write(backfillTable(items, io.now(), colorsFor(io)));
    if (more) io.stderr.write(`There are more than these ${items.length}: see them with --limit.\n`);
  });
}

function registerShow(backfill: Command, io: Io): void {
  const show = backfill.command("show").description("show how far one backfill has come");
  show.argument("<id>", "as `belfry backfill list` shows it", backfillId);
  addServerOptions(show.option("--json", "print a JSON object"));
  examples(show, ["belfry backfill show 3", "belfry run list --backfill 3"]);
  show.action(async (id: string, { json }: JsonOption) => {
    const found = await (await connect(show, io)).getBackfill(id);
    if (json) printJson(io, found);
    else io.stdout.write(backfillPage(found, io.now(), colorsFor(io)));
  });
}

function registerCancel(backfill: Command, io: Io): void {
  const cancel = backfill
    .command("cancel")
    .description("end a backfill: no more of its runs begin, and those under way are stopped");
  cancel.argument("<id>", "as `belfry backfill list` shows it", backfillId);
  addServerOptions(cancel.option("--json", "print the backfill as a JSON object"));
  examples(cancel, ["belfry backfill cancel 3"]);
  cancel.action(async (id: string, { json }: JsonOption) => {
    const asked = await (await connect(cancel, io)).cancelBackfill(id);
    if (json) return printJson(io, asked);
    const what = `Backfill ${asked.id} of "${printable(asked.scheduleName)}"`;
    io.stdout.write(`${what} is ${asked.status}: ${runsText(asked.runs)}.\n`);
  });
}
