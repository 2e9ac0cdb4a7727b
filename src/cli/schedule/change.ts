import type { Command } from "commander";
import type { ScheduleJson } from "../../api/public/shapes.js";
import { BelfryError } from "../../core/errors.js";
import { examples } from "../examples.js";
import { colorsFor, type Io } from "../io.js";
import { printable } from "../printable.js";
import { type JsonOption, printJson } from "../print-json.js";
import { addServerOptions, connect } from "../server-options.js";
import { addFields, type FieldOptions, fieldsOf } from "./given-fields.js";
import { schedulePage } from "./page.js";

type ChangeOptions = JsonOption & FieldOptions;

/** Adds `belfry schedule create`. */
export function registerCreate(schedule: Command, io: Io): void {
  const create = schedule
    .command("create <name>")
    .description("make a schedule that no manifest owns; one that was deleted comes back with its history");
  addFields(create);
  addServerOptions(create.option("--json", "print the schedule as a JSON object"));
  examples(create, [
    'belfry schedule create nightly-backup --cron "30 2 * * *" --timezone Europe/Berlin -- pg_dump shop',
    'belfry schedule create sweep --every 90m --shell "find /tmp/old -mtime +7 -delete"',
  ]);
  create.action(async (name: string, command: string[], options: ChangeOptions) => {
    const { run, ...fields } = fieldsOf(command, options, "UTC");
    if (run === undefined) {
      throw new BelfryError(
        "invalid_request",
        "A schedule runs something: write its command behind --, or a script with --shell.",
      );
    }
    const made = await (await connect(create, io)).createSchedule({ ...fields, name, run });
    tellChanged(made, `"${printable(made.name)}" is made.`, options, io);
  });
}

/** Adds `belfry schedule edit`. */
export function registerEdit(schedule: Command, io: Io): void {
  const edit = schedule
    .command("edit <name>")
    .description("change a schedule that no manifest owns; what is not named stays as it is");
  addFields(edit);
  addServerOptions(edit.option("--json", "print the schedule as a JSON object"));
  examples(edit, [
    'belfry schedule edit nightly-backup --cron "0 4 * * *"',
    "belfry schedule edit nightly-backup --timeout 2h -- pg_dump --jobs 4 shop",
  ]);
  edit.action(async (name: string, command: string[], options: ChangeOptions) => {
    const client = await connect(edit, io);
    const before = await client.getSchedule(name);
    const body = fieldsOf(command, options, before.timezone);
    if (Object.keys(body).length === 0) {
      throw new BelfryError("invalid_request", "Nothing is named that is to change: see --help.");
    }
    const after = await client.editSchedule(name, body, before.revision);
    tellChanged(after, `"${printable(after.name)}" is changed.`, options, io);
  });
}

function tellChanged(schedule: ScheduleJson, words: string, { json }: JsonOption, io: Io): void {
  if (json) return printJson(io, schedule);
  io.stderr.write(`${words}\n`);
  io.stdout.write(schedulePage(schedule, io.now(), colorsFor(io)));
}

/** Adds `belfry schedule delete`. */
export function registerDelete(schedule: Command, io: Io): void {
  const remove = schedule
    .command("delete <name>")
    .description("let a schedule that no manifest owns fire no more; its runs and their output stay");
  addServerOptions(remove);
  examples(remove, ["belfry schedule delete nightly-backup"]);
  remove.action(async (name: string) => {
    await (await connect(remove, io)).deleteSchedule(name);
    io.stdout.write(`"${printable(name)}" is deleted. Its runs and their output stay.\n`);
  });
}
