import type { Command } from "commander";
import { comingFires, timesOfExpressions } from "../core/fires/coming-fires.js";
import { fireTable } from "./explain/coming-fires.js";
import { examples } from "./examples.js";
import { addExpressionOptions, type ExpressionOptions, readingOf } from "./expression-options.js";
import type { Io } from "./io.js";
import { printJson, type JsonOption } from "./print-json.js";
import { expressionsText } from "./schedule/timing-text.js";
import { wholeNumber } from "./whole-number.js";

type NextOptions = JsonOption & ExpressionOptions & { count: number };

/** Adds `belfry next`: the fires of expressions. It asks no server. */
export function registerNext(program: Command, io: Io): void {
  const next = program.command("next").description("show when a cron expression fires next; needs no server");
  next.argument(
    "<expression...>",
    "five fields, or six with leading seconds, or @daily and the like; in quotes; several are joined",
  );
  addExpressionOptions(next);
  next.option("-n, --count <count>", "how many fires", wholeNumber("-n", 1, 10_000), 5);
  next.option("--json", "print a JSON array of instants in UTC");
  examples(next, [
    'belfry next "30 2 * * *" --tz Europe/Berlin',
    'belfry next "0 9 * * MON-FRI" "0 11 * * SAT" --tz America/New_York -n 10',
    'belfry next "H H * * *" --name nightly-backup',
  ]);
  next.action((expressions: string[], { count, json, ...options }: NextOptions) => {
    const reading = readingOf(options);
    const text = expressions.join("\n");
    const fires = comingFires(timesOfExpressions(text, reading), io.now(), count);
    if (json)
      printJson(
        io,
        fires.map(({ at }) => at),
      );
    else if (fires.length === 0) io.stderr.write(`"${expressionsText(text)}" never fires again.\n`);
    else io.stdout.write(fireTable(fires, reading.timeZone, io.now()));
  });
}
