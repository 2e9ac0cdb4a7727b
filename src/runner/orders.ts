import type { Orders as OrdersAnswer } from "../api/internal/shapes.js";

/** Where the answers of the server are acted upon. */
export interface Orders {
  /** Reads an answer to logs or a heartbeat, and obeys it. */
  heed(answer: unknown): void;
  /** The server has moved on without this runner. */
  disown(why: string): void;
}

/** Whether an answer asks for the run to be cancelled. */
export function asksToCancel(answer: unknown): boolean {
  return (answer as Partial<OrdersAnswer> | null)?.cancelRequested === true;
}
