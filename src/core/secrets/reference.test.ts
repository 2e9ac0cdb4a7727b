import { describe, expect, test } from "vitest";
import { definitionChanges } from "../definition-changes.js";
import { checkSchedule } from "../check-schedule.js";
import { scheduleDefaults } from "../schedule.js";
import {
  checkSecretName,
  type Env,
  referenceOf,
  sameEnvValue,
  secretKey,
  secretKeysOf,
  secretNamesOf,
} from "./reference.js";

const withEnv = (env: Env) => ({ ...scheduleDefaults, name: "job", run: "true", env });

describe("a reference to a secret", () => {
  test.each([{ secret: "api_key" }, { secret: "a.b-c", from: "files" as const }])(
    "%j is read back from its key",
    (reference) => {
      expect(referenceOf(secretKey(reference))).toEqual(reference);
    },
  );

  test("is the same in whatever order its keys are", () => {
    const one = { secret: "a", from: "files" } as const;
    expect(sameEnvValue(one, { from: "files", secret: "a" })).toBe(true);
    expect(sameEnvValue(one, { secret: "a" })).toBe(false);
    expect(sameEnvValue({ secret: "a" }, "a")).toBe(false);
  });

  test("is a value of a schedule's environment, whose secrets are known by name", () => {
    const definition = withEnv({
      A: { secret: "x" },
      B: { secret: "x", from: "store" },
      C: "text",
      D: { secret: "b" },
    });
    expect(checkSchedule(definition)).toBe(definition);
    expect(secretKeysOf(definition.env)).toEqual(["b", "store:x", "x"]);
    expect(secretNamesOf(definition)).toEqual(["b", "x"]);
  });

  test("is a change of the variable, of which the name is told", () => {
    const { env } = definitionChanges(
      withEnv({ A: "text", B: { secret: "x" } }),
      withEnv({ A: { secret: "x" }, B: { secret: "x" } }),
    );
    expect(env).toEqual({ added: [], removed: [], changed: ["A"] });
  });

  test.each([{ secret: 7 }, { secret: "a", more: 1 }, {}, { secret: "a", from: "nowhere" }, ["a"]])(
    "cannot be %j",
    (value) => {
      expect(() => checkSchedule(withEnv({ A: value as never }))).toThrow(/secret/);
    },
  );
});

test.each([
  "../etc/passwd",
  "a/b",
  "",
  ".",
  "..",
  ".hidden",
  "-rf",
  "a b",
  "a:b",
  "é",
  "a\n",
  "x".repeat(101),
])("%j names no secret", (name) => {
  expect(() => checkSecretName(name)).toThrow("cannot name a secret");
});
