import type { RunDetailJson } from "../../api/public/shapes.js";
import { skipWords } from "../../core/explain/skip-words.js";
import type { FireReason } from "../../core/run.js";
import { factSheet } from "../fact-sheet.js";
import type { Colors } from "../io.js";
import { printable } from "../printable.js";
import { relativeTime } from "../relative-time.js";
import { attemptText, waitsForAttempt } from "./attempt-text.js";
import { coloredStatus } from "./run-status.js";
import { durationText, lagText } from "./run-times.js";
import { renderTable } from "../table.js";
import { zonedTime } from "../zoned-time.js";

type InstantText = (instant: string | null) => string | null;

/** All about one run for people, with instants on the clock of `timeZone`. */
export function runPage(run: RunDetailJson, timeZone: string, now: Date, colors: Colors): string {
  const clock = zonedTime(timeZone);
  const at: InstantText = (instant) =>
    instant && `${clock(new Date(instant), now)} (${relativeTime(new Date(instant), now)})`;
  const title = `Run ${run.id} of ${printable(run.scheduleName)}: ${coloredStatus(run, colors)}\n`;
  return title + factSheet(facts(run, at, now), colors) + eventTable(run, colors);
}

const reasonWords: Record<FireReason, string> = {
  schedule: "its schedule was due",
  manual: "by hand",
  backfill: "a backfill",
  catch_up: "caught up for missed fires",
};

function reasonOf({ fireReason, backfillId }: RunDetailJson): string {
  const words = reasonWords[fireReason] ?? fireReason;
  return backfillId === null ? words : `${words}: ${backfillId}`;
}

function parametersText({ parameters }: RunDetailJson): string | null {
  const pairs = Object.entries(parameters ?? {}).map(([name, value]) => `${name}=${value}`);
  return pairs.length === 0 ? null : printable(pairs.join(", "));
}

function facts(run: RunDetailJson, at: InstantText, now: Date): [string, string | null][] {
  return [
    ["message", run.errorMessage],
    // A reason that only a newer server knows has no words.
    ["because", run.skipReason === null ? null : (skipWords[run.skipReason] ?? null)],
    ["why", reasonOf(run)],
    ["repeats", run.rerunOf],
    ["parameters", parametersText(run)],
    ["fire time", at(run.fireTime)],
    ["covers", run.coversCount > 1 ? `${run.coversCount} fires since ${at(run.coversFrom)}` : null],
    ["attempt", attemptText(run)],
    ["next attempt", waitsForAttempt(run) ? `waits until ${at(run.retryAt)}` : null],
    ["priority", run.priority === 0 ? null : String(run.priority)],
    ["created", at(run.createdAt)],
    ["dispatched", at(run.dispatchedAt)],
    ["started", at(run.startedAt)],
    ["finished", at(run.finishedAt)],
    ["lag", lagText(run)],
    ["duration", durationText(run, now)],
    ["cancel asked", at(run.cancelRequestedAt)],
    ["exit code", run.exitCode === null ? null : String(run.exitCode)],
    ["exit signal", run.exitSignal],
  ];
}

function eventTable(run: RunDetailJson, colors: Colors): string {
  if (run.events.length === 0) return "";
  const head = ["EVENT AT", "ATTEMPT", "EVENT", ""].map((title) => colors.dim(title));
  const rows = run.events.map(({ at, attempt, name, details }) => [
    at,
    String(attempt),
    printable(name),
    Object.keys(details).length === 0 ? "" : printable(JSON.stringify(details)),
  ]);
  return `\n${renderTable([head, ...rows])}`;
}
