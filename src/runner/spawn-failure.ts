import { accessSync, constants, readFileSync, type Stats, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { messageOf } from "../core/errors.js";

/** What was to be started, and how. */
export interface SpawnAttempt {
  argv: readonly string[];
  cwd: string | null;
  env: NodeJS.ProcessEnv;
}

/**
 * A sentence that says why a command could not be started and what would be right. The system says ENOENT for a
 * missing working directory, command and interpreter alike, so this looks for itself.
 */
export function explainSpawnFailure(error: unknown, attempt: SpawnAttempt): string {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return (
    emptyCommand(attempt) ??
    nulCharacter(attempt) ??
    unusableDirectory(attempt.cwd) ??
    (code === "E2BIG" ? tooLong(attempt) : null) ??
    unusableProgram(attempt, code) ??
    `${quote(attempt.argv[0]!)} could not be started: ${messageOf(error)}.`
  );
}

function emptyCommand({ argv }: SpawnAttempt): string | null {
  return (argv[0] ?? "") === "" ? "The command is empty; it has to name a program." : null;
}

function nulCharacter({ argv, cwd, env }: SpawnAttempt): string | null {
  const why = "holds a NUL character, which no program can be given.";
  const argument = argv.findIndex((part) => part.includes("\0"));
  if (argument !== -1)
    return `${argument === 0 ? "The command" : `Argument ${argument} of the command`} ${why}`;
  if (cwd?.includes("\0") === true) return `The working directory ${why}`;
  const variable = Object.entries(env).find((entry) => entry.join("").includes("\0"));
  return variable === undefined ? null : `Environment variable ${quote(variable[0])} ${why}`;
}

function unusableDirectory(cwd: string | null): string | null {
  if (cwd === null) return null;
  const stats = look(cwd);
  if (typeof stats === "string") return `Working directory ${quote(cwd)} ${stats}.`;
  if (!stats.isDirectory()) return `Working directory ${quote(cwd)} is not a directory.`;
  if (!mayExecute(cwd)) return `Working directory ${quote(cwd)} may not be entered (permission denied).`;
  return null;
}

function tooLong({ argv, env }: SpawnAttempt): string {
  const bytes = Buffer.byteLength(argv.join(" ") + Object.entries(env).flat().join(" "));
  return `The command and its environment are ${bytes} bytes long, more than this system lets a program be given; pass large values in a file.`;
}

function unusableProgram({ argv, cwd, env }: SpawnAttempt, code: string | undefined): string | null {
  const name = argv[0]!;
  const paths = name.includes("/") ? [resolve(cwd ?? "", name)] : onPath(name, cwd, env);
  const found = paths.find((path) => typeof look(path) !== "string");
  if (found === undefined) return notFound(name, look(paths[0] ?? ""));
  if (statSync(found).isDirectory()) return `${quote(found)} is a directory, not a program.`;
  if (!mayExecute(found)) return `${quote(found)} may not be executed (permission denied); is it executable?`;
  return code === "ENOENT" ? interpreterMissing(found) : null;
}

function notFound(name: string, why: Stats | string): string {
  if (!name.includes("/") || typeof why !== "string") return `Command ${quote(name)} was not found on PATH.`;
  return `Command ${quote(name)} ${why}.`;
}

/** What is there, or why nothing can be seen. A folder of PATH that may not be entered is no reason to stop looking. */
function look(path: string): Stats | string {
  try {
    return statSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return "does not exist";
    return code === "EACCES"
      ? "cannot be reached (permission denied)"
      : `cannot be reached (${messageOf(error)})`;
  }
}

function onPath(name: string, cwd: string | null, env: NodeJS.ProcessEnv): string[] {
  return (env["PATH"] ?? "").split(delimiter).map((folder) => resolve(cwd ?? "", join(folder, name)));
}

function interpreterMissing(path: string): string {
  const firstLine = /^#!.*/.exec(readFileSync(path).subarray(0, 256).toString())?.[0].trimEnd();
  const interpreter = firstLine === undefined ? "interpreter" : `interpreter (${firstLine})`;
  return `${quote(path)} exists, but its ${interpreter} does not.`;
}

function mayExecute(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function quote(text: string): string {
  return `"${text.length > 300 ? `${text.slice(0, 300)}...` : text}"`;
}
