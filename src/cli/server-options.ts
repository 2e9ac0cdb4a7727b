import { type Command, Option } from "commander";
import { clientOf, type Client } from "./client.js";
import { findServer, type Server, type ServerOptions } from "./find-server.js";
import type { Io } from "./io.js";
import { wholeNumber } from "./whole-number.js";

/** Adds what every client command takes to find its server. */
export function addServerOptions<Kind extends Command>(command: Kind, hidden = false): Kind {
  for (const option of serverOptions()) command.addOption(option.hideHelp(hidden));
  return command;
}

function serverOptions(): Option[] {
  return [
    new Option("--data-dir <dir>", "the server's data directory (BELFRY_DATA_DIR, else .belfry)"),
    new Option("--port <port>", "the server's port on this machine").argParser(
      wholeNumber("--port", 1, 65_535),
    ),
    new Option("--context <name>", "a server that you have signed in to (BELFRY_CONTEXT)"),
  ];
}

/** A client of the server that a command's options and the environment name. */
export async function connect(command: Command, io: Io): Promise<Client> {
  return clientOf(await serverFor(command, io));
}

/** The server that a command's options, the environment and the contexts name. */
export function serverFor(command: Command, io: Io): Promise<Server> {
  return findServer(serverOptionsOf(command), io);
}

// What stands nearer to the command wins over what stands before it.
function serverOptionsOf(command: Command): ServerOptions {
  const before = command.parent === null ? {} : serverOptionsOf(command.parent);
  return { ...before, ...command.opts<ServerOptions>() };
}
