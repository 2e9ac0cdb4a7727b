import { execFile } from "node:child_process";
import { chmodSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Told } from "../support/cli.js";
import { createTestFolder } from "../support/data-dir.js";

const jobs = fileURLToPath(new URL("../../examples/nightly-maintenance/jobs/", import.meta.url));

let folder: string;

beforeEach(async () => {
  folder = await createTestFolder();
});

afterEach(() => rm(folder, { recursive: true }));

/** Runs a job where PATH holds nothing but what the test has put into the folder. */
function carryOut(program: string, job: string, env: Record<string, string>): Promise<Told> {
  return new Promise((resolve) => {
    execFile(
      program,
      [join(jobs, job)],
      { env: { PATH: folder, ...env }, cwd: folder },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
}

it.each(["check-repository.sh", "tidy-repository.sh"])("%s says so where there is no git", async (job) => {
  const told = await carryOut("/bin/sh", job, {});
  expect(told).toEqual({ code: 127, stdout: "", stderr: "git: command not found. Install git.\n" });
});

describe("the backup of a database", () => {
  const url = "postgres://me:hunter2@db.internal:5433/shop?sslmode=require";
  const whole = "-- PostgreSQL database dump complete\n--\n\n\\unrestrict 0123456789\n\n";
  let night = 1;

  /** A pg_dump that writes what the test says. */
  beforeEach(() => {
    night = 1;
    const path = join(folder, "pg_dump");
    writeFileSync(
      path,
      '#!/bin/sh\nprintf %s "$DUMP" > "${2#--file=}"\necho "$1 $PGPASSWORD"\nexit "${CODE:-0}"\n',
    );
    chmodSync(path, 0o755);
  });

  function backUp(env: Record<string, string>): Promise<Told> {
    const BELFRY_FIRE_TIME = `2026-11-0${night++}T01:15:00.000Z`;
    return carryOut(process.execPath, "back-up-database.mjs", {
      BACKUP_DATABASE_URL: url,
      BELFRY_FIRE_TIME,
      ...env,
    });
  }

  it("keeps a dump that is whole, for its owner's eyes only", async () => {
    const { code, stdout } = await backUp({ DUMP: whole });
    const file = "backups/shop.2026-11-01T01-15-00.000Z.sql";
    expect(stdout).toContain(
      `The dump has ${whole.length} bytes; there is none before it.\nKept as ${file}.\n`,
    );
    expect(code).toBe(0);
    expect(readFileSync(join(folder, file), "utf8")).toBe(whole);
    expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
  });

  it("shows the password to nobody who lists the machine's processes", async () => {
    const { stdout } = await backUp({ DUMP: whole });
    expect(stdout).toMatch(/^--dbname=postgres:\/\/me@db.internal:5433\/shop\?sslmode=require hunter2\n/);
  });

  it.each([
    ["half as long as", 2, 0],
    ["less than half as long as", 2.1, 1],
  ])("takes a dump %s the one before as it should", async (_, times, code) => {
    const before = "x".repeat(Math.ceil(whole.length * (times - 1))) + whole;
    await backUp({ DUMP: before });
    const told = await backUp({ DUMP: whole });
    expect(told.stdout).toContain(
      `The dump has ${whole.length} bytes; the one before had ${before.length} (-`,
    );
    expect(told.code).toBe(code);
    expect(told.stderr).toContain(code === 0 ? "" : "The dump shrank by more than half.");
    expect((await backUp({ DUMP: whole })).code, "a dump that did not pass is nothing to compare with").toBe(
      code,
    );
  });

  it("compares a dump with those of the same database only", async () => {
    await backUp({ DUMP: "x".repeat(1000) + whole });
    const { stdout } = await backUp({ DUMP: whole, BACKUP_DATABASE_URL: "postgres://db.internal/shop2" });
    expect(stdout).toContain("there is none before it");
  });

  it.each<[string, Record<string, string>, number, string]>([
    ["no database is named", { BACKUP_DATABASE_URL: "" }, 2, "BACKUP_DATABASE_URL is not set."],
    [
      "the URL is of something else",
      { BACKUP_DATABASE_URL: "mysql://a:b@c/d" },
      2,
      "is not the URL of a PostgreSQL",
    ],
    ["there is no pg_dump", { PATH: "/nonexistent" }, 127, "pg_dump: command not found."],
    ["pg_dump fails", { DUMP: "half", CODE: "3" }, 1, "pg_dump ended with exit code 3; there is no dump."],
    ["the dump is empty", { DUMP: "" }, 1, "The dump is empty"],
    ["the dump was cut off", { DUMP: "-- PostgreSQL database dump\n" }, 1, "was not written to its end"],
  ])("fails when %s, and keeps no dump", async (_, env, code, message) => {
    const told = await backUp(env);
    expect(told.stderr).toContain(message);
    expect(told.stderr).not.toContain("hunter2");
    expect(told.code).toBe(code);
    expect(readdirSync(folder, { recursive: true }).filter((name) => String(name).endsWith(".sql"))).toEqual(
      [],
    );
  });
});
