import type { AskedBackfillJson, BackfillJson, PreviewedFireJson } from "../../api/public/backfill-shapes.js";
import type { BackfillStatus } from "../../core/backfill/backfill.js";
import { endedRuns, plannedText, runsText } from "./counts.js";
import { factSheet } from "../fact-sheet.js";
import type { Colors } from "../io.js";
import { printable } from "../printable.js";
import { relativeTime } from "../relative-time.js";
import { renderTable } from "../table.js";
import { zonedTime } from "../zoned-time.js";

const columns = ["ID", "SCHEDULE", "STATUS", "FROM", "TO", "OVERLAP", "ENDED", "CREATED"];

const colorOf = {
  running: "cyan",
  cancelling: "yellow",
  cancelled: "yellow",
  finished: "green",
} as const satisfies Record<BackfillStatus, string>;

/** Backfills for people, each on the clock of its schedule. */
export function backfillTable(backfills: readonly BackfillJson[], now: Date, colors: Colors): string {
  const head = columns.map((title) => colors.dim(title));
  const rows = backfills.map((backfill) => {
    const clock = zonedTime(backfill.timezone);
    return [
      backfill.id,
      printable(backfill.scheduleName),
      coloredStatus(backfill, colors),
      clock(new Date(backfill.from), now),
      clock(new Date(backfill.to), now),
      backfill.overlap,
      endedText(backfill),
      relativeTime(new Date(backfill.createdAt), now),
    ];
  });
  return renderTable([head, ...rows]);
}

/** A backfill that has finished makes no more runs, also if another one has run some of its fires. */
function endedText({ status, runs, fires }: BackfillJson): string {
  const ended = endedRuns(runs);
  return `${ended} of ${status === "finished" ? ended : fires}`;
}

/** All about one backfill for people, on the clock of its schedule. */
export function backfillPage(backfill: BackfillJson, now: Date, colors: Colors): string {
  const clock = zonedTime(backfill.timezone);
  const at = (instant: string | null) =>
    instant && `${clock(new Date(instant), now)} (${relativeTime(new Date(instant), now)})`;
  const { id, scheduleName, parallel } = backfill;
  const title = `Backfill ${id} of ${printable(scheduleName)}: ${coloredStatus(backfill, colors)}\n`;
  const facts: [string, string | null][] = [
    ["from", at(backfill.from)],
    ["to", at(backfill.to)],
    ["overlap", parallel === 1 ? backfill.overlap : `${backfill.overlap}, ${parallel} at once`],
    ["fires to run", String(backfill.fires)],
    ["runs", runsText(backfill.runs)],
    ["created", at(backfill.createdAt)],
    ["cancelled", at(backfill.cancelledAt)],
    ["finished", at(backfill.finishedAt)],
  ];
  return title + factSheet(facts, colors);
}

function coloredStatus({ status }: BackfillJson, colors: Colors): string {
  return colors[colorOf[status] ?? "reset"](status);
}

/** What a backfill would do about each fire, for people. */
export function previewPage({ timezone, counts, fires }: AskedBackfillJson, now: Date): string {
  const clock = zonedTime(timezone);
  const rows = fires.map((fire) => [clock(new Date(fire.fireTime), now), actionText(fire)]);
  const more = counts.fires + counts.blackout - fires.length;
  const rest = more > 0 ? `... and ${more} more.\n` : "";
  return `${renderTable(rows)}${rest}${plannedText(counts)} Nothing was done: it was a dry run.\n`;
}

function actionText({ action, runId, status, skipReason, coveredBy }: PreviewedFireJson): string {
  if (action === "blackout") return "blackout";
  if (action === "take_up") return `taken up (skipped: ${skipReason})`;
  if (action === "leave") return `has run ${runId} (${status})`;
  return coveredBy === null ? "run" : `run (run ${coveredBy} stands for it)`;
}
