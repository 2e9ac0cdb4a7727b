import { type Command, Option } from "commander";
import type { LinkJson, UserJson } from "../../api/public/user-shapes.js";
import { type Role, roles } from "../../core/rights.js";
import { examples } from "../examples.js";
import { colorsFor, type Colors, type Io } from "../io.js";
import { peopleClientOf } from "../people-client.js";
import { printJson, type JsonOption } from "../print-json.js";
import { printable } from "../printable.js";
import { addServerOptions, serverFor } from "../server-options.js";
import { renderTable } from "../table.js";

/** Adds `belfry user ...`: who may come in, and what they may. */
export function registerUser(program: Command, io: Io): void {
  const user = program.command("user").description("add users, give them roles, keep them out");
  addServerOptions(user, true).enablePositionalOptions();
  examples(user, ["belfry user add ann --role operator", "belfry user list"]);
  registerAdd(user, io);
  registerList(user, io);
  registerRole(user, io);
  registerDisable(user, io);
  registerEnable(user, io);
  registerRemove(user, io);
}

function registerAdd(user: Command, io: Io): void {
  const add = user.command("add <name>").description("add a user, and make a link that lets them in once");
  add.addOption(new Option("--role <role>", "what they may").choices(roles).default("viewer"));
  addServerOptions(add.option("--json", "print a JSON object"));
  examples(add, ["belfry user add ann --role operator"]);
  add.action(async (name: string, { role, json }: JsonOption & { role: Role }) => {
    const made = await peopleClientOf(await serverFor(add, io)).createUser({ name, role });
    if (json) printJson(io, made);
    else tellLink(made.link, `"${printable(name)}" is ${role}. Send them this link`, io);
  });
}

/** Prints a link by itself on stdout, and around it what it is for. */
export function tellLink({ url, expiresAt }: LinkJson, words: string, { stdout, stderr }: Io): void {
  stderr.write(`${words}; it lets its first reader in, once, until ${expiresAt}:\n`);
  stdout.write(`${url}\n`);
}

function registerList(user: Command, io: Io): void {
  const list = user.command("list").description("list users and their roles");
  addServerOptions(list.option("--json", "print a JSON array"));
  examples(list, ["belfry user list"]);
  list.action(async ({ json }: JsonOption) => {
    const users = await peopleClientOf(await serverFor(list, io)).listUsers();
    if (json) printJson(io, users);
    else if (users.length === 0)
      io.stderr.write('There are no users. "belfry link" lets the first one in.\n');
    else io.stdout.write(userTable(users, colorsFor(io)));
  });
}

function userTable(users: readonly UserJson[], { bold, dim }: Colors): string {
  const head = ["NAME", "ROLE", "LAST SIGN-IN", "E-MAIL"].map((word) => bold(word));
  const rows = users.map(({ name, role, lastSignInAt, email, disabledAt }) => [
    printable(name) + (disabledAt === null ? "" : dim(" (disabled)")),
    role,
    lastSignInAt?.slice(0, 10) ?? "never",
    printable(email ?? ""),
  ]);
  return renderTable([head, ...rows]);
}

function registerRole(user: Command, io: Io): void {
  const role = user
    .command("role <name> <role>")
    .description(`give a user another role: ${roles.join(", ")}`);
  addServerOptions(role.option("--json", "print the user as a JSON object"));
  examples(role, ["belfry user role ann admin"]);
  role.action(async (name: string, wanted: Role, { json }: JsonOption) => {
    const changed = await peopleClientOf(await serverFor(role, io)).updateUser(name, { role: wanted });
    if (json) printJson(io, changed);
    else io.stdout.write(`"${printable(name)}" is ${changed.role} now.\n`);
  });
}

function registerDisable(user: Command, io: Io): void {
  const disable = user.command("disable <name>").description("keep a user out, and sign them out everywhere");
  addServerOptions(disable.option("--json", "print the user as a JSON object"));
  examples(disable, ["belfry user disable ann"]);
  disable.action(async (name: string, { json }: JsonOption) => {
    const changed = await peopleClientOf(await serverFor(disable, io)).updateUser(name, { disabled: true });
    if (json) printJson(io, changed);
    else io.stdout.write(`"${printable(name)}" is signed out everywhere and cannot come in.\n`);
  });
}

function registerEnable(user: Command, io: Io): void {
  const enable = user.command("enable <name>").description("let a user in again who was disabled");
  addServerOptions(enable.option("--json", "print the user as a JSON object"));
  examples(enable, ["belfry user enable ann"]);
  enable.action(async (name: string, { json }: JsonOption) => {
    const changed = await peopleClientOf(await serverFor(enable, io)).updateUser(name, { disabled: false });
    if (json) printJson(io, changed);
    else io.stdout.write(`"${printable(name)}" can come in again.\n`);
  });
}

function registerRemove(user: Command, io: Io): void {
  const remove = user
    .command("remove <name>")
    .description("remove a user, with their sessions, passkeys and keys");
  addServerOptions(remove.option("--json", "print the user, as it was, as a JSON object"));
  examples(remove, ["belfry user remove ann"]);
  remove.action(async (name: string, { json }: JsonOption) => {
    const removed = await peopleClientOf(await serverFor(remove, io)).removeUser(name);
    if (json) printJson(io, removed);
    else io.stdout.write(`"${printable(name)}" is removed.\n`);
  });
}
