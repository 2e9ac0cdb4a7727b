import pino from "pino";
import pinoPretty from "pino-pretty";
import type { Config } from "../config/config.js";
import { formatDuration } from "../core/duration.js";
import type { Log } from "../scheduler/log.js";

/** The server's log on stderr: JSON lines for programs, or lines for people where a terminal is looking. */
export function createLogger({ logLevel, logFormat }: Pick<Config, "logLevel" | "logFormat">): Log {
  const options = {
    level: logLevel,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return pino(options, isForPeople(logFormat) ? prettyStream() : pino.destination({ dest: 2, sync: true }));
}

/** Whether people read the log, and not programs. */
export function isForPeople(logFormat: Config["logFormat"]): boolean {
  return logFormat === "pretty" || (logFormat === "auto" && process.stderr.isTTY);
}

function prettyStream(): pino.DestinationStream {
  return pinoPretty({
    destination: 2,
    sync: true,
    colorize: process.stderr.isTTY && process.env["NO_COLOR"] === undefined,
    translateTime: "SYS:HH:MM:ss",
    hideObject: true,
    messageFormat: (entry, key) => sentenceOf(entry[key] as string, entry),
  });
}

type Entry = Record<string, unknown>;

/** An event in the words of the terminal. Events that are not listed show their ids. */
export function sentenceOf(event: string, entry: Entry): string {
  const run = `${String(entry["schedule"])} #${String(entry["runId"])}`;
  switch (event) {
    case "run.output":
      return `${run} ${entry["stream"] === "stdout" ? "|" : "!"} ${String(entry["line"])}`;
    case "run.dispatched":
      return `${run} dispatched (${String(entry["handle"])})`;
    case "run.started":
      return `${run} started${coveredBy(entry, ", for ")}`;
    case "run.succeeded":
    case "run.failed":
    case "run.cancelled":
      return `${run} ${event.slice(4)}${reasonOf(entry)}${durationOf(entry)}`;
    case "run.skipped":
      return `${String(entry["schedule"])} skipped ${coveredBy(entry) || "a fire"} (${String(entry["reason"])})`;
    case "server.ready":
      return `Belfry is ready at ${String(entry["url"])}, its data in ${String(entry["dataDir"])}. Stop it with Ctrl+C.`;
    case "manifest.refused":
    case "manifest.unreadable":
      return `${event}: ${String(entry["error"])}`;
    default:
      return `${event}${idsOf(entry)}`;
  }
}

/** `17 fires since 2026-11-23T17:52:37.000Z`, or nothing if it is one. */
function coveredBy(entry: Entry, before = ""): string {
  if (typeof entry["coversCount"] !== "number") return "";
  return `${before}${entry["coversCount"]} fires since ${String(entry["coversFrom"])}`;
}

function reasonOf(entry: Entry): string {
  if (typeof entry["errorKind"] !== "string") return "";
  const exit = typeof entry["exitCode"] === "number" ? ` ${entry["exitCode"]}` : "";
  const message = typeof entry["errorMessage"] === "string" ? `: ${entry["errorMessage"]}` : "";
  return ` (${entry["errorKind"]}${exit}${message})`;
}

function durationOf(entry: Entry): string {
  return typeof entry["durationMs"] === "number" ? ` after ${formatDuration(entry["durationMs"])}` : "";
}

function idsOf(entry: Entry): string {
  const hidden = new Set(["level", "time", "msg"]);
  return Object.entries(entry)
    .filter(([key, value]) => !hidden.has(key) && value !== undefined && value !== null)
    .map(([key, value]) => ` ${key}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join("");
}
