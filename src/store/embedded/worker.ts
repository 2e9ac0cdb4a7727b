import { parentPort, workerData } from "node:worker_threads";
import { PGlite, protocol } from "@electric-sql/pglite";
import type { Reply, Request, WorkerData } from "./messages.js";

/**
 * The thread in which the embedded database lives. It speaks PostgreSQL's own wire protocol, so that `pg` itself is
 * the client of both databases and their answers cannot differ.
 */
const port = parentPort!;
const database = await start((workerData as WorkerData).folder);
const superuser = { user: "postgres", database: "postgres" };
let greeting: Uint8Array | undefined;

port.postMessage("ready" satisfies Reply);
port.on("message", (request: Request) => {
  if (request === "close") void close();
  else answer(request.session, request.bytes);
});

/** Throws with what PostgreSQL said last if it cannot start: PGlite's own errors say little, and some are no errors. */
async function start(dataDir: string): Promise<PGlite> {
  const said: string[] = [];
  const onStderr = (line: string) => said.push(line) < 0; // false: PGlite need not print it
  try {
    return await PGlite.create({ dataDir, onStderr });
  } catch (cause) {
    const reason =
      said.findLast((line) => /FATAL|PANIC/.test(line)) ?? (cause as { message?: string }).message;
    throw new Error(reason ?? "it fails to start", { cause });
  }
}

async function close(): Promise<void> {
  await database.close();
  port.close();
}

function answer(session: number, bytes: Uint8Array): void {
  const reply = isStartup(bytes) ? greet() : execute(bytes);
  port.postMessage({ session, bytes: reply } satisfies Reply, [reply.buffer as ArrayBuffer]);
}

/** A start-up packet has no type byte: it begins with its length, of which the first byte is zero. */
function isStartup(bytes: Uint8Array): boolean {
  return bytes[0] === 0;
}

/** PGlite has one session for its whole life: only the first start-up is real, a later one makes it like new. */
function greet(): Uint8Array {
  if (greeting === undefined)
    greeting = database.execProtocolRawSync(protocol.serialize.startup(superuser)).slice();
  else for (const statement of ["rollback", "discard all"]) execute(protocol.serialize.query(statement));
  return greeting.slice();
}

/** Throws, which ends this thread, if the answer is not whole: the engine has failed, and pg would wait for ever. */
function execute(bytes: Uint8Array): Uint8Array {
  const chunks: Uint8Array[] = [];
  void database.execProtocolRawStream(bytes, {
    syncToFs: false,
    onRawData: (chunk) => chunks.push(chunk.slice()), // a view of memory that the engine goes on using
  });
  const reply = new Uint8Array(Buffer.concat(chunks));
  if (!endsReady(reply)) throw new Error("The embedded database gave no answer.");
  return reply;
}

/** Whether the bytes end with ReadyForQuery: "Z", length 5, and the state of the transaction. */
function endsReady(bytes: Uint8Array): boolean {
  return bytes.at(-6) === "Z".charCodeAt(0) && bytes.at(-2) === 5;
}
