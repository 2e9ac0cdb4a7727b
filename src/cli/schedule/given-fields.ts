import { type Command, Option } from "commander";
import type { ScheduleEdit } from "../../client/operations.js";
import { instantIn } from "../../core/clock/zoned-instant.js";
import { overlapPolicies, type OverlapPolicy } from "../../core/decide.js";
import { parseDuration } from "../../core/duration.js";
import { BelfryError } from "../../core/errors.js";
import { pairsOf } from "../pairs.js";

/** The everyday fields of a schedule, as options. The others are for a manifest, or the API. */
export interface FieldOptions {
  cron?: string[];
  every?: number;
  at?: string;
  timezone?: string;
  byHand?: boolean;
  shell?: string;
  description?: string;
  overlap?: OverlapPolicy;
  timeout?: number;
  cwd?: string;
  env?: Record<string, string>;
}

/** Adds them, and the command as what stands behind `--`. */
export function addFields(command: Command): Command {
  command.argument("[command...]", "what it runs, behind --: a program and its arguments");
  command.option("--shell <script>", "what it runs, as a script for /bin/sh, instead of a command");
  command.option("--cron <expression>", "when it fires; again for more expressions", collected);
  command.option(
    "--every <duration>",
    "it fires each time that so much has passed, as 90m",
    seconds("--every"),
  );
  command.option(
    "--at <time>",
    'it fires once: "2026-12-24 18:00", on the clock of --timezone, or with an offset',
  );
  command.option("--timezone <zone>", "the IANA time zone whose clock it follows; UTC if nothing is said");
  command.option("--by-hand", "it does not fire by itself");
  command.option("--description <text>", "what it is for");
  command.addOption(
    new Option("--overlap <policy>", "what becomes of a fire while a run is under way").choices(
      overlapPolicies,
    ),
  );
  command.option("--timeout <duration>", "how long a run may take", seconds("--timeout"));
  command.option("--cwd <folder>", "the folder in which it runs");
  return command.option(
    "--env <name=value>",
    "a variable for its runs; again for more. An edit puts them in the place of all that were",
    pairsOf("--env"),
  );
}

/** The fields that the options name, as the API takes them. `zone` is the schedule's, if no other is named. */
export function fieldsOf(command: readonly string[], options: FieldOptions, zone: string): ScheduleEdit {
  const { shell, timeout, description, overlap, cwd, env, timezone } = options;
  if (command.length > 0 && shell !== undefined) {
    throw new BelfryError("invalid_request", "It runs a command or a --shell script: give one of the two.");
  }
  const run = shell ?? (command.length > 0 ? [...command] : undefined);
  return {
    ...definedIn({ run, timezone, description, overlap, cwd, env, timeoutSec: timeout }),
    ...timesOf(options, timezone ?? zone),
  };
}

/** Whoever names one way to fire means that and no other. */
function timesOf({ cron, every, at, byHand }: FieldOptions, zone: string): ScheduleEdit {
  const named = [cron, every, at, byHand].filter((way) => way !== undefined).length;
  if (named === 0) return {};
  if (named > 1) {
    throw new BelfryError(
      "invalid_request",
      "A schedule fires in one way: give --cron, --every, --at or --by-hand, and not two of them.",
    );
  }
  const instant = at === undefined ? null : instantIn(at, zone, "start").toISOString();
  return { cron: cron ?? null, everySec: every ?? null, at: instant };
}

function definedIn(fields: ScheduleEdit): ScheduleEdit {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function collected(text: string, before: string[] = []): string[] {
  return [...before, text];
}

function seconds(option: string): (text: string) => number {
  return (text) => {
    try {
      return parseDuration(text) / 1000;
    } catch (error) {
      throw new BelfryError("invalid_request", `${(error as Error).message} It is given as ${option}.`);
    }
  };
}
