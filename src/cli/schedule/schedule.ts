import type { Command } from "commander";
import type { RunJson, ScheduleJson } from "../../api/public/shapes.js";
import { examples } from "../examples.js";
import { colorsFor, type Io } from "../io.js";
import { printJson, type JsonOption } from "../print-json.js";
import { plainLog } from "../run/print-log.js";
import { printable } from "../printable.js";
import { statusText } from "../run/run-status.js";
import { registerScheduleBackfill } from "../backfill/schedule-backfill.js";
import { schedulePage } from "./page.js";
import { scheduleTable } from "./table.js";
import { addServerOptions, connect } from "../server-options.js";
import { RunUnsuccessful, waitForRun } from "../run/wait-for-run.js";

/** Adds `belfry schedule ...`: what runs when, and switching it on and off. */
export function registerSchedule(program: Command, io: Io): void {
  const schedule = program
    .command("schedule")
    .description("see schedules, run one now or for past fires, pause and resume them");
  addServerOptions(schedule, true).enablePositionalOptions();
  examples(schedule, ["belfry schedule list", "belfry schedule trigger nightly-backup --wait"]);
  registerList(schedule, io);
  registerShow(schedule, io);
  registerTrigger(schedule, io);
  registerScheduleBackfill(schedule, io);
  registerPause(schedule, io);
  registerResume(schedule, io);
}

function registerList(schedule: Command, io: Io): void {
  const list = schedule.command("list").description("list schedules, with their next fire and last run");
  list.option("--all", "retired ones too: those that the manifest no longer names");
  addServerOptions(list.option("--json", "print a JSON array"));
  examples(list, ["belfry schedule list", "belfry schedule list --json | jq -r '.[].name'"]);
  list.action(async ({ all = false, json }: JsonOption & { all?: boolean }) => {
    const { items } = await (await connect(list, io)).listSchedules({ all });
    if (json) printJson(io, items);
    else if (items.length === 0) io.stderr.write("There are no schedules.\n");
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

interface TriggerOptions extends JsonOption {
  wait?: boolean;
}

function registerTrigger(schedule: Command, io: Io): void {
  const trigger = schedule
    .command("trigger <name>")
    .description("run a schedule now, whatever its next fire");
  trigger.option("--wait", "print its output until it ends; exit code 0 only if it succeeded");
  addServerOptions(
    trigger.option("--json", "print the run as a JSON object (with --wait: once it has ended)"),
  );
  examples(trigger, [
    "belfry schedule trigger nightly-backup",
    "belfry schedule trigger nightly-backup --wait && echo done",
  ]);
  trigger.action(async (name: string, options: TriggerOptions) => {
    const client = await connect(trigger, io);
    const run = await client.triggerSchedule(name);
    if (!options.wait) return tellTriggered(run, options, io);
    io.stderr.write(`belfry: Run ${run.id} of "${printable(run.scheduleName)}". It goes on if you leave.\n`);
    const ended = await waitForRun(client, run.id, options.json ? () => {} : plainLog(io), io);
    if (options.json) printJson(io, ended);
    if (ended.status !== "succeeded") throw new RunUnsuccessful(ended);
  });
}

function tellTriggered(run: RunJson, { json }: JsonOption, io: Io): void {
  if (json) return printJson(io, run);
  const follow = `Follow it with: belfry run logs ${run.id} -f`;
  io.stdout.write(`Run ${run.id} of "${printable(run.scheduleName)}" is ${statusText(run)}. ${follow}\n`);
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
