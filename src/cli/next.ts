import type { Command } from "commander";
import { nextFire } from "../core/next-fire.js";
import { examples } from "./examples.js";
import type { Io } from "./io.js";
import { printJson, type JsonOption } from "./print-json.js";
import { relativeTime } from "./relative-time.js";
import { renderTable } from "./table.js";
import { wholeNumber } from "./whole-number.js";
import { zonedTime } from "./zoned-time.js";

interface NextOptions extends JsonOption {
  tz: string;
  count: number;
}

/** Adds `belfry next`: the fires of an expression. It asks no server. */
export function registerNext(program: Command, io: Io): void {
  const next = program.command("next").description("show when a cron expression fires next; needs no server");
  next.argument(
    "<expression>",
    "five fields, or six with leading seconds, or @daily and the like; in quotes",
  );
  next.option("--tz <zone>", "the IANA time zone whose clock it follows", "UTC");
  next.option("-n, --count <count>", "how many fires", wholeNumber("-n", 1, 10_000), 5);
  next.option("--json", "print a JSON array of instants in UTC");
  examples(next, [
    'belfry next "30 2 * * *" --tz Europe/Berlin',
    'belfry next "0 9 * * MON-FRI" --tz America/New_York -n 10',
  ]);
  next.action((expression: string, { tz, count, json }: NextOptions) => {
    const fires = nextFires(expression, tz, io.now(), count);
    if (json) printJson(io, fires);
    else if (fires.length === 0) io.stderr.write(`"${expression}" never fires again.\n`);
    else io.stdout.write(fireTable(fires, tz, io.now()));
  });
}

function nextFires(expression: string, timeZone: string, after: Date, count: number): Date[] {
  const fires: Date[] = [];
  let fire = nextFire(expression, timeZone, after);
  while (fire !== null && fires.length < count) {
    fires.push(fire);
    fire = nextFire(expression, timeZone, fire);
  }
  return fires;
}

function fireTable(fires: readonly Date[], timeZone: string, now: Date): string {
  const local = zonedTime(timeZone);
  return renderTable(fires.map((fire) => [local(fire, now), timeZone, inUtc(fire), relativeTime(fire, now)]));
}

function inUtc(instant: Date): string {
  return instant.toISOString().replace(".000Z", "Z");
}
