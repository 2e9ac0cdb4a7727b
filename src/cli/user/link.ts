import type { Command } from "commander";
import { examples } from "../examples.js";
import type { Io } from "../io.js";
import { peopleClientOf } from "../people-client.js";
import { printJson, type JsonOption } from "../print-json.js";
import { addServerOptions, serverFor } from "../server-options.js";
import { tellLink } from "./user.js";

/** Adds `belfry link`: a way in for whoever has none. */
export function registerLink(program: Command, io: Io): void {
  const link = program
    .command("link [user]")
    .description("make a link that lets a user in, once; where there are none yet, the owner");
  addServerOptions(link.option("--json", "print a JSON object"));
  examples(link, ["belfry link", "belfry link ann"]);
  link.action(async (user: string | undefined, { json }: JsonOption) => {
    const made = await peopleClientOf(await serverFor(link, io)).createLink(user);
    if (json) printJson(io, made);
    else tellLink(made, "Open this link", io);
  });
}
