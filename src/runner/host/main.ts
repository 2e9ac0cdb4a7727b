import { Host } from "./host.js";

/**
 * `belfry runner --host --socket PATH`: stays, and carries out the runs that servers hand it over the socket. Ends by itself
 * when no server has been connected and no run at work for ten seconds (`--idle-ms`). SIGTERM: no more runs, and an end after
 * the last one; again: ends the jobs; and again: at once. If another host answers at the path, it ends with 0 too.
 */
export async function runHost(argv: readonly string[]): Promise<number> {
  const { socket, idleMs } = readArguments(argv);
  const host = new Host(socket, idleMs);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => host.shutDown());
  await host.work();
  return 0;
}

function readArguments(argv: readonly string[]): { socket: string; idleMs: number } {
  const given = new Map<string, string>();
  for (let at = 0; at + 1 < argv.length; at += 2) given.set(argv[at]!, argv[at + 1]!);
  const socket = given.get("--socket") ?? "";
  const idleMs = Number(given.get("--idle-ms") ?? 10_000);
  const known = [...given.keys()].every((name) => name === "--socket" || name === "--idle-ms");
  if (socket === "" || !known || argv.length % 2 === 1 || !Number.isFinite(idleMs)) {
    throw new Error(
      `"${argv.join(" ")}" is not what a runner host takes. Usage: belfry runner --host --socket PATH`,
    );
  }
  return { socket, idleMs };
}
