import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { delimiter, join } from "node:path";
import { eventually } from "../test/support/eventually.js";
import { findFreePort } from "../test/support/free-port.js";

export interface Redis extends AsyncDisposable {
  port: number;
}

/** Starts a Redis that writes down each change, as durable queues are told to; null if there is none on this machine. */
export async function startRedis(folder: string): Promise<Redis | null> {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((entry) => entry !== "");
  const binary = folders.map((entry) => join(entry, "redis-server")).find((file) => existsSync(file));
  if (binary === undefined) return null;
  const port = await findFreePort();
  const files = ["--dir", folder, "--save", "", "--appendonly", "yes", "--appendfsync", "everysec"];
  const child = spawn(binary, ["--port", String(port), "--bind", "127.0.0.1", ...files], { stdio: "ignore" });
  await eventually(() => answers(port));
  return {
    port,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    },
  };
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  const isThere = await Promise.race([
    once(socket, "connect").then(() => true),
    once(socket, "error").then(
      () => false,
      () => false,
    ),
  ]).catch(() => false);
  socket.destroy();
  return isThere;
}
