import { type Command, Option } from "commander";
import type { ScheduleJson } from "../../api/public/shapes.js";
import { scheduleStates } from "../../core/schedule.js";
import { examples } from "../examples.js";
import { colorsFor, type Io } from "../io.js";
import { printJson, type JsonOption } from "../print-json.js";
import { printable } from "../printable.js";
import { registerScheduleBackfill } from "../backfill/schedule-backfill.js";
import { registerCreate, registerDelete, registerEdit } from "./change.js";
import { schedulePage } from "./page.js";
import { registerTrigger } from "./trigger.js";
import { scheduleTable } from "./table.js";
import { addServerOptions, connect } from "../server-options.js";

/** Adds `belfry schedule ...`: what runs when, and switching it on and off. */
export function registerSchedule(program: Command, io: Io): void {
  const schedule = program
    .command("schedule")
    .description("see and change schedules, run one now or for past fires, pause and resume them");
  addServerOptions(schedule, true).enablePositionalOptions();
  examples(schedule, ["belfry schedule list", "belfry schedule trigger nightly-backup --wait"]);
  registerList(schedule, io);
  registerShow(schedule, io);
  registerCreate(schedule, io);
  registerEdit(schedule, io);
  registerDelete(schedule, io);
  registerTrigger(schedule, io);
  registerScheduleBackfill(schedule, io);
  registerPause(schedule, io);
  registerResume(schedule, io);
}

interface ListOptions extends JsonOption {
  all?: boolean;
  search?: string;
  state?: (typeof scheduleStates)[number];
}

function registerList(schedule: Command, io: Io): void {
  const list = schedule.command("list").description("list schedules, with their next fire and last run");
  list.option("--all", "retired ones too: those that the manifest no longer names");
  list.option("--search <text>", "only those whose name or description has this text, in capitals or not");
  list.addOption(new Option("--state <state>", "only those that are so").choices(scheduleStates));
  addServerOptions(list.option("--json", "print a JSON array"));
  examples(list, ["belfry schedule list --search backup", "belfry schedule list --json | jq -r '.[].name'"]);
  list.action(async ({ json, all = false, search, state }: ListOptions) => {
    const { items } = await (await connect(list, io)).listSchedules({ all, search, state });
    const none = (search ?? state) ? "There are no such schedules.\n" : "There are no schedules.\n";
    if (json) printJson(io, items);
    else if (items.length === 0) io.stderr.write(none);
    else io.stdout.write(scheduleTable(items, io.now(), colorsFor(io)));
  });
}

function registerShow(schedule: Command, io: Io): void {
  const show = schedule.command("show <name>").description("show all about one schedule");
  addServerOptions(show.option("--json", "print a JSON object"));
  examples(show, ["belfry schedule show nightly-backup"]);
  show.action(async (name: string, { json }: JsonOption) => {
    const found = await (await connect(show, io)).getSchedule(name);
    if (json) printJson(io, found);
    else io.stdout.write(schedulePage(found, io.now(), colorsFor(io)));
  });
}

function registerPause(schedule: Command, io: Io): void {
  const pause = schedule
    .command("pause <name>")
    .description("let a schedule fire no more until it is resumed");
  pause.option("--reason <text>", "why, for whoever looks at it next");
  addServerOptions(pause.option("--json", "print the schedule as a JSON object"));
  examples(pause, ['belfry schedule pause nightly-backup --reason "disk is being replaced"']);
  pause.action(async (name: string, { reason, json }: JsonOption & { reason?: string }) => {
    const paused = await (await connect(pause, io)).pauseSchedule(name, reason);
    tellSwitched(paused, `"${printable(paused.name)}" is paused. Runs under way go on.`, json, io);
  });
}

function registerResume(schedule: Command, io: Io): void {
  const resume = schedule
    .command("resume <name>")
    .description(
      "let a schedule fire again, from now on: one that was paused, or that failed too often in a row",
    );
  addServerOptions(resume.option("--json", "print the schedule as a JSON object"));
  examples(resume, ["belfry schedule resume nightly-backup"]);
  resume.action(async (name: string, { json }: JsonOption) => {
    const resumed = await (await connect(resume, io)).resumeSchedule(name);
    tellSwitched(
      resumed,
      `"${printable(resumed.name)}" is resumed. What it missed is not made up for.`,
      json,
      io,
    );
  });
}

function tellSwitched(schedule: ScheduleJson, words: string, json: boolean | undefined, io: Io): void {
  if (json) printJson(io, schedule);
  else io.stdout.write(`${words}\n`);
}
