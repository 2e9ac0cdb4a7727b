/** What the worker thread is started with. */
export interface WorkerData {
  folder: string;
}

/** To the worker: messages of a session in PostgreSQL's wire protocol, or the wish to end. */
export type Request = { session: number; bytes: Uint8Array } | "close";

/** From the worker: that the database has started, or what it answered to a session. */
export type Reply = { session: number; bytes: Uint8Array } | "ready";
