import { z } from "zod";
import {
  checkCommand,
  checkCron,
  checkEnvName,
  checkInstallationId,
  checkOverlap,
  checkText,
  checkTimeoutSec,
  checkTimezone,
} from "../core/check-schedule.js";
import type { OverlapPolicy } from "../core/decide.js";
import { parseDuration } from "../core/duration.js";
import { BelfryError } from "../core/errors.js";
import { mustBe, whatIs } from "./words.js";

const text = (right: string) => z.string(mustBe(right));

/** A check by a law of core, in the law's own words. */
function obeys<Value>(law: (value: Value) => unknown) {
  return (value: Value, context: z.RefinementCtx): void => {
    try {
      law(value);
    } catch (error) {
      if (!(error instanceof BelfryError)) throw error;
      context.addIssue({ code: "custom", message: error.message });
    }
  };
}

const timezone = text('a time zone, such as "Europe/Berlin"').superRefine(obeys(checkTimezone));

const overlap = text("skip, queue or concurrent")
  .superRefine(obeys(checkOverlap))
  .transform((policy) => policy as OverlapPolicy);

const seconds = (duration: string | number) => parseDuration(duration) / 1000;
const timeout = z
  .union([z.string(), z.number()], mustBe("a duration, such as 90s, 15m or 1h30m, or a number of seconds"))
  .superRefine(obeys((duration) => checkTimeoutSec(seconds(duration))))
  .transform(seconds);

const cwd = text("a folder, such as ./jobs").superRefine(obeys(checkFolder));

const enabled = z.boolean(mustBe("true or false"));

const scalar = (right: string) =>
  z.union([z.string(), z.number(), z.boolean()], mustBe(right)).transform(String);

// The messages never show a value: it may be private.
const env = z.record(
  z.string().superRefine(obeys(checkEnvName)),
  z
    .union([z.string(), z.number(), z.boolean()], {
      error: 'Write a text, a number, true or false; "" for an empty one.',
    })
    .transform(String)
    .superRefine(obeys((value) => checkText(value, "A value"))),
  mustBe("a map of names to values"),
);

const run = z
  .union(
    [z.string(), z.array(scalar("a text, in quotes if need be"))],
    mustBe("a line for the shell, such as echo hello, or a list: a program and its arguments"),
  )
  .superRefine(obeys(checkCommand));

/** What `defaults` may hold. */
export const defaultsShape = z.strictObject(
  {
    timezone: timezone.optional(),
    overlap: overlap.optional(),
    timeout: timeout.optional(),
    cwd: cwd.optional(),
    env: env.optional(),
    enabled: enabled.optional(),
  },
  mustBe("a map, or take the line away"),
);

/** One schedule below `schedules`. */
export const entryShape = z.strictObject(
  {
    ...defaultsShape.shape,
    run,
    cron: text('an expression in quotes, such as "0 3 * * *"').superRefine(obeys(checkCron)).optional(),
    description: text("a text, in quotes if need be")
      .superRefine(obeys((description) => checkText(description, "A description")))
      .optional(),
    github_installation: z
      .number(mustBe("the id of a GitHub App's installation, a whole number"))
      .superRefine(obeys(checkInstallationId))
      .optional(),
  },
  mustBe("a map with at least run"),
);

/** A manifest. The names of its schedules are checked beside it, so that a bad one does not hide what is below. */
export const manifestShape = z.strictObject(
  {
    version: z.literal(1, { error: versionWords }),
    defaults: defaultsShape.optional(),
    schedules: z.record(z.string(), entryShape, mustBe("schedules by name, or {} for none")),
  },
  mustBe("a map with version and schedules"),
);

export type ManifestEntry = z.output<typeof entryShape>;
export type ManifestDefaults = z.output<typeof defaultsShape>;

function versionWords({ input }: { input?: unknown }): string {
  const found = typeof input === "number" ? "This Belfry reads manifests of version 1 only." : whatIs(input);
  return `${found} Write version: 1.`;
}

/** A path that will be joined to the manifest's folder. */
function checkFolder(folder: string): void {
  checkText(folder, "A folder");
  const where = JSON.stringify(folder);
  if (folder.trim() === "")
    throw refused('This is blank. Write a folder, such as ./jobs, or "." for this one.');
  if (folder.startsWith("~"))
    throw refused(`${where} begins with ~, which only a shell knows. Write the path.`);
}

function refused(message: string): BelfryError {
  return new BelfryError("invalid_manifest", message);
}
