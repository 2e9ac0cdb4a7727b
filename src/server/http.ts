import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { BelfryError } from "../core/errors.js";

/** `env` is what the request came in by: the socket, for those who want to know where it is from. */
export type FetchHandler = (request: Request, env: object) => Response | Promise<Response>;

/** A listening HTTP server whose answers can be exchanged while it listens. */
export interface HttpServer {
  url: string;
  answerWith(handler: FetchHandler): void;
  close(): Promise<void>;
}

/** Listens on the address; port 0 takes any that is free. Throws `port_in_use`. */
export async function listenHttp(
  { host, port }: { host: string; port: number },
  first: FetchHandler,
): Promise<HttpServer> {
  let handler = first;
  const listener = getRequestListener((request, env) => handler(request, env));
  const server = createServer(
    { maxHeaderSize: 16 * 1024 },
    (incoming, outgoing) => void listener(incoming, outgoing),
  );
  // Whoever sends slowly, or without an end, holds nothing for long. Node.js looks each half minute.
  server.headersTimeout = 20_000;
  server.requestTimeout = 60_000;
  // Heartbeats and log followers are held for up to 30 s between two answers.
  server.keepAliveTimeout = 65_000;
  await listening(server, host, port);
  const { port: actualPort } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${actualPort}`,
    answerWith(next) {
      handler = next;
    },
    close: () => close(server),
  };
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)));
    server.listen(port, host, resolve);
  });
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === "EADDRINUSE") {
    const message = `Port ${port} on ${host} is in use, perhaps by another Belfry. Stop it, or choose another with --port.`;
    return new BelfryError("port_in_use", message);
  }
  const message = `Cannot listen on ${host}:${port}: ${error.message}. Choose another with --host and --port.`;
  return new BelfryError("invalid_config", message, { cause: error });
}

async function close(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    // What is being answered gets a moment; runners repeat what was cut off.
    setTimeout(() => server.closeAllConnections(), 500).unref();
  });
}
