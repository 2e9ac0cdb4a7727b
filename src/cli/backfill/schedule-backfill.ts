import { type Command, Option } from "commander";
import type { AskedBackfillJson, BackfillJson } from "../../api/public/backfill-shapes.js";
import { backfillOverlaps, mostParallel } from "../../core/backfill/backfill.js";
import { instantIn } from "../../core/clock/zoned-instant.js";
import { plannedText, runsText } from "./counts.js";
import { previewPage } from "./page.js";
import type { Client } from "../client.js";
import { examples } from "../examples.js";
import type { Io } from "../io.js";
import { printJson, type JsonOption } from "../print-json.js";
import { printable } from "../printable.js";
import { addServerOptions, connect } from "../server-options.js";
import { BackfillUnsuccessful, isSuccessful, waitForBackfill } from "./wait-for-backfill.js";
import { wholeNumber } from "../whole-number.js";

interface BackfillOptions extends JsonOption {
  from: string;
  to: string;
  overlap: (typeof backfillOverlaps)[number];
  parallel?: number;
  dryRun?: boolean;
  wait?: boolean;
}

/** Adds `belfry schedule backfill`: runs for past fires. */
export function registerScheduleBackfill(schedule: Command, io: Io): void {
  const backfill = schedule
    .command("backfill <name>")
    .description("run past fires, each that has no run yet, the oldest first");
  const clock = "on the schedule's clock, or with Z or an offset";
  backfill.requiredOption("--from <time>", `the first instant: 2026-11-01, or "2026-11-01 18:00", ${clock}`);
  backfill.requiredOption("--to <time>", "the last instant, included; a day counts until its end");
  addPaceOptions(backfill);
  addServerOptions(
    backfill.option("--json", "print the answer as a JSON object (with --wait: the backfill)"),
  );
  examples(backfill, [
    "belfry schedule backfill nightly-backup --from 2026-11-01 --to 2026-11-20 --dry-run",
    "belfry schedule backfill nightly-backup --from 2026-11-01 --to 2026-11-20 --wait",
  ]);
  backfill.action(async (name: string, options: BackfillOptions) => {
    const client = await connect(backfill, io);
    const asked = await ask(client, name, options);
    if (asked.backfill === null) tellPreview(asked, options, io);
    else if (options.wait) await wait(client, asked.backfill, options, io);
    else tellCreated(asked, asked.backfill, options, io);
  });
}

function addPaceOptions(backfill: Command): void {
  backfill.addOption(
    new Option("--overlap <policy>", "how its runs go with the schedule's others")
      .choices(backfillOverlaps)
      .default("queue"),
  );
  backfill.option(
    "--parallel <count>",
    "how many of its runs at once, with --overlap concurrent, up to 100 (default: 5)",
    wholeNumber("--parallel", 1, mostParallel),
  );
  backfill.addOption(
    new Option("--dry-run", "say what would happen to each fire, and do nothing").conflicts("wait"),
  );
  backfill.option("--wait", "wait until it has ended; exit code 0 only if no run failed or was cancelled");
}

async function ask(client: Client, name: string, options: BackfillOptions): Promise<AskedBackfillJson> {
  const { overlap, parallel, dryRun = false } = options;
  const { timezone } = await client.getSchedule(name);
  return client.createBackfill(name, {
    from: instantIn(options.from, timezone, "start").toISOString(),
    to: instantIn(options.to, timezone, "end").toISOString(),
    overlap,
    ...(parallel !== undefined && { parallel }),
    dryRun,
  });
}

function tellPreview(asked: AskedBackfillJson, { json }: JsonOption, io: Io): void {
  if (json) printJson(io, asked);
  else io.stdout.write(previewPage(asked, io.now()));
}

function tellCreated(asked: AskedBackfillJson, { id }: BackfillJson, { json }: JsonOption, io: Io): void {
  if (json) return printJson(io, asked);
  const follow = `Follow it with: belfry backfill show ${id}`;
  const what = `Backfill ${id} of "${printable(asked.scheduleName)}"`;
  io.stdout.write(`${what}: ${plannedText(asked.counts)} ${follow}\n`);
}

async function wait(client: Client, backfill: BackfillJson, { json }: JsonOption, io: Io): Promise<void> {
  const what = `Backfill ${backfill.id} of "${printable(backfill.scheduleName)}"`;
  io.stderr.write(`belfry: ${what}. It goes on if you leave.\n`);
  const ended = await waitForBackfill(client, backfill, io);
  if (json) printJson(io, ended);
  if (!isSuccessful(ended)) throw new BackfillUnsuccessful(ended);
  if (!json) io.stdout.write(`${what} is finished: ${runsText(ended.runs)}.\n`);
}
