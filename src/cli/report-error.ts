import { CommanderError } from "commander";
import { BelfryError, messageOf } from "../core/errors.js";
import { ChangesPlanned } from "./plan/changes-planned.js";
import { exitCodeOf, exitCodes } from "./exit-codes.js";
import type { Io } from "./io.js";
import { Unwell } from "./doctor/unwell.js";
import { BackfillUnsuccessful } from "./backfill/wait-for-backfill.js";
import { SecretsMissing } from "./secret/secrets-missing.js";
import { RunUnsuccessful } from "./run/wait-for-run.js";

/** Tells of an error as one line on stderr, with the stack if `BELFRY_DEBUG=1`, and answers the exit code. */
export function reportError(thrown: unknown, { stderr, env }: Pick<Io, "stderr" | "env">): number {
  if (thrown instanceof CommanderError && isHelp(thrown))
    return thrown.exitCode === 0 ? exitCodes.ok.code : exitCodes.usage.code;
  stderr.write(`belfry: ${onOneLine(wordsOf(thrown))}\n`);
  if (env["BELFRY_DEBUG"] === "1" && thrown instanceof Error) stderr.write(`${stackOf(thrown)}\n`);
  return thrown instanceof CommanderError ? exitCodes.usage.code : exitCodeOf(thrown);
}

// Help and version leave through an exception too. Help without being asked for is an answer to a wrong command line.
function isHelp({ code }: CommanderError): boolean {
  return code === "commander.help" || code === "commander.helpDisplayed" || code === "commander.version";
}

function wordsOf(thrown: unknown): string {
  if (isEnding(thrown)) return thrown.message;
  if (thrown instanceof CommanderError) return `${usageMessage(thrown)} (invalid_request)`;
  const code = thrown instanceof BelfryError ? thrown.code : "internal_error";
  return `${messageOf(thrown)} (${code})`;
}

/** What was done was done right, and its end is not what was hoped for: a sentence says it all. */
function isEnding(thrown: unknown): thrown is Error {
  return [RunUnsuccessful, BackfillUnsuccessful, ChangesPlanned, Unwell, SecretsMissing].some(
    (kind) => thrown instanceof kind,
  );
}

function usageMessage({ message }: CommanderError): string {
  const text = message.replace(/^error: /, "");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function onOneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, " ").replaceAll(/\p{Cc}/gu, "?");
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${stackOf(error.cause)}` : "";
  return `${error.stack ?? error.message}${cause}`;
}
