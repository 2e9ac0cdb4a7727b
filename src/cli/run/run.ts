import { type Command, Option } from "commander";
import type { LogEntryJson } from "../../api/public/shapes.js";
import { runStatuses, type RunStatus } from "../../core/run.js";
import { backfillId } from "../backfill/backfill-id.js";
import { examples } from "../examples.js";
import { followLog, readLog } from "./follow-log.js";
import { colorsFor, localZone, type Io } from "../io.js";
import { printJson, type JsonOption } from "../print-json.js";
import { type LogPrinter, plainLog, timedLog } from "./print-log.js";
import { printable } from "../printable.js";
import { runId } from "./run-id.js";
import { runPage } from "./page.js";
import { statusText } from "./run-status.js";
import { runTable } from "./table.js";
import { addServerOptions, connect } from "../server-options.js";
import { registerRerun } from "./rerun.js";
import { addTimeRange, timeRangeOf, type TimeRangeOptions } from "../time-range.js";
import { followingOn } from "./wait-for-run.js";
import { wholeNumber } from "../whole-number.js";

/** Adds `belfry run ...`: what ran, how it ended, what it wrote. */
export function registerRun(program: Command, io: Io): void {
  const run = program.command("run").description("see runs and their output, cancel one, or do one again");
  addServerOptions(run, true).enablePositionalOptions();
  examples(run, ["belfry run list --status failed", "belfry run logs 42 -f"]);
  registerList(run, io);
  registerShow(run, io);
  registerLogs(run, io);
  registerCancel(run, io);
  registerRerun(run, io);
}

interface ListOptions extends JsonOption, TimeRangeOptions {
  schedule?: string;
  status?: RunStatus;
  backfill?: string;
  limit: number;
}

function registerList(run: Command, io: Io): void {
  const list = run.command("list").description("list runs, the newest first");
  list.option("--schedule <name>", "only those of one schedule");
  list.addOption(new Option("--status <status>", "only those that are so").choices(runStatuses));
  list.option("--backfill <id>", "only those of one backfill", backfillId);
  addTimeRange(list);
  list.option("-n, --limit <count>", "at most so many", wholeNumber("--limit", 1, 100_000), 20);
  addServerOptions(list.option("--json", "print a JSON array"));
  examples(list, [
    "belfry run list",
    "belfry run list --schedule nightly-backup --status failed",
    "belfry run list --since 12h --status failed",
    "belfry run list --limit 1000 --json | jq -r '.[] | [.id, .status, .exitCode] | @tsv'",
  ]);
  list.action(async ({ json, limit, since, until, ...filter }: ListOptions) => {
    const range = timeRangeOf({ since, until }, io);
    const client = await connect(list, io);
    const { items, more } = await client.listRuns({ ...filter, ...range }, limit);
    if (json) return printJson(io, items);
    if (items.length === 0) return void io.stderr.write("There are no such runs.\n");
    io.stdout.write(runTable(items, localZone(io), io.now(), colorsFor(io)));
    if (more) io.stderr.write(`There are more than these ${items.length}: see them with --limit.\n`);
  });
}

function registerShow(run: Command, io: Io): void {
  const show = run.command("show").description("show all about one run, and what happened to it");
  show.argument("<id>", "as `belfry run list` shows it", runId);
  addServerOptions(show.option("--json", "print a JSON object"));
  examples(show, ["belfry run show 42"]);
  show.action(async (id: string, { json }: JsonOption) => {
    const found = await (await connect(show, io)).getRun(id);
    if (json) printJson(io, found);
    else io.stdout.write(runPage(found, localZone(io), io.now(), colorsFor(io)));
  });
}

interface LogOptions extends JsonOption {
  follow?: boolean;
  timestamps?: boolean;
}

function registerLogs(run: Command, io: Io): void {
  const logs = run
    .command("logs")
    .description("print what a run wrote: its stdout to stdout, its stderr to stderr");
  logs.argument("<id>", "as `belfry run list` shows it", runId);
  logs.option("-f, --follow", "go on until the run has ended, through restarts of the server");
  logs.option("--timestamps", "begin each line with the time (UTC) at which it was written");
  addServerOptions(logs.option("--json", "print a JSON array of entries; with -f, an entry a line"));
  examples(logs, ["belfry run logs 42 -f", "belfry run logs 42 2>/dev/null | gzip > output.gz"]);
  logs.action(async (id: string, options: LogOptions) => {
    const client = await connect(logs, io);
    const entries = options.follow ? followLog(client, id, followingOn(io)) : readLog(client, id);
    const all: LogEntryJson[] = [];
    const asArray = options.json && !options.follow;
    const print = asArray ? (entry: LogEntryJson) => void all.push(entry) : printerFor(options, io);
    for await (const entry of entries) print(entry);
    if (asArray) printJson(io, all);
  });
}

function printerFor({ json, timestamps }: LogOptions, io: Io): LogPrinter {
  if (json) return (entry) => void io.stdout.write(`${JSON.stringify(entry)}\n`);
  return timestamps ? timedLog(io) : plainLog(io);
}

function registerCancel(run: Command, io: Io): void {
  const cancel = run.command("cancel").description("stop a run: SIGTERM, and SIGKILL if that does not help");
  cancel.argument("<id>", "as `belfry run list` shows it", runId);
  addServerOptions(cancel.option("--json", "print the run as a JSON object"));
  examples(cancel, ["belfry run cancel 42"]);
  cancel.action(async (id: string, { json }: JsonOption) => {
    const asked = await (await connect(cancel, io)).cancelRun(id);
    if (json) printJson(io, asked);
    else io.stdout.write(`Run ${asked.id} of "${printable(asked.scheduleName)}" is ${statusText(asked)}.\n`);
  });
}
