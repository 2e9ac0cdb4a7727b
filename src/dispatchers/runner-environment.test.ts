import { afterEach, expect, it, vi } from "vitest";
import { inheritedEnvironment, withoutServerSettings } from "./runner-environment.js";

const server = {
  PATH: "/bin",
  HOME: "/home/belfry",
  LC_TIME: "de_DE.UTF-8",
  AWS_REGION: "eu-central-1",
  AWS_SECRET_ACCESS_KEY: "secret",
  GITHUB_TOKEN: "secret",
  PGPASSWORD: "secret",
  DATABASE_URL: "postgres://secret@db",
  BELFRY_MASTER_KEY: "secret",
};

afterEach(() => void vi.unstubAllEnvs());

function inherited(jobEnvironment?: string[]): string[] {
  for (const name of Object.keys(process.env)) vi.stubEnv(name, undefined);
  for (const [name, value] of Object.entries(server)) vi.stubEnv(name, value);
  const found = inheritedEnvironment(jobEnvironment === undefined ? {} : { jobEnvironment });
  return Object.keys(server)
    .filter((name) => name in found)
    .toSorted();
}

const usual = ["HOME", "LC_TIME", "PATH"];

it.each<[string, string[] | undefined, string[]]>([
  ["nothing but the usual", undefined, usual],
  ["one name more", ["GITHUB_TOKEN"], ["GITHUB_TOKEN", ...usual]],
  ["no name that only begins like it", ["GITHUB", "AWS"], usual],
  ["all that begin so", ["AWS_*"], ["AWS_REGION", "AWS_SECRET_ACCESS_KEY", ...usual]],
  ["all but the server's own", ["*"], ["AWS_REGION", "AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", ...usual]],
  ["never the server's own", ["BELFRY_*", "DATABASE_URL", "PGPASSWORD"], usual],
])("of the server's environment jobs inherit %s", (_, names, expected) => {
  expect(inherited(names)).toEqual(expected);
});

it("an environment that was made for jobs they inherit whole, without the server's own", () => {
  const baseEnv = { GREETING: "hi", DATABASE_URL: "secret" };
  expect(inheritedEnvironment({ baseEnv })).toEqual({ GREETING: "hi" });
  expect(inheritedEnvironment({ baseEnv, jobEnvironment: [] })).toEqual({});
});

it("what is not a job keeps all but the server's own settings and secrets", () => {
  expect(Object.keys(withoutServerSettings(server))).toEqual([
    "PATH",
    "HOME",
    "LC_TIME",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "GITHUB_TOKEN",
  ]);
});
