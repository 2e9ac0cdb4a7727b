/** A job that is known to a guard. */
export interface GuardedJob {
  /** It is there, as a process group. */
  watch(groupId: number): void;
  /** Lets it go on until this instant of `upMs()`. */
  renew(until: number): void;
  /** It is over, or was never there. */
  release(): void;
}

/** Sees to it that a job does not outlive its runner. */
export interface Guard {
  /**
   * A job is about to be started, with this entry in its environment, and may go on until this instant. The guard knows of it before it is there: else a runner
   * that is killed in between would leave it to nobody.
   */
  expect(assignment: string, until: number): GuardedJob;
}
