import type { PlanJson, PlannedUpdateJson } from "../../api/public/plan-shapes.js";
import { linesOf } from "../explain/times.js";
import type { FireChange } from "./fire-changes.js";
import { fieldName, fieldText } from "./field-text.js";
import type { Colors } from "../io.js";
import type { PlannedSchedule } from "./planned.js";
import { printable } from "../printable.js";
import { renderTable } from "../table.js";
import { timingText } from "../schedule/timing-text.js";
import { timingJson } from "../../core/fires/timing-json.js";
import { zonedTime } from "../zoned-time.js";

/** A plan for people: what would be created, updated and retired, with fires on each schedule's own clock. */
export function planPage(
  plan: PlanJson,
  schedules: readonly PlannedSchedule[],
  now: Date,
  colors: Colors,
): string {
  const each = schedules.map((schedule) => scheduleText(schedule, now, colors));
  const retired = plan.retired.map(({ name }) => `${colors.red(`- ${printable(name)}`)}: retire\n`);
  const foreign = plan.foreign.map(
    (name) => `${colors.red(`! ${printable(name)}`)}: refused, it exists and was not made by a manifest\n`,
  );
  return [...each, ...retired, ...foreign, `${summary(plan)}\n`].join("");
}

/** `1 to create, 2 to update, none to retire, 12 unchanged.` */
export function summary({ created, updated, retired, unchanged, foreign }: PlanJson): string {
  const parts = [
    `${countOf(created)} to create`,
    `${countOf(updated)} to update`,
    `${countOf(retired)} to retire`,
    ...(foreign.length === 0 ? [] : [`${foreign.length} refused`]),
    `${unchanged} unchanged`,
  ];
  return `${parts.join(", ")}.`;
}

function countOf(names: readonly unknown[]): string {
  return names.length === 0 ? "none" : String(names.length);
}

function scheduleText(schedule: PlannedSchedule, now: Date, colors: Colors): string {
  const { name, update } = schedule;
  const title =
    update === null
      ? `${colors.green(`+ ${printable(name)}`)}: create\n`
      : `${colors.yellow(`~ ${printable(name)}`)}: update${why(update)}\n`;
  const what = update === null ? createdText(schedule) : changesText(update);
  const lint = schedule.lint.map(
    ({ code, message }) => `Worth a look: ${message} ${colors.dim(`(${code})`)}`,
  );
  return title + indented(what + firesText(schedule, now, colors) + linesOf(lint));
}

function why({ current, rearm, fields }: PlannedUpdateJson): string {
  if (current.retiredAt !== null) return ", it comes back from retirement";
  if (current.lastError !== null) return ", it is read again after an error";
  if (!rearm) return ", its next fire stays";
  return fields.length === 0 ? "" : ", its next fire is worked out anew";
}

function createdText({ definition }: PlannedSchedule): string {
  const off = definition.enabled ? "" : ", off (enabled: false)";
  return `${printable(timingText(timingJson(definition)))}  ${definition.timezone}${off}\n`;
}

function changesText({ fields, env }: PlannedUpdateJson): string {
  const rows = fields.map(({ field, from, to }) => [
    fieldName(field),
    `${fieldText(field, from)} -> ${fieldText(field, to)}`,
  ]);
  const names = [
    ...env.added.map((name) => `${name} added`),
    ...env.removed.map((name) => `${name} removed`),
    ...env.changed.map((name) => `${name} changed`),
  ];
  return renderTable(names.length === 0 ? rows : [...rows, ["env", printable(names.join(", "))]]);
}

const marks: Record<FireChange, string> = { same: " ", added: "+", removed: "-" };

function firesText({ fires, timezone, neverFires }: PlannedSchedule, now: Date, colors: Colors): string {
  const clock = zonedTime(timezone);
  const color = { same: colors.dim, added: colors.green, removed: colors.red };
  const lines = fires.map(({ at, change }) => color[change](`${marks[change]} ${clock(at, now)}`));
  return linesOf(neverFires ? [...lines, "It never fires from now on."] : lines);
}

function indented(lines: string): string {
  return lines.replaceAll(/^(?=.)/gm, "    ");
}
