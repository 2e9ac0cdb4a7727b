import { quoted } from "./quote.js";
import { BelfryError, messageOf } from "../errors.js";

const longestText = 10_000;
const mostLines = 50;

/** Reads each line that is not blank, at least one and at most 50; an error names its line if there are several. */
export function eachLine<Spec>(text: string, read: (line: string) => Spec): Spec[] {
  if (typeof text !== "string") return [read(text)];
  if (text.length > longestText) throw tooLong(text);
  if (!text.includes("\n")) return [read(trimmed(text))];
  const lines = text.split("\n").map((line, index) => ({ line: trimmed(line), number: index + 1 }));
  const written = lines.filter(({ line }) => line !== "");
  if (written.length > mostLines) throw tooMany(written.length);
  if (written.length <= 1) return [read(written[0]?.line ?? "")];
  return written.map(({ line, number }) => readLine(line, number, read));
}

/** Only the blanks that may stand between fields: others are an error of the expression. */
function trimmed(line: string): string {
  return line.replace(/^[ \t\v\f\r]+|[ \t\v\f\r]+$/g, "");
}

function readLine<Spec>(line: string, number: number, read: (line: string) => Spec): Spec {
  try {
    return read(line);
  } catch (error) {
    throw new BelfryError("invalid_cron", `Line ${number}: ${messageOf(error)}`, { cause: error });
  }
}

function tooLong(text: string): BelfryError {
  const length = `are ${text.length} characters long; at most ${longestText} are read`;
  return new BelfryError("invalid_cron", `The cron expressions ${quoted(text)} ${length}.`);
}

function tooMany(count: number): BelfryError {
  return new BelfryError(
    "invalid_cron",
    `There are ${count} cron expressions; at most ${mostLines} are read.`,
  );
}
