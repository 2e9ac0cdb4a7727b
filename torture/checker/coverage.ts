import type { RunRow, Version } from "./evidence.js";
import { fireAfter, fireBefore, firesAt, firesFromTo, type Grid } from "./grid.js";
import { instant } from "./instant.js";
import type { Scene } from "./scene.js";

/** The fires that a row stands for. */
interface Span {
  fromMs: number;
  toMs: number;
  count: number;
  /** What it is called in a violation. */
  called: string;
}

/** A version is taken for the next one's so long before and after it was seen to be. */
const slackMs = 100;

/**
 * Each fire of a schedule, from its creation until what it says it owes next, is in exactly one row. Where its times were
 * edited, the ones before count up to an instant of the edit and the ones after from there on.
 */
export function checkCoverage({ asked, row, runs }: Scene): string[] {
  const { name, versions } = asked;
  const spans = [
    ...runs
      .filter(hasFire)
      .map(spanOf)
      .sort((a, b) => a.toMs - b.toMs),
    ...owedSpan(row.owedMs),
  ];
  let reached: number[] | null = null; // the versions that the span before may be of
  const violations: string[] = [];
  for (const [index, span] of spans.entries()) {
    const before = spans[index - 1];
    const fits = versions.flatMap((version, number) => (isOf(version.grid, span) ? [number] : []));
    const next = fits.filter((to) =>
      before === undefined || reached === null
        ? followsCreation(versions, to, span, row.createdMs)
        : reached.some((from) => follows(versions, { from, to }, before, span)),
    );
    if (next.length === 0)
      violations.push(whyNot(name, versions, { before, span, fits, createdMs: row.createdMs }));
    reached = next.length > 0 ? next : fits.length > 0 ? fits : (reached ?? [0]);
  }
  return violations;
}

function hasFire(run: RunRow): run is RunRow & { fireMs: number } {
  return run.fireMs !== null;
}

function spanOf(run: RunRow & { fireMs: number }): Span {
  const { fireMs, coversFromMs, coversCount, id } = run;
  return { fromMs: coversFromMs ?? fireMs, toMs: fireMs, count: coversCount, called: `run ${id}` };
}

function owedSpan(owedMs: number | null): Span[] {
  return owedMs === null ? [] : [{ fromMs: owedMs, toMs: owedMs, count: 1, called: "what it owes next" }];
}

function isOf(grid: Grid, { fromMs, toMs, count }: Span): boolean {
  return firesAt(grid, fromMs) && firesAt(grid, toMs) && firesFromTo(grid, fromMs, toMs) === count;
}

/**
 * Whether the first span is the first one after the creation, perhaps of times that were edited before they fired. A row is
 * dated when its creation began, and counts from when it was through.
 */
function followsCreation(versions: readonly Version[], to: number, span: Span, createdMs: number): boolean {
  const began = { fromMs: createdMs - slackMs, untilMs: versions[0]!.since.untilMs + slackMs };
  return isFirstAfter(versions, { from: 0, to }, began, span.fromMs);
}

function follows(
  versions: readonly Version[],
  step: { from: number; to: number },
  before: Span,
  span: Span,
): boolean {
  return isFirstAfter(versions, step, { fromMs: before.toMs, untilMs: before.toMs }, span.fromMs);
}

/**
 * Whether `fireMs` is the first fire after `began`, if the times were of the version `from` then and are of `to` now. Each
 * edit between has a range of instants at which it can have been; an empty range says no.
 */
function isFirstAfter(
  versions: readonly Version[],
  { from, to }: { from: number; to: number },
  began: { fromMs: number; untilMs: number },
  fireMs: number,
): boolean {
  if (to < from) return false;
  let range = began;
  for (let version = from + 1; version <= to; version += 1) {
    const { since } = versions[version]!;
    range = {
      fromMs: Math.max(range.fromMs, since.afterMs - slackMs),
      untilMs: Math.min(fireAfter(versions[version - 1]!.grid, range.untilMs) - 1, since.untilMs + slackMs),
    };
    if (range.fromMs > range.untilMs) return false;
  }
  const previousMs = fireBefore(versions[to]!.grid, fireMs);
  return Math.max(range.fromMs, previousMs) <= Math.min(range.untilMs, fireMs - 1);
}

function whyNot(
  name: string,
  versions: readonly Version[],
  {
    before,
    span,
    fits,
    createdMs,
  }: { before: Span | undefined; span: Span; fits: readonly number[]; createdMs: number },
): string {
  const which = `${name}: ${span.called}, ${rangeOf(span)},`;
  if (fits.length === 0) return `${which} does not stand for fires of this schedule's times.`;
  const { grid } = versions[fits[0]!]!;
  if (before === undefined) {
    return `${which} is not the first after its creation at ${instant(createdMs)}: that is ${instant(fireAfter(grid, createdMs))}.`;
  }
  if (span.fromMs <= before.toMs)
    return `${which} stands for fires that ${before.called}, ${rangeOf(before)}, stands for too.`;
  return `${which} does not follow ${before.called}, ${rangeOf(before)}: ${instant(fireAfter(grid, before.toMs))} is in no row.`;
}

function rangeOf({ fromMs, toMs, count }: Span): string {
  return count === 1 ? instant(toMs) : `${instant(fromMs)} to ${instant(toMs)} (${count} fires)`;
}
