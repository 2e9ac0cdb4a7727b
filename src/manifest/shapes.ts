import { z } from "zod";
import {
  checkCommand,
  checkEnvName,
  checkEnvValue,
  checkInstallationId,
  checkOverlap,
  checkText,
  checkTimeoutSec,
} from "../core/check-schedule.js";
import type { OverlapPolicy } from "../core/decide.js";
import type { SecretReference } from "../core/secrets/reference.js";
import { obeys } from "./laws.js";
import { pathShape } from "./path-shape.js";
import { policyKeys } from "./policy-shapes.js";
import { secondsShape } from "./seconds-shape.js";
import { sharedTimeKeys, timeKeys } from "./time-shapes.js";
import { wordShape } from "./word-shape.js";
import { mustBe, whatIs } from "./words.js";

const text = (right: string) => z.string(mustBe(right));

const scalar = (right: string) =>
  z.union([z.string(), z.number(), z.boolean()], mustBe(right)).transform(String);

// The messages never show a value: it may be private.
const env = z.record(
  z.string().superRefine(obeys(checkEnvName)),
  z
    .union([z.string(), z.number(), z.boolean(), z.record(z.string(), z.unknown())], {
      error: 'Write a text, a number, true or false, or { secret: name }; "" for an empty one.',
    })
    .transform((value) => (typeof value === "object" ? (value as unknown as SecretReference) : String(value)))
    .superRefine(obeys((value) => checkEnvValue(value, "A value"))),
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
    ...sharedTimeKeys,
    overlap: wordShape<OverlapPolicy>("skip, queue, concurrent or replace", checkOverlap).optional(),
    timeout: secondsShape(checkTimeoutSec).optional(),
    ...policyKeys,
    cwd: pathShape("a folder, such as ./jobs").optional(),
    env: env.optional(),
    enabled: z.boolean(mustBe("true or false")).optional(),
  },
  mustBe("a map, or take the line away"),
);

/** One schedule below `schedules`. */
export const entryShape = z.strictObject(
  {
    run,
    ...timeKeys,
    ...defaultsShape.shape,
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

/** A manifest. Its schedules are checked one by one, so that a bad one does not hide what is wrong with the others. */
export const manifestShape = z.strictObject(
  {
    version: z.literal(1, { error: versionWords }),
    defaults: defaultsShape.optional(),
    schedules: z.record(z.string(), z.unknown(), mustBe("schedules by name, or {} for none")),
  },
  mustBe("a map with version and schedules"),
);

export type ManifestEntry = z.output<typeof entryShape>;
export type ManifestDefaults = z.output<typeof defaultsShape>;

function versionWords({ input }: { input?: unknown }): string {
  const found = typeof input === "number" ? "This Belfry reads manifests of version 1 only." : whatIs(input);
  return `${found} Write version: 1.`;
}
