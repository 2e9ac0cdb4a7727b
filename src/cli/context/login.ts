import type { Command } from "commander";
import { BelfryError } from "../../core/errors.js";
import { examples } from "../examples.js";
import { checkedToken, checkedUrl } from "../find-server.js";
import type { Io } from "../io.js";
import { peopleClientOf } from "../people-client.js";
import { printable } from "../printable.js";
import { forgetContext } from "./context.js";
import { contextsFile, readContexts, writeContexts } from "./contexts.js";

/** Adds `belfry login` and `belfry logout`. */
export function registerLogin(program: Command, io: Io): void {
  const login = program
    .command("login <url>")
    .description("keep the address of a server and an API key for it, which is read from stdin");
  login.option("--name <context>", "what to call it; without it, the address's host");
  examples(login, [
    "belfry login https://belfry.example.org",
    "belfry login https://belfry.example.org --name production < key.txt",
  ]);
  login.action((url: string, options: { name?: string }) => logIn(url, options, io));

  const logout = program
    .command("logout [context]")
    .description("forget a server and its key: the one that is used, or the one that is named");
  examples(logout, ["belfry logout"]);
  logout.action(async (name: string | undefined) => {
    const forgotten = name ?? (await currentContext(io));
    await forgetContext(io, forgotten);
    const hint = 'The key stays valid until it expires or is revoked: "belfry key revoke".';
    io.stdout.write(`The context ${printable(forgotten)} is forgotten. ${hint}\n`);
  });
}

async function logIn(asked: string, { name }: { name?: string }, io: Io): Promise<void> {
  const url = checkedUrl(asked, "the command line");
  warnOfPlain(url, io);
  if (io.readSecret === undefined)
    throw new BelfryError("invalid_request", "There is nowhere to read the key from.");
  const text = (await io.readSecret(`API key for ${url}: `)).trim();
  if (text === "")
    throw new BelfryError(
      "invalid_request",
      'No key was given. An admin makes one with "belfry key create".',
    );
  const token = checkedToken(text, "what was typed");
  const who = await peopleClientOf({
    url,
    urlFrom: "the command line",
    token,
    tokenFrom: "what was typed",
  }).getSession();
  const context = name ?? new URL(url).host;
  const { contexts } = await readContexts(io);
  await writeContexts(io, { current: context, contexts: { ...contexts, [context]: { url, token } } });
  io.stdout.write(
    `You are ${printable(who.name)} at ${printable(url)}, in the context ${printable(context)} of ${contextsFile(io)}.\n`,
  );
}

function warnOfPlain(url: string, { stderr }: Io): void {
  const { protocol, hostname } = new URL(url);
  if (protocol === "https:" || /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)) return;
  stderr.write(`belfry: ${url} has no TLS: whoever is on the way can read the key.\n`);
}

async function currentContext(io: Io): Promise<string> {
  const { current } = await readContexts(io);
  if (current !== null) return current;
  throw new BelfryError(
    "invalid_request",
    'No context is used. "belfry context list" shows those there are.',
  );
}
