import type { Blackout } from "../../core/blackout/blackout.js";
import type { DefinitionJson } from "../../core/definition-json.js";
import type { DstRule } from "../../core/clock/dst-rule.js";
import type { ConcurrencyGroup, Policies } from "../../core/policies/policies.js";
import type { RetryPolicy } from "../../core/policies/retry.js";
import { printable } from "../printable.js";
import { exitCodesText, groupText, retryText } from "./policy-text.js";
import { expressionsText, spanText } from "../schedule/timing-text.js";

type Field = keyof DefinitionJson;

/** The manifest's word for a field of a definition. */
export function fieldName(field: string): string {
  return Object.hasOwn(manifestKeys, field) ? manifestKeys[field as Field]! : field;
}

const manifestKeys: Partial<Record<Field, string>> = {
  everySec: "every",
  anchorAt: "anchor",
  startsAt: "starts_at",
  endsAt: "ends_at",
  maxRuns: "max_runs",
  spreadSec: "spread",
  blackoutPolicy: "blackout",
  catchUp: "catch_up",
  catchUpWindowSec: "catch_up_window",
  timeoutSec: "timeout",
  exitCodes: "exit_codes",
  graceSec: "grace",
  queueDepth: "queue_depth",
  maxConcurrent: "max_concurrent",
  concurrencyGroup: "concurrency_group",
  startDeadlineSec: "start_deadline",
  pauseAfter: "pause_after",
  coolDownSec: "cool_down",
  keepSec: "keep.for",
  keepRuns: "keep.runs",
  installationId: "github_installation",
};

const longest = 200;

/** The value of a field on one line, as people write it; `none` for null. */
export function fieldText(field: string, value: unknown): string {
  const text = printable(wordsOf(field, value));
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}

function wordsOf(field: string, value: unknown): string {
  if (value === null) return "none";
  if (field === "cron") return expressionsText(value as string);
  if (field.endsWith("Sec")) return spanText(value as number);
  if (field === "retry") return retryText(value as RetryPolicy);
  if (field === "exitCodes") return exitCodesText(value as Policies["exitCodes"]);
  if (field === "concurrencyGroup") return groupText(value as ConcurrencyGroup);
  if (field === "blackouts") return blackoutsText(value as Blackout[]);
  if (field === "dst") return dstText(value as DstRule);
  if (field === "run") return commandText(value as string | string[]);
  if (value === "") return '""';
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A command as one would type it. */
export function commandText(command: string | readonly string[]): string {
  if (typeof command === "string") return command;
  return command.map((word) => (/^[\w./:=@%+,-]+$/.test(word) ? word : JSON.stringify(word))).join(" ");
}

/** `SAT-SUN, 12-24 - 12-26 (Christmas)`; `none` for an empty list. */
export function blackoutsText(blackouts: readonly Blackout[], mostShown = 5): string {
  if (blackouts.length === 0) return "none";
  const shown = blackouts
    .slice(0, mostShown)
    .map(({ when, reason }) => (reason === null ? when : `${when} (${reason})`));
  const more = blackouts.length > mostShown ? [`and ${blackouts.length - mostShown} more`] : [];
  return [...shown, ...more].join(", ");
}

/** `gap skip, fold both`. */
export function dstText({ gap, fold }: DstRule): string {
  return `gap ${gap}, fold ${fold}`;
}
