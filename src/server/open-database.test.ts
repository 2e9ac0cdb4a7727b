import { expect, test } from "vitest";
import { BelfryError } from "../core/errors.js";
import { untilDatabaseAnswers } from "./open-database.js";

const away = new BelfryError("database_unreachable", "The database is away.");

/** A log that keeps its warnings. */
function createPatience(signal = new AbortController().signal) {
  const warnings: [object, string][] = [];
  const log = { debug() {}, info() {}, warn: (...said: [object, string]) => warnings.push(said), error() {} };
  return { log: log as never, signal, retryMs: 1, warnings };
}

test("work that finds no database is begun anew until it finds one, with a line each time", async () => {
  const patience = createPatience();
  let tries = 0;
  const work = async () => (++tries < 3 ? Promise.reject(away) : "done");
  expect(await untilDatabaseAnswers(work, patience)).toBe("done");
  const line = [{ error: "The database is away.", retryMs: 1 }, "database.unreachable"];
  expect(patience.warnings).toEqual([line, line]);
});

test("any other error is final", async () => {
  const patience = createPatience();
  const newer = new BelfryError("database_newer", "It is newer.");
  await expect(untilDatabaseAnswers(() => Promise.reject(newer), patience)).rejects.toBe(newer);
  expect(patience.warnings).toEqual([]);
});

test("the signal ends a pause, however long, and no work is begun after it", async () => {
  const stop = new AbortController();
  let tries = 0;
  const work = async () => {
    tries += 1;
    setImmediate(() => stop.abort(new Error("enough")));
    throw away;
  };
  const patience = { ...createPatience(stop.signal), retryMs: 3_600_000 };
  await expect(untilDatabaseAnswers(work, patience)).rejects.toThrow("enough");
  expect(tries).toBe(1);
});
