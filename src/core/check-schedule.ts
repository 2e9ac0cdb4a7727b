import { checkName } from "./check-name.js";
import { overlapPolicies } from "./decide.js";
import { checkTiming } from "./fires/check-timing.js";
import { isWithin, quoted, wrong } from "./law.js";
import { checkPolicies } from "./policies/check-policies.js";
import type { ScheduleDefinition } from "./schedule.js";
import { checkReference } from "./secrets/reference.js";

/** A year. The end of a run's time must fit the database's integers, with room for what is added to it. */
const maxTimeoutSec = 365 * 86_400;

/**
 * Answers the definition as it came if each of its fields obeys its law; else throws `invalid_schedule`,
 * `invalid_cron` or `invalid_timezone` for the first that does not. Types are checked too, for callers in JavaScript.
 */
export function checkSchedule(definition: ScheduleDefinition): ScheduleDefinition {
  checkScheduleName(definition.name);
  checkText(definition.description, "A description");
  checkTiming(definition);
  checkOverlap(definition.overlap);
  checkTimeoutSec(definition.timeoutSec);
  checkPolicies(definition);
  checkCommand(definition.run);
  checkCwd(definition.cwd);
  checkEnv(definition.env);
  checkInstallationId(definition.installationId);
  if (typeof definition.enabled !== "boolean") throw wrong("Enabled is true or false.");
  return definition;
}

/** A name has 1 to 200 printable characters, no blank at either end, and is no step of a path (`.` or `..`). */
export function checkScheduleName(name: unknown): void {
  checkName(name, "schedule");
  if (name === "." || name === "..") throw wrong(`"${name}" cannot be a name: a URL reads it as a folder.`);
}

export function checkOverlap(overlap: unknown): void {
  if ((overlapPolicies as readonly unknown[]).includes(overlap)) return;
  throw wrong(`${quoted(overlap)} is not an overlap policy. Write skip, queue, concurrent or replace.`);
}

export function checkTimeoutSec(seconds: unknown): void {
  if (isWithin(seconds, 1, maxTimeoutSec)) return;
  throw wrong(`A timeout is whole seconds, from 1 to ${maxTimeoutSec} (a year); this is ${quoted(seconds)}.`);
}

/** A line for the shell that is not blank, or a list whose first element names a program. */
export function checkCommand(run: unknown): void {
  if (typeof run === "string") return checkShellLine(run);
  if (!Array.isArray(run))
    throw wrong("A command is a line for the shell, or a list: a program and its arguments.");
  for (const argument of run) checkText(argument, "An argument of a command");
  if (run.length === 0) throw wrong("The list is empty: a command needs at least a program.");
  if (run[0].trim() === "") throw wrong("The first element of the list is blank: it is the program to run.");
}

function checkShellLine(line: string): void {
  checkText(line, "A command");
  if (line.trim() === "") throw wrong('The command is blank. Write what to run, such as "echo hello".');
}

/** An absolute path, of either kind of system, or null. */
function checkCwd(cwd: unknown): void {
  if (cwd === null) return;
  checkText(cwd, "A working directory");
  if (typeof cwd === "string" && /^(\/|\\\\|[A-Za-z]:[\\/])/.test(cwd)) return;
  throw wrong(`The working directory ${quoted(cwd)} is not an absolute path.`);
}

/** Names that a shell could set, mapped to text or a secret; those that begin with `BELFRY_` are Belfry's own. */
function checkEnv(env: unknown): void {
  if (typeof env !== "object" || env === null || Array.isArray(env)) {
    throw wrong("The environment is a map of names to texts.");
  }
  for (const [name, value] of Object.entries(env)) {
    checkEnvName(name);
    checkEnvValue(value, `The value of ${name}`);
  }
}

/** A text, or a reference to a secret; `name` is what a message calls it. */
export function checkEnvValue(value: unknown, name: string): void {
  if (typeof value === "object" && value !== null) checkReference(value, name);
  else checkText(value, name);
}

export function checkEnvName(name: string): void {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    throw wrong(
      `${JSON.stringify(name)} cannot name a variable of the environment. Use letters, digits and _, with no digit first.`,
    );
  }
  if (name.startsWith("BELFRY_")) {
    throw wrong(`${name} is reserved: Belfry sets what begins with BELFRY_ itself. Choose another name.`);
  }
}

/** Throws unless it is text that a database and a process can both hold. Never shows it: it may be private. */
export function checkText(value: unknown, what: string): void {
  if (typeof value !== "string") throw wrong(`${what} is text, in quotes if need be.`);
  if (value.includes("\0")) throw wrong(`${what} cannot have a NUL character in it.`);
  if (/\p{Cs}/u.test(value)) throw wrong(`${what} has half of a surrogate pair in it, which is not text.`);
}

export function checkInstallationId(id: unknown): void {
  if (id === null || (Number.isSafeInteger(id) && (id as number) >= 1)) return;
  throw wrong(`An installation's id is a whole number of 1 or more; this is ${quoted(id)}.`);
}
