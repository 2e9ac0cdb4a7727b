import { inEnglish } from "../../explain/english.js";
import { timesOfExpressions } from "../../core/fires/coming-fires.js";
import { type ExplainedTimes, explainTimes, timesPage } from "./times.js";
import { type ExpressionOptions, readingOf } from "../expression-options.js";
import { factSheet } from "../fact-sheet.js";
import { colorsFor, type Io } from "../io.js";
import { printJson } from "../print-json.js";
import { expressionsText } from "../schedule/timing-text.js";

interface ExplainedExpression extends ExplainedTimes {
  expressions: string[];
  timezone: string;
  name: string | null;
  english: string;
  /** The expressions with nicknames spelled out, and each `H` replaced by what it stands for. */
  resolved: string[];
}

/** Prints what expressions mean, when they fire next, and what may not be meant so. It asks no server. */
export function explainExpression(
  text: string,
  { count, json, ...options }: ExpressionOptions & { count: number; json?: boolean },
  io: Io,
): void {
  const reading = readingOf(options);
  const times = timesOfExpressions(text, reading);
  const explained = {
    expressions: times.specs.map(({ expression }) => expression.trim()),
    timezone: reading.timeZone,
    name: reading.name ?? null,
    english: inEnglish(text, reading.name),
    resolved: times.specs.map(({ resolved }) => resolved),
    ...explainTimes(times, { now: io.now(), count }),
  };
  if (json) printJson(io, explained);
  else io.stdout.write(page(explained, text, io));
}

function page(explained: ExplainedExpression, text: string, io: Io): string {
  const colors = colorsFor(io);
  const { timezone: timeZone, english, name } = explained;
  const resolved = explained.resolved.join(" | ");
  const facts: [string, string | null][] = [
    ["means", english],
    ["zone", timeZone],
    ["name", name],
    ["stands for", resolved === expressionsText(text) ? null : resolved],
  ];
  const head = `${expressionsText(text)}\n${factSheet(facts, colors)}`;
  return head + timesPage(explained, { timeZone, now: io.now(), colors });
}
