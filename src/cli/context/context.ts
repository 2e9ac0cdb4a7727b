import type { Command } from "commander";
import { examples } from "../examples.js";
import { colorsFor, type Io } from "../io.js";
import { printable } from "../printable.js";
import { printJson, type JsonOption } from "../print-json.js";
import { renderTable } from "../table.js";
import { contextNamed, readContexts, writeContexts } from "./contexts.js";

/** Adds `belfry context ...`: which of several servers the command line talks to. */
export function registerContext(program: Command, io: Io): void {
  const context = program
    .command("context")
    .description("choose among the servers that you have signed in to");
  context.enablePositionalOptions();
  examples(context, ["belfry context list", "belfry context use production"]);
  registerList(context, io);
  registerUse(context, io);
  registerRemove(context, io);
}

function registerList(context: Command, io: Io): void {
  const list = context.command("list").description("list contexts; the one that is used has a star");
  list.option("--json", "print a JSON array, without the tokens");
  examples(list, ["belfry context list"]);
  list.action(async ({ json }: JsonOption) => {
    const { current, contexts } = await readContexts(io);
    const items = Object.entries(contexts).map(([name, { url }]) => ({
      name,
      url,
      isCurrent: name === current,
    }));
    if (json) return printJson(io, items);
    if (items.length === 0) return void io.stderr.write('There are no contexts. "belfry login" makes one.\n');
    const { dim } = colorsFor(io);
    const rows = items.map(({ name, url, isCurrent }) => [
      isCurrent ? "*" : "",
      printable(name),
      dim(printable(url)),
    ]);
    io.stdout.write(renderTable(rows));
  });
}

function registerUse(context: Command, io: Io): void {
  const use = context.command("use <name>").description("talk to this server from now on");
  examples(use, ["belfry context use production"]);
  use.action(async (name: string) => {
    const all = await readContexts(io);
    const { url } = contextNamed(all, name);
    await writeContexts(io, { ...all, current: name });
    io.stdout.write(`Commands go to ${printable(url)} now.\n`);
  });
}

function registerRemove(context: Command, io: Io): void {
  const remove = context
    .command("remove <name>")
    .description("forget a server and its key; the key stays valid");
  examples(remove, ["belfry context remove production"]);
  remove.action(async (name: string) => {
    await forgetContext(io, name);
    io.stdout.write(`The context ${printable(name)} is forgotten.\n`);
  });
}

/** Takes a context away. Throws `invalid_request` if there is none of that name. */
export async function forgetContext(io: Io, name: string): Promise<void> {
  const { current, contexts } = await readContexts(io);
  contextNamed({ current, contexts }, name);
  const left = Object.fromEntries(Object.entries(contexts).filter(([each]) => each !== name));
  await writeContexts(io, { current: current === name ? null : current, contexts: left });
}
