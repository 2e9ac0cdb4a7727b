import { expect, it } from "vitest";
import { runnerEnvironment } from "./runner-environment.js";

it("a runner inherits the server's environment without the server's settings and secrets", () => {
  const base = {
    PATH: "/bin",
    PGHOST: "db",
    PGPASSWORD: "secret",
    DATABASE_URL: "postgres://secret@db",
    BELFRY_MASTER_KEY: "secret",
    BELFRY_RUN_TOKEN: "of another run",
  };
  expect(runnerEnvironment(base, { BELFRY_RUN_TOKEN: "its own", GITHUB_TOKEN: "given" })).toEqual({
    PATH: "/bin",
    PGHOST: "db",
    BELFRY_RUN_TOKEN: "its own",
    GITHUB_TOKEN: "given",
  });
});
