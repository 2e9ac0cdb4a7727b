import type { Command } from "commander";
import type { KeyJson } from "../../api/public/key-shapes.js";
import { parseDuration } from "../../core/duration.js";
import { BelfryError } from "../../core/errors.js";
import { type Right, rights, rightsOf, roles } from "../../core/rights.js";
import { examples } from "../examples.js";
import { colorsFor, type Colors, type Io } from "../io.js";
import { peopleClientOf } from "../people-client.js";
import { printJson, type JsonOption } from "../print-json.js";
import { printable } from "../printable.js";
import { addServerOptions, serverFor } from "../server-options.js";
import { renderTable } from "../table.js";

/** Adds `belfry key ...`: what programs identify themselves with. */
export function registerKey(program: Command, io: Io): void {
  const key = program.command("key").description("make, list and revoke API keys");
  addServerOptions(key, true).enablePositionalOptions();
  examples(key, ["belfry key create deploys --scope schedules.read,schedules.write --expires 90d"]);
  registerCreate(key, io);
  registerList(key, io);
  registerRevoke(key, io);
}

interface CreateOptions extends JsonOption {
  scope: Right[];
  expires?: number;
}

function registerCreate(key: Command, io: Io): void {
  const create = key.command("create <name>").description("make an API key; its text is shown this once");
  create.requiredOption(
    "--scope <rights>",
    `what it may: rights with a comma in between, or all those of a role (${roles.join(", ")})`,
    readScopes,
  );
  create.option(
    "--expires <duration>",
    "when it ends by itself, such as 90d; without it, never",
    readDuration,
  );
  addServerOptions(create.option("--json", "print a JSON object"));
  examples(create, [
    "belfry key create dashboard --scope viewer",
    "belfry key create ci --scope runs.read --expires 30d",
  ]);
  create.action(async (name: string, { scope, expires, json }: CreateOptions) => {
    const client = peopleClientOf(await serverFor(create, io));
    const expiresAt =
      expires === undefined ? {} : { expiresAt: new Date(io.now().getTime() + expires).toISOString() };
    const made = await client.createKey({ name, scopes: scope, ...expiresAt });
    if (json) return printJson(io, made);
    io.stdout.write(`${made.text}\n`);
    io.stderr.write(`belfry: Key ${made.key.id} "${printable(name)}". Keep it now: it is not shown again.\n`);
  });
}

function registerList(key: Command, io: Io): void {
  const list = key.command("list").description("list API keys, without their text");
  list.option("--all", "revoked ones too");
  addServerOptions(list.option("--json", "print a JSON array"));
  examples(list, ["belfry key list", "belfry key list --json | jq -r '.[].name'"]);
  list.action(async ({ all = false, json }: JsonOption & { all?: boolean }) => {
    const keys = await peopleClientOf(await serverFor(list, io)).listKeys(all);
    if (json) printJson(io, keys);
    else if (keys.length === 0) io.stderr.write("There are no API keys.\n");
    else io.stdout.write(keyTable(keys, colorsFor(io)));
  });
}

function registerRevoke(key: Command, io: Io): void {
  const revoke = key.command("revoke <id>").description("take an API key's power away for ever");
  addServerOptions(revoke.option("--json", "print the key as a JSON object"));
  examples(revoke, ["belfry key revoke 7"]);
  revoke.action(async (id: string, { json }: JsonOption) => {
    const revoked = await peopleClientOf(await serverFor(revoke, io)).revokeKey(id);
    if (json) printJson(io, revoked);
    else io.stdout.write(`Key ${revoked.id} "${printable(revoked.name)}" opens nothing any more.\n`);
  });
}

function keyTable(keys: readonly KeyJson[], { dim, bold }: Colors): string {
  const head = ["ID", "NAME", "KEY", "LAST USED", "EXPIRES", "MAY"].map((word) => bold(word));
  const rows = keys.map((key) => [
    key.id,
    printable(key.name) + (key.revokedAt === null ? "" : dim(" (revoked)")),
    `${key.prefix}…`,
    dayOf(key.lastUsedAt) ?? "never",
    dayOf(key.expiresAt) ?? "never",
    dim(key.scopes.join(",")),
  ]);
  return renderTable([head, ...rows]);
}

function dayOf(instant: string | null): string | null {
  return instant === null ? null : instant.slice(0, 10);
}

function readScopes(text: string): Right[] {
  const role = roles.find((each) => each === text);
  if (role !== undefined) return [...rightsOf[role]];
  return text.split(",").map((word) => {
    const right = rights.find((each) => each === word.trim());
    if (right !== undefined) return right;
    throw new BelfryError(
      "invalid_request",
      `There is no right "${word.trim()}" for --scope. There are ${rights.join(", ")}.`,
    );
  });
}

function readDuration(text: string): number {
  try {
    return parseDuration(text);
  } catch {
    throw new BelfryError(
      "invalid_request",
      `"${text}" is out of place for --expires: write a duration such as 90d.`,
    );
  }
}
