import { type Document, LineCounter, parseDocument } from "yaml";
import { followAliases } from "./aliases.js";
import { keepAsWritten } from "./as-written.js";
import { findBadKeys } from "./bad-keys.js";
import { Places } from "./places.js";
import { type KeyPath, ManifestError, type ManifestProblem, pathText } from "./problem.js";
import { syntaxProblems } from "./syntax.js";

/** YAML that could be read: its value, the keys that it cannot have, and where everything stands. */
export interface ManifestDocument {
  value: unknown;
  badKeys: readonly ManifestProblem[];
  /** A problem, at the place of the last key of the path that the text has, or in a block of text at a line of it, from 0. */
  problemAt: (path: KeyPath, message: string, line?: number) => ManifestProblem;
}

// YAML 1.2 whatever the text says of itself (`on` and `no` are words), no merge keys; repeated keys are ours to find,
// because the library names only the second.
const options = {
  schema: "core",
  merge: false,
  resolveKnownTags: false,
  stringKeys: true,
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: "error",
} as const;

/** How often the aliases of an anchor may stand for it, also through others: enough for work, too few for a bomb. */
const maxAliasCount = 10_000;

/** Reads YAML; throws a ManifestError with all that makes it none. */
export function readDocument(text: string, file: string): ManifestDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { ...options, lineCounter: lines });
  const at = (offset: number, path: KeyPath, message: string): ManifestProblem => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1), path: pathText(path), message };
  };
  refuse(file, syntaxProblems(document, lines, text));
  const { aliases, lost } = followAliases(document);
  refuse(
    file,
    lost.map(({ offset, message }) => at(offset, [], message)),
  );
  const places = new Places(document, aliases, text);
  keepAsWritten(places);
  return {
    value: toValue(document, file),
    badKeys: findBadKeys(document, lines),
    problemAt: (path, message, line) => at(places.offsetOf(path, line), path, message),
  };
}

function refuse(file: string, problems: ManifestProblem[]): void {
  if (problems.length > 0) throw new ManifestError(file, problems);
}

function toValue(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount });
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    const message = `The aliases stand for too much (more than ${maxAliasCount} times). Write it out.`;
    throw new ManifestError(file, [{ line: 1, column: 1, path: "", message }]);
  }
}
