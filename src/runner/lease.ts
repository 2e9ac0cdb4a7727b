import type { Reply } from "./api.js";
import { upMs } from "./clock.js";
import { startTimer } from "./long-timer.js";

/** What a lease is made of: how long it is, and whether anybody else could get the run when it is over. */
export interface LeaseTerms {
  leaseMs: number;
  soleServer: boolean;
}

/** What a runner does as the end of its lease comes near, and when it has got more time. */
export interface LeaseActions {
  /** The job is to end: five sixths of the lease are over. */
  onLate(): void;
  /** The job must be gone: fourteen fifteenths are over. */
  onOver(): void;
  /** From now on it counts from this instant of `upMs()`. */
  onRenewed(renewedAt: number): void;
}

/** For how long a job that is to end may take, before it must be gone. */
export function leaseGraceMs({ leaseMs }: LeaseTerms): number {
  return leaseMs / 10;
}

/**
 * A runner's right to its run: it counts from the instant at which the last report was *sent* that was taken, so that it is
 * over here before it is over at the server. With a sole server the lease also counts from a report that got no answer.
 */
export class Lease {
  readonly #terms: LeaseTerms;
  readonly #actions: LeaseActions;
  #renewedAt: number;
  #callOff: () => void;

  constructor(terms: LeaseTerms, renewedAt: number, actions: LeaseActions) {
    this.#terms = terms;
    this.#actions = actions;
    this.#renewedAt = renewedAt;
    this.#callOff = this.#waitFor(this.#lateAt, () => this.#late());
  }

  /** Reads what became of a report that was sent at an instant. */
  heed(reply: Reply, sentAt: number): void {
    if (reply.kind === "taken") this.#renew(sentAt);
    else if (reply.kind === "lost" && !reply.answered && this.#terms.soleServer) this.#renew(upMs());
  }

  /** Watches no more. */
  close(): void {
    this.#callOff();
  }

  #renew(at: number): void {
    if (at <= this.#renewedAt) return;
    this.#renewedAt = at;
    this.#actions.onRenewed(at);
  }

  readonly #lateAt = (): number => this.#renewedAt + (this.#terms.leaseMs * 5) / 6;
  readonly #overAt = (): number => this.#renewedAt + (this.#terms.leaseMs * 14) / 15;

  /** What was renewed meanwhile is waited for again: a timer per report would cost more. */
  #waitFor(instant: () => number, act: () => void): () => void {
    const whenDue = (): void => {
      if (upMs() >= instant()) act();
      else this.#callOff = this.#waitFor(instant, act);
    };
    return startTimer(Math.max(0, instant() - upMs()), whenDue);
  }

  /** From here on there is no way back: the job has been told to end. */
  #late(): void {
    this.#actions.onLate();
    const overAt = Math.max(this.#overAt(), upMs());
    this.#callOff = this.#waitFor(
      () => overAt,
      () => this.#actions.onOver(),
    );
  }
}
