import { z } from "zod";
import { authShape } from "./auth-shape.js";
import {
  toArgv,
  toBoolean,
  toBytes,
  toEnvironmentNames,
  toKey,
  toKeys,
  toMs,
  toProviders,
  toRoles,
  toWholeNumber,
} from "./read-value.js";
import { number, setting, text, word } from "./setting.js";

const path = text("Write a path.", /^[^\0]*[^\s\0][^\0]*$/);
const minute = 60_000;
const day = 24 * 60 * minute;

/** All that `belfry serve` can be told: a default, as people write it, and a sentence for each. */
export const configShape = z.strictObject({
  manifest: path
    .nullable()
    .prefault(null)
    .describe("The manifest to apply, at the start and whenever it changes."),
  dataDir: path
    .prefault(".belfry")
    .describe("The folder of the server's own files and of the embedded database."),
  databaseUrl: text("Write a URL such as postgresql://user:password@host:5432/name.", /^postgres(ql)?:\/\//)
    .nullable()
    .prefault(null)
    .describe("The PostgreSQL database to use instead of the embedded one."),
  host: text("Write a host name or an address, such as 127.0.0.1, without a port.", /^[^\s/]+$/)
    .prefault("127.0.0.1")
    .describe("The address to listen on."),
  port: number(toWholeNumber, 0, 65_535, "Write a whole number from 0 to 65535.")
    .prefault("7717")
    .describe("The port to listen on; 0 for any that is free."),
  logLevel: word(["fatal", "error", "warn", "info", "debug", "trace", "silent"])
    .prefault("info")
    .describe("The least important lines that the server's log still shows."),
  logFormat: word(["auto", "pretty", "json"])
    .prefault("auto")
    .describe("Lines for people (pretty) or for programs (json); auto is pretty on a terminal."),
  showOutput: setting(toBoolean, "Write true or false.")
    .prefault("false")
    .describe("Whether the log shows the output of runs as it comes."),
  cadence: number(toMs, 100, 60 * minute, "Write a duration from 100ms to 1h, such as 10s.")
    .prefault("10s")
    .describe("The longest that the scheduler sleeps between two looks at the database."),
  maxRuns: number(toWholeNumber, 1, 10_000, "Write a whole number from 1 to 10000.")
    .prefault("50")
    .describe("How many runners may be at work on this machine at once."),
  maxRunsTotal: number(toWholeNumber, 1, 1_000_000, "Write a whole number from 1 to 1000000.")
    .nullable()
    .prefault(null)
    .describe("How many runs may be under way at once over all servers; say the same on each."),
  roles: setting(toRoles, "Write api, scheduler or both, as api,scheduler.")
    .prefault("api,scheduler")
    .describe("What this server does: answer the public API, fire schedules and start runs, or both."),
  dispatcher: word(["runner-host", "subprocess"])
    .prefault("runner-host")
    .describe("How runs are started: by a runner host that stays, or each by a process of its own."),
  runnerSocket: path
    .nullable()
    .prefault(null)
    .describe(
      "The socket of the runner host; servers that name the same share it. Without it, one in the data directory.",
    ),
  rateLimit: number(toWholeNumber, 0, 10_000_000, "Write a whole number of 0 or more.")
    .prefault("6000")
    .describe(
      "How many requests a minute each caller of the API may send to this server; 0 for any number. Whoever is not known may send a tenth.",
    ),
  runnerApiUrl: text("Write a URL such as http://belfry.internal:7717.", /^https?:\/\/[^\s]+$/)
    .nullable()
    .prefault(null)
    .describe("The address at which runners reach the server, if not the one that it listens on."),
  lease: number(toMs, 1000, 60 * minute, "Write a duration from 1s to 1h, such as 30s.")
    .prefault("30s")
    .describe(
      "How long a runner may be silent before its run is taken for lost; it ends its job before that.",
    ),
  drain: number(toMs, 0, day, "Write a duration from 0s to 1d, such as 30s.")
    .prefault("0s")
    .describe(
      "How long a server that is told to stop waits for the runs that it started; they go on without it.",
    ),
  keep: number(toMs, minute, 36_500 * day, "Write a duration of 1m or more, such as 30d.")
    .prefault("90d")
    .describe("How long ended runs, their events and their output are kept."),
  keepRuns: number(toWholeNumber, 1, 1_000_000_000, "Write a whole number of 1 or more.")
    .nullable()
    .prefault(null)
    .describe("How many ended runs of each schedule are kept."),
  keepOutput: number(toBytes, 1024 * 1024, 2 ** 50, "Write a number of bytes of 1MiB or more, such as 10GiB.")
    .nullable()
    .prefault(null)
    .describe("How much output is kept in all; that of the oldest runs goes first."),
  jobEnvironment: setting(toEnvironmentNames, "Write names such as AWS_REGION,HTTP_PROXY; * for any ending.")
    .prefault("")
    .describe(
      "The variables of the server's environment that jobs inherit beside the usual ones; `*` for all.",
    ),
  keepAudit: number(toMs, 30 * day, 36_500 * day, "Write a duration of 30d or more, such as 400d.")
    .prefault("400d")
    .describe("How long the entries of the audit log are kept; 30d at least."),
  masterKey: setting(toKey, "Write 32 bytes as 64 hexadecimal digits or in base64.")
    .nullable()
    .prefault(null)
    .describe(
      "The key that secrets are encrypted under and run tokens signed with; servers that share a database share it.",
    ),
  oldMasterKeys: setting(toKeys, "Write keys as for BELFRY_MASTER_KEY, with commas in between.")
    .nullable()
    .prefault(null)
    .describe("Other master keys that still count, or will soon, while the master key is changed."),
  secretsFrom: setting(toProviders, "Write store, environment, files or command, with commas in between.")
    .prefault("store")
    .describe("The providers that a secret is looked for at, in this order."),
  secretsFolder: path
    .prefault("/run/secrets")
    .describe("The folder of the provider files: each file is a secret, and its name that of the secret."),
  secretsCommand: setting(toArgv, 'Write a list in JSON such as ["op", "read", "op://vault/{name}"].')
    .nullable()
    .prefault(null)
    .describe("The command of the provider command, as a JSON list; {name} becomes the name of the secret."),
  logLimit: number(toBytes, 1024, 2 ** 30, "Write a number of bytes from 1KiB to 1GiB, such as 10MiB.")
    .prefault("10MiB")
    .describe("How much of the beginning of a run's output is kept; of what comes after, the last 64 KiB."),
  ...authShape,
});

export type Setting = keyof typeof configShape.shape;

export const settings = Object.keys(configShape.shape) as Setting[];
