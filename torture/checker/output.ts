import type { OutputRow, RunRow } from "./evidence.js";
import { listBy } from "./list-by.js";
import type { Lookup } from "./scene.js";
import { exitCodeOf } from "./starts.js";

/** The line that a job prints as its `number`th, from 1. */
export function lineOf(run: { runId: string; attempt: number }, number: number): string {
  return `${run.runId}.${run.attempt} line ${number}`;
}

/**
 * Output is kept once and in order, from its first line on; of a run whose end its runner told, all of it. A job numbers
 * its lines and says at its end how many there were.
 */
export function checkOutput(lookup: Lookup, outputs: readonly OutputRow[]): string[] {
  const byRun = listBy(outputs, ({ runId }) => runId);
  return [...lookup.runById.values()].flatMap((run) => {
    const kept = byRun.get(run.id) ?? [];
    const faults = [...kept.flatMap((output) => brokenLine(output)), ...incomplete(run, kept, lookup)];
    return faults.map((fault) => `${lookup.nameOfRun(run)}: of the output of run ${run.id} ${fault}`);
  });
}

function brokenLine(output: OutputRow): string[] {
  const { attempt, chunks, firstSeq, lastSeq } = output;
  if (firstSeq !== 0 || lastSeq !== chunks - 1) {
    return [`at attempt ${attempt} there are ${chunks} chunks, numbered from ${firstSeq} to ${lastSeq}.`];
  }
  const lines = linesOf(output);
  const wrong = lines.findIndex((line, index) => !isLine(line, output, index, lines.length));
  if (wrong < 0) return [];
  return [
    `at attempt ${attempt} line ${wrong + 1} is "${lines[wrong]}", not "${lineOf(output, wrong + 1)}".`,
  ];
}

/** The last line of a job that was ended may be cut. */
function isLine(line: string, output: OutputRow, index: number, count: number): boolean {
  const right = lineOf(output, index + 1);
  return line === right || (index === count - 1 && !output.text.endsWith("\n") && right.startsWith(line));
}

function incomplete(run: RunRow, kept: readonly OutputRow[], { livesOf }: Lookup): string[] {
  if (exitCodeOf(run) === null) return [];
  const end = livesOf(run.id).find(({ attempt }) => attempt === run.attempt)?.end;
  if (end === null || end === undefined) return []; // Another law says so.
  const output = kept.find(({ attempt }) => attempt === run.attempt);
  const lines = (output?.text.split("\n").length ?? 1) - 1; // A line that is cut is none.
  return lines === end.lines ? [] : [`${lines} lines are kept, and its job printed ${end.lines}.`];
}

function linesOf({ text }: OutputRow): string[] {
  const lines = text.split("\n");
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}
