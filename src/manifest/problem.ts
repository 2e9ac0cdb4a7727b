import { BelfryError } from "../core/errors.js";

export type KeyPath = readonly (string | number)[];

/** Something in a manifest that cannot be. Lines and columns count from 1; `path` is as people read it. */
export interface ManifestProblem {
  line: number;
  column: number;
  path: string;
  message: string;
}

/** Of more problems than this only the number is told. */
export const shownAtMost = 100;

/** `invalid_manifest` with every problem of the file: one a line in the message, and as data. */
export class ManifestError extends BelfryError {
  readonly file: string;
  readonly problems: readonly ManifestProblem[];

  constructor(file: string, problems: readonly ManifestProblem[]) {
    super("invalid_manifest", describe(file, problems));
    this.file = file;
    this.problems = problems;
  }
}

function describe(file: string, problems: readonly ManifestProblem[]): string {
  const lines = problems.slice(0, shownAtMost).map((problem) => lineOf(file, problem));
  const more = problems.length - lines.length;
  return [...lines, ...(more > 0 ? [`... and ${more} more.`] : [])].join("\n");
}

function lineOf(file: string, { line, column, path, message }: ManifestProblem): string {
  return `${file}:${line}:${column} ${path === "" ? "" : `${path}: `}${message}`;
}

/** `schedules.backup.run[0]`; a name with more than letters, digits, `_` and `-` is put in quotes. */
export function pathText(path: KeyPath): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else text += `${text === "" ? "" : "."}${/^[\w-]+$/.test(step) ? step : JSON.stringify(step)}`;
  }
  return text;
}
