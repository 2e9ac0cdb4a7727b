import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { chmod, chown, mkdir, readFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { findPostgresBinaries } from "./postgres-binaries.js";
import { createGuardedFolder } from "./temporary-folder.js";

export interface PostgresServer {
  url: string;
  /** Shuts it down and removes its data. */
  stop: () => Promise<void>;
  /** Shuts it down, if it runs, and starts it again with the same data at the same address. */
  restart: () => Promise<void>;
  /** Ends it at once, as a power cut would (but for the disk); `restart` brings it back. */
  kill: () => Promise<void>;
}

interface Cluster {
  folder: string;
  data: string;
  binaries: string;
  port: number;
  fsync: boolean;
  owner: Owner;
}

/** PostgreSQL refuses to run as root, so root starts it as somebody else. */
type Owner = { uid: number; gid: number } | Record<string, never>;

/** Ends the server if it still runs, when this process is gone. */
const endServer = 'kill -QUIT "$(head -n 1 data/postmaster.pid)" && sleep 1';

/** Starts a PostgreSQL of its own, in a temporary folder, that ends with this process however that ends. */
export async function startPostgres(options: { fsync: boolean }): Promise<PostgresServer> {
  const { folder, remove } = await createGuardedFolder("postgres", endServer);
  try {
    const cluster = await createCluster(folder, options.fsync);
    return controlsOf(cluster, await startCluster(cluster), remove);
  } catch (error) {
    await remove();
    throw error;
  }
}

function controlsOf(cluster: Cluster, started: ChildProcess, remove: () => Promise<void>): PostgresServer {
  let server = started;
  return {
    url: urlOf(cluster),
    kill: () => end(server, "SIGKILL"),
    restart: async () => {
      await end(server, "SIGINT");
      server = await startCluster(cluster);
    },
    stop: async () => {
      await end(server, "SIGINT");
      await remove();
    },
  };
}

async function createCluster(folder: string, fsync: boolean): Promise<Cluster> {
  const owner = findOwner();
  const data = join(folder, "data");
  const binaries = await findPostgresBinaries(folder);
  await mkdir(data);
  await chmod(folder, 0o755);
  if (owner.uid !== undefined) for (const path of [folder, data]) await chown(path, owner.uid, owner.gid);
  await runInitdb(folder, join(binaries, "initdb"), data, owner);
  return { folder, data, binaries, port: await freePort(), fsync, owner };
}

function findOwner(): Owner {
  if (process.getuid?.() !== 0) return {};
  const users = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  const user = users.find(([name]) => name === "postgres") ?? users.find(([name]) => name === "nobody");
  if (user === undefined)
    throw new Error("PostgreSQL cannot run as root, and there is no user postgres or nobody.");
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

async function runInitdb(folder: string, initdb: string, data: string, owner: Owner): Promise<void> {
  const args = ["-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"];
  const log = join(folder, "initdb.log");
  const child = spawnWithLog(initdb, args, folder, log, owner);
  if ((await exitOf(child)) !== 0) throw new Error(`initdb failed: ${await readFile(log, "utf8")}`);
}

/** Tries again while the last server's processes are still dying. */
async function startCluster(cluster: Cluster): Promise<ChildProcess> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const server = spawnServer(cluster);
    if (await answers(cluster, server)) return server;
    const log = await readFile(logOf(cluster), "utf8");
    if (Date.now() > deadline || !/shared memory block|lock file/.test(log))
      throw new Error(`postgres failed: ${log}`);
    await sleep(100);
  }
}

function spawnServer({ folder, data, binaries, port, fsync, owner }: Cluster): ChildProcess {
  const settings = {
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: "",
    max_connections: "200",
    ...(fsync ? {} : { fsync: "off", full_page_writes: "off", synchronous_commit: "off" }),
  };
  const args = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  return spawnWithLog(
    join(binaries, "postgres"),
    ["-D", data, ...args],
    folder,
    join(folder, "postgres.log"),
    owner,
  );
}

function logOf(cluster: Cluster): string {
  return join(cluster.folder, "postgres.log");
}

/** In a process group of its own: an interrupt from the keyboard is for the tests, which then stop it in good order. */
function spawnWithLog(command: string, args: string[], cwd: string, log: string, owner: Owner): ChildProcess {
  const output = openSync(log, "w");
  const env = { PATH: process.env["PATH"], LC_ALL: "C", TZ: "UTC" };
  const child = spawn(command, args, {
    cwd,
    env,
    stdio: ["ignore", output, output],
    detached: true,
    ...owner,
  });
  closeSync(output);
  child.unref();
  return child;
}

/** Whether the server comes up, rather than ends. */
async function answers(cluster: Cluster, server: ChildProcess): Promise<boolean> {
  while (server.exitCode === null && server.signalCode === null) {
    const client = new Client({ connectionString: urlOf(cluster) });
    client.on("error", () => {});
    const connected = await client.connect().then(
      () => true,
      () => false,
    );
    await client.end();
    if (connected) return true;
    await sleep(25);
  }
  return false;
}

function urlOf(cluster: Cluster): string {
  return `postgres://postgres@127.0.0.1:${cluster.port}/postgres`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function end(server: ChildProcess, signal: "SIGINT" | "SIGKILL"): Promise<void> {
  server.kill(signal);
  await exitOf(server);
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    child.ref();
    await once(child, "exit");
  }
  return child.exitCode;
}
