import type { Document, ErrorCode, LineCounter, YAMLError } from "yaml";
import type { ManifestProblem } from "./problem.js";

// What a person can do about it, where the library's own words tell only what its parser met.
const advice: Partial<Record<ErrorCode, string>> = {
  BAD_SCALAR_START: "A value that begins with @, `, % or another sign of YAML goes in quotes.",
  BLOCK_AS_IMPLICIT_KEY: 'A value with ": " in it goes in quotes.',
  MULTIPLE_DOCS: "A manifest is one document. Take the line away that begins with ---.",
  NON_STRING_KEY: "A key is a word, not a list, a map or an alias.",
  RESOURCE_EXHAUSTION: "This is nested too deeply.",
  TAB_AS_INDENT: "YAML cannot be indented with tabs. Use spaces.",
};

/** The errors of the YAML itself: of each line the first, because the others mostly follow from it. */
export function syntaxProblems(
  document: Document.Parsed,
  lines: LineCounter,
  text: string,
): ManifestProblem[] {
  const firsts = new Map<number, ManifestProblem>();
  for (const error of [...document.errors, ...document.warnings]) {
    const { line, col } = lines.linePos(error.pos[0]);
    if (firsts.has(line)) continue;
    firsts.set(line, { line, column: col, path: "", message: wordsFor(error, textOf(line, lines, text)) });
  }
  return [...firsts.values()].toSorted((a, b) => a.line - b.line);
}

function wordsFor(error: YAMLError, line: string): string {
  if (/(^|[:-])\s+\*\S*(\s|$)/.test(line) && /ALIAS|UNEXPECTED_TOKEN/.test(error.code)) {
    return 'A value that begins with * goes in quotes, such as cron: "*/5 * * * *".';
  }
  if (error.code === "TAG_RESOLVE_FAILED")
    return `${error.message.replace("Unresolved", "Unknown")}. Take it away.`;
  return advice[error.code] ?? `This is not YAML: ${error.message}.`;
}

function textOf(line: number, lines: LineCounter, text: string): string {
  return text.slice(lines.lineStarts[line - 1], lines.lineStarts[line]);
}
