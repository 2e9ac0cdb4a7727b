import type { Command } from "commander";
import type { PlanJson } from "../../api/public/plan-shapes.js";
import { definitionJson } from "../../core/definition-json.js";
import { BelfryError } from "../../core/errors.js";
import type { ScheduleDefinition } from "../../core/schedule.js";
import { ChangesPlanned } from "./changes-planned.js";
import type { Client } from "../client.js";
import { examples } from "../examples.js";
import { colorsFor, type Io } from "../io.js";
import { type FolderOptions, movedTo } from "./moved-to.js";
import { planPage, summary } from "./page.js";
import { type PlannedSchedule, plannedSchedules } from "./planned.js";
import { printJson, type JsonOption } from "../print-json.js";
import { addServerOptions, connect } from "../server-options.js";
import { wholeNumber } from "../whole-number.js";

interface PlanOptions extends JsonOption, FolderOptions {
  source?: string;
  exitCode?: boolean;
  count: number;
}

/** Adds `belfry plan`: what an apply of a manifest would change. What reads a manifest is loaded when it is asked for. */
export function registerPlan(program: Command, io: Io): void {
  const plan = program.command("plan").description("show what a manifest would change; nothing is written");
  plan.requiredOption("-f, --file <file>", "the manifest");
  plan.option("--folder <dir>", "the folder in which the server has the manifest, if it is another");
  plan.option("--source <name>", "as whom it would be applied; the server's own manifest if nothing is said");
  plan.option("--exit-code", "exit with 7 if something would change, as git diff does with 1");
  plan.option("-n, --count <count>", "how many fires of each schedule", wholeNumber("-n", 0, 1000), 5);
  addServerOptions(plan.option("--json", "print a JSON object"));
  examples(plan, [
    "belfry plan -f belfry.yaml",
    "belfry plan -f belfry.yaml --exit-code || echo something would change",
  ]);
  plan.action(async (options: PlanOptions) => {
    const { schedulesOf } = await import("../manifest-file.js");
    const read = await schedulesOf(options.file, io);
    await showPlan(await connect(plan, io), movedTo(options, read), options, io);
  });
}

async function showPlan(
  client: Client,
  wanted: ScheduleDefinition[],
  { count, json, exitCode, source }: PlanOptions,
  io: Io,
): Promise<void> {
  const plan = await client.plan(wanted.map(definitionJson), source);
  const schedules = plannedSchedules(plan, wanted, { now: io.now(), count });
  if (json) printJson(io, planJson(plan, schedules));
  else io.stdout.write(planPage(plan, schedules, io.now(), colorsFor(io)));
  if (plan.foreign.length > 0) throw refused(plan);
  if (exitCode && schedules.length + plan.retired.length > 0) throw new ChangesPlanned(summary(plan));
}

/** Of the environment only the names are given away. */
function planJson(plan: PlanJson, schedules: readonly PlannedSchedule[]) {
  return {
    created: schedules.filter(({ update }) => update === null).map(plannedJson),
    updated: schedules.flatMap((schedule) => {
      if (schedule.update === null) return [];
      const { rearm, fields, env } = schedule.update;
      return [{ ...plannedJson(schedule), rearm, fields, env }];
    }),
    retired: plan.retired,
    unchanged: plan.unchanged,
    foreign: plan.foreign,
  };
}

function plannedJson({ name, fires, lint }: PlannedSchedule) {
  return { name, fires, lint };
}

function refused({ foreign }: PlanJson): BelfryError {
  const names = foreign.map((name) => `"${name}"`).join(", ");
  return new BelfryError(
    "schedule_exists",
    `An apply is refused: these schedules exist and were not made by a manifest: ${names}. Choose other names.`,
  );
}
