import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Reply, Request } from "./messages.js";

/** A running worker thread with the database of a folder in it. */
export interface DatabaseWorker {
  send(request: Request): void;
  /** Resolves when the thread has ended, with what ended it; with undefined if that was wished. */
  ended: Promise<Error | undefined>;
}

const program = import.meta.url.endsWith(".ts") ? "./worker-from-source.mjs" : "./worker.js";

/** Starts the thread; resolves when the database in it is up, and rejects if it cannot start. */
export async function startDatabaseWorker(
  folder: string,
  onReply: (session: number, bytes: Uint8Array) => void,
): Promise<DatabaseWorker> {
  const worker = new Worker(new URL(program, import.meta.url), {
    workerData: { folder },
    name: "belfry-database",
  });
  const ended = endOf(worker);
  await Promise.race([
    once(worker, "message"),
    ended.then((error) => Promise.reject(error ?? new Error("it ended"))),
  ]);
  worker.on("message", (reply: Reply) => {
    if (reply !== "ready") onReply(reply.session, reply.bytes);
  });
  return {
    ended,
    send: (request) =>
      worker.postMessage(request, request === "close" ? [] : [request.bytes.buffer as ArrayBuffer]),
  };
}

function endOf(worker: Worker): Promise<Error | undefined> {
  return new Promise((resolve) => {
    let failure: Error | undefined;
    worker.on("error", (error) => (failure = error instanceof Error ? error : new Error(String(error))));
    worker.on("exit", (code) =>
      resolve(failure ?? (code === 0 ? undefined : new Error(`exit code ${code}`))),
    );
  });
}
