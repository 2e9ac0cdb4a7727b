import type { Command } from "commander";
import type { SecretCheckJson, SecretJson } from "../../api/public/secrets-shapes.js";
import { examples } from "../examples.js";
import { colorsFor, type Io } from "../io.js";
import { printJson, type JsonOption } from "../print-json.js";
import { printable } from "../printable.js";
import { relativeTime } from "../relative-time.js";
import { addServerOptions, connect } from "../server-options.js";
import { renderTable } from "../table.js";
import { readValue, type ValueOptions } from "./read-value.js";
import { SecretsMissing } from "./secrets-missing.js";

/** Adds `belfry secret ...`: values that jobs get and nobody reads. */
export function registerSecret(program: Command, io: Io): void {
  const secret = program.command("secret").description("keep values that jobs get and nobody reads");
  addServerOptions(secret, true).enablePositionalOptions();
  examples(secret, ["belfry secret set api_key < api-key.txt", "belfry secret list", "belfry secret check"]);
  registerSet(secret, io);
  registerList(secret, io);
  registerRemove(secret, io);
  registerCheck(secret, io);
  registerRotateDataKey(secret, io);
  registerRotateMaster(secret, io);
}

function registerSet(secret: Command, io: Io): void {
  const set = secret
    .command("set <name>")
    .description("keep a new value: typed at a prompt that does not show it, or from standard input");
  set.option("--from-file <path>", "take the value from a file");
  set.option("--exact", "keep the line end at the value's end, as an OpenSSH key needs it");
  addServerOptions(set.option("--json", "print a JSON object"));
  examples(set, ["belfry secret set api_key", "pass show api/key | belfry secret set api_key"]);
  set.action(async (name: string, { json, ...options }: JsonOption & ValueOptions) => {
    const client = await connect(set, io);
    const kept = await client.setSecret(name, await readValue(options, `Value of ${printable(name)}: `));
    if (json) printJson(io, kept);
    else io.stdout.write(`${printable(kept.name)} is at version ${kept.version}.\n`);
  });
}

function registerList(secret: Command, io: Io): void {
  const list = secret.command("list").description("list secrets: names, versions and who uses them");
  addServerOptions(list.option("--json", "print a JSON array"));
  examples(list, ["belfry secret list", "belfry secret list --json | jq -r '.[].name'"]);
  list.action(async ({ json }: JsonOption) => {
    const { items } = await (await connect(list, io)).listSecrets();
    if (json) printJson(io, items);
    else if (items.length === 0) io.stderr.write("There are no secrets.\n");
    else io.stdout.write(secretTable(items, io));
  });
}

function secretTable(secrets: readonly SecretJson[], io: Io): string {
  const rows = secrets.map(({ name, version, updatedAt, updatedBy, schedules }) => [
    printable(name),
    String(version),
    relativeTime(new Date(updatedAt), io.now()),
    printable(updatedBy),
    printable(schedules.join(" ")),
  ]);
  return tableOf(["NAME", "VERSION", "SET", "BY", "SCHEDULES"], rows, io);
}

function registerRemove(secret: Command, io: Io): void {
  const remove = secret.command("remove <name>").description("forget a secret and its value");
  remove.option("--force", "also if schedules refer to it: their runs will fail");
  addServerOptions(remove.option("--json", "print a JSON object"));
  examples(remove, ["belfry secret remove api_key"]);
  remove.action(async (name: string, { json, force = false }: JsonOption & { force?: boolean }) => {
    const removed = await (await connect(remove, io)).removeSecret(name, force);
    if (json) printJson(io, removed);
    else
      io.stdout.write(`${printable(removed.name)} is forgotten; its last version was ${removed.version}.\n`);
  });
}

function registerCheck(secret: Command, io: Io): void {
  const check = secret
    .command("check")
    .description("look whether all secrets that schedules refer to can be had; exit code 1 if not");
  addServerOptions(check.option("--json", "print a JSON array"));
  examples(check, ["belfry secret check"]);
  check.action(async ({ json }: JsonOption) => {
    const { items } = await (await connect(check, io)).checkSecrets();
    if (json) printJson(io, items);
    else if (items.length === 0) io.stderr.write("No schedule refers to a secret.\n");
    else io.stdout.write(tableOf(["SECRET", "FROM", "SCHEDULES"], items.map(checkRow), io));
    const missing = items.filter(({ from }) => from === null);
    if (missing.length > 0) throw new SecretsMissing(missing);
  });
}

function checkRow({ key, from, problem, schedules }: SecretCheckJson["items"][number]): string[] {
  return [printable(key), from ?? printable(problem ?? "nowhere"), printable(schedules.join(" "))];
}

function registerRotateDataKey(secret: Command, io: Io): void {
  const rotate = secret.command("rotate-data-key").description("encrypt all secrets under a new data key");
  addServerOptions(rotate.option("--json", "print a JSON object"));
  examples(rotate, ["belfry secret rotate-data-key"]);
  rotate.action(async ({ json }: JsonOption) => {
    const done = await (await connect(rotate, io)).rotateDataKey();
    if (json) printJson(io, done);
    else io.stdout.write(`There is a new data key; ${done.values} values were encrypted anew.\n`);
  });
}

function registerRotateMaster(secret: Command, io: Io): void {
  const rotate = secret
    .command("rotate-master")
    .description(
      "change the master key; with BELFRY_MASTER_KEY, take the one that the server was given in use",
    );
  addServerOptions(rotate.option("--json", "print a JSON object"));
  examples(rotate, ["belfry secret rotate-master"]);
  rotate.action(async ({ json }: JsonOption) => {
    const done = await (await connect(rotate, io)).rotateMasterKey();
    if (json) return printJson(io, done);
    const what = done.changed
      ? "There is a new master key; the old one is in master-key.old, for runs that are under way"
      : "The master key is the one of BELFRY_MASTER_KEY, which only you can change";
    io.stdout.write(`${what}. Data keys that were wrapped anew: ${done.dataKeys}.\n`);
  });
}

function tableOf(titles: readonly string[], rows: readonly string[][], io: Io): string {
  const colors = colorsFor(io);
  return renderTable([titles.map((title) => colors.dim(title)), ...rows]);
}
