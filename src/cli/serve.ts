import { access } from "node:fs/promises";
import { type Command, Option } from "commander";
import { configFields, readConfig } from "../config/config.js";
import { BelfryError } from "../core/errors.js";
import type { Log } from "../scheduler/log.js";
import { examples } from "./examples.js";

/** Adds `belfry serve`. The server's rooms are loaded when it is asked for. */
export function registerServe(program: Command): void {
  const serve = program
    .command("serve")
    .description("run the server: fire schedules, dispatch runs, answer the API");
  for (const { flag, default: fallback, variables, description } of configFields()) {
    if (flag === null) continue;
    const value = flag === "--show-output" ? "" : " <value>";
    const shown = fallback === null || value === "" ? "" : ` Default ${fallback}.`;
    serve.addOption(new Option(`${flag}${value}`, `${description}${shown} (${variables.join(", ")})`));
  }
  examples(serve, [
    "belfry serve --manifest belfry.yaml",
    "DATABASE_URL=postgres://belfry@db.internal/belfry belfry serve --manifest belfry.yaml --log-format json",
  ]);
  serve.action((_options, command: Command) => runUntilSignal(command.optsWithGlobals()));
}

async function runUntilSignal(flags: Record<string, unknown>): Promise<void> {
  const config = readConfig(flags, process.env);
  await requireManifest(config.manifest);
  const [{ createLogger, isForPeople }, { runServer }] = await Promise.all([
    import("../server/logger.js"),
    import("../server/server.js"),
  ]);
  const log = createLogger(config);
  const stop = new AbortController();
  const onSignal = (signal: NodeJS.Signals) => {
    if (stop.signal.aborted) process.exit(1);
    log.info({ signal }, "server.stopping");
    stop.abort(new Error(`The server was stopped by ${signal}.`));
  };
  process.on("SIGTERM", onSignal).on("SIGINT", onSignal);
  try {
    const onFirstLink = isForPeople(config.logFormat) ? printLink : linkLogger(log);
    await runServer(config, { log, signal: stop.signal, onFirstLink });
    log.info({}, "server.stopped");
  } finally {
    process.off("SIGTERM", onSignal).off("SIGINT", onSignal);
  }
}

interface FirstLink {
  url: string;
  expiresAt: Date;
}

/** For a program that reads the log, and finds nothing in it but events. */
function linkLogger(log: Log): (link: FirstLink) => void {
  return ({ url, expiresAt }) => log.warn({ url, expiresAt }, "access.first_link");
}

/** Written past the log, which others may keep and read. */
function printLink({ url, expiresAt }: FirstLink): void {
  const until = expiresAt.toISOString().slice(11, 16);
  process.stderr.write(
    `\nNobody has signed in yet. This link lets you in as the owner, once, until ${until} UTC:\n\n    ${url}\n\n`,
  );
}

/** A path that leads nowhere is a slip of the pen; a file that is broken is not: it is told, and watched until it is mended. */
async function requireManifest(file: string | null): Promise<void> {
  if (file === null) return;
  try {
    await access(file);
  } catch (error) {
    throw new BelfryError("invalid_config", `--manifest: there is no file ${file} that can be read.`, {
      cause: error,
    });
  }
}
