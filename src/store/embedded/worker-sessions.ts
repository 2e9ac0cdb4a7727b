import { BelfryError, messageOf } from "../../core/errors.js";
import { prepareFolder } from "./folder.js";
import { startDatabaseWorker, type DatabaseWorker } from "./database-worker.js";
import { SessionStream } from "./session-stream.js";

/** Sessions with the worker thread that holds the database of a folder; one at a time does anything. */
export class WorkerSessions {
  readonly #folder: string;
  readonly #onCrash: (error: Error) => void;
  readonly #streams = new Map<number, SessionStream>();
  #worker: Promise<DatabaseWorker> | undefined;
  #count = 0;
  #closed = false;

  constructor(folder: string, onCrash: (error: Error) => void) {
    this.#folder = folder;
    this.#onCrash = onCrash;
  }

  /** The socket of a new session. A thread that is not there, or has crashed, is started for it. */
  open(): SessionStream {
    const session = ++this.#count;
    return new SessionStream((stream) => {
      this.#streams.set(session, stream);
      return {
        send: (bytes) => void this.#send(session, bytes),
        close: () => this.#streams.delete(session),
      };
    });
  }

  /** Shuts the database down and waits for the thread to end. */
  async close(): Promise<void> {
    this.#closed = true;
    const worker = await this.#worker?.catch(() => undefined);
    worker?.send("close");
    await worker?.ended;
  }

  async #send(session: number, bytes: Uint8Array): Promise<void> {
    try {
      const worker = await this.#running();
      worker.send({ session, bytes });
    } catch (error) {
      this.#streams.get(session)?.destroy(error instanceof BelfryError ? error : this.#unreachable(error));
    }
  }

  #running(): Promise<DatabaseWorker> {
    if (this.#closed) throw new Error("it is closed");
    this.#worker ??= this.#start().catch((error: unknown) => {
      this.#worker = undefined;
      throw error;
    });
    return this.#worker;
  }

  async #start(): Promise<DatabaseWorker> {
    try {
      const finishStart = await prepareFolder(this.#folder);
      const worker = await startDatabaseWorker(this.#folder, (session, bytes) =>
        this.#deliver(session, bytes),
      );
      await finishStart();
      void worker.ended.then((error) => this.#ended(error));
      return worker;
    } catch (cause) {
      const message = `The embedded database in ${this.#folder} cannot be started: ${messageOf(cause)}`;
      throw new BelfryError("data_dir_unusable", message, { cause });
    }
  }

  /** A session that has ended in the meantime does not want its answer any more. */
  #deliver(session: number, bytes: Uint8Array): void {
    this.#streams.get(session)?.push(bytes);
  }

  #ended(error = new Error("its thread has ended")): void {
    this.#worker = undefined;
    const reason = this.#unreachable(error);
    if (!this.#closed) this.#onCrash(reason);
    for (const stream of this.#streams.values()) stream.destroy(reason);
  }

  #unreachable(cause: unknown): BelfryError {
    const message = `The embedded database in ${this.#folder} does not answer: ${messageOf(cause)}`;
    return new BelfryError("database_unreachable", message, { cause });
  }
}
