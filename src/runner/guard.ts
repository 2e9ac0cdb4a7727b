import type { JobMarks } from "./process-tree.js";

/** A job that is known to a guard. */
export interface GuardedJob {
  /** Lets it go on until this instant of `upMs()`. */
  renew(until: number): void;
  /** It is over. */
  release(): void;
}

/** Sees to it that a job does not outlive its runner. */
export interface Guard {
  watch(job: Omit<JobMarks, "startedAt">, until: number): GuardedJob;
}
