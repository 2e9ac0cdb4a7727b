import type { Command } from "commander";
import { definitionJson } from "../../core/definition-json.js";
import type { AppliedJson } from "../../api/public/schedule-shapes.js";
import { examples } from "../examples.js";
import { colorsFor, type Io } from "../io.js";
import { printJson, type JsonOption } from "../print-json.js";
import { printable } from "../printable.js";
import { addServerOptions, connect } from "../server-options.js";
import { type FolderOptions, movedTo } from "./moved-to.js";

type ApplyOptions = JsonOption & FolderOptions & { source: string };

/** Adds `belfry apply`: a manifest that is kept elsewhere, applied from here. */
export function registerApply(program: Command, io: Io): void {
  const apply = program
    .command("apply")
    .description("make the schedules of an owner what a manifest says, all of it or nothing");
  apply.requiredOption("-f, --file <file>", "the manifest");
  apply.requiredOption(
    "--source <name>",
    "whose schedules they are: what this owner no longer names is retired",
  );
  apply.option("--folder <dir>", "the folder in which the server has the manifest, if it is another");
  addServerOptions(apply.option("--json", "print a JSON object"));
  examples(apply, ["belfry plan -f belfry.yaml --source shop && belfry apply -f belfry.yaml --source shop"]);
  apply.action(async (options: ApplyOptions) => {
    const { schedulesOf } = await import("../manifest-file.js");
    const wanted = movedTo(options, await schedulesOf(options.file, io));
    const applied = await (await connect(apply, io)).apply(wanted.map(definitionJson), options.source);
    if (options.json) printJson(io, applied);
    else io.stdout.write(appliedText(applied, io));
  });
}

function appliedText({ created, updated, retired, unchanged }: AppliedJson, io: Io): string {
  const { green, yellow, red } = colorsFor(io);
  const lines = [
    ...created.map((name) => green(`+ ${printable(name)}`)),
    ...updated.map((name) => yellow(`~ ${printable(name)}`)),
    ...retired.map((name) => red(`- ${printable(name)}`)),
    `${created.length} created, ${updated.length} updated, ${retired.length} retired, ${unchanged} unchanged`,
  ];
  return lines.map((line) => `${line}\n`).join("");
}
