/** When a schedule fires: each `periodSec`, `phaseSec` after a whole multiple of it since 1970, in UTC. */
export interface Grid {
  periodSec: number;
  phaseSec: number;
}

/** Whether a grid fires at an instant. */
export function firesAt(grid: Grid, atMs: number): boolean {
  return fireAtOrBefore(grid, atMs) === atMs;
}

/** The newest fire that is not after an instant. */
export function fireAtOrBefore({ periodSec, phaseSec }: Grid, atMs: number): number {
  const periodMs = periodSec * 1000;
  return Math.floor((atMs - phaseSec * 1000) / periodMs) * periodMs + phaseSec * 1000;
}

/** The newest fire before an instant. */
export function fireBefore(grid: Grid, atMs: number): number {
  return fireAtOrBefore(grid, atMs - 1);
}

/** The first fire after an instant. */
export function fireAfter(grid: Grid, atMs: number): number {
  return fireAtOrBefore(grid, atMs) + grid.periodSec * 1000;
}

/** How many fires there are from one fire to another, both counted. */
export function firesFromTo({ periodSec }: Grid, fromMs: number, toMs: number): number {
  return (toMs - fromMs) / (periodSec * 1000) + 1;
}
