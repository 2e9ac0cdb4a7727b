import { z } from "zod";
import { checkText } from "../core/check-schedule.js";
import { BelfryError } from "../core/errors.js";
import { obeys } from "./laws.js";
import { mustBe } from "./words.js";

/** A path that will be joined to the manifest's folder; `right` says what it is to be, such as "a folder, such as ./jobs". */
export function pathShape(right: string) {
  return z.string(mustBe(right)).superRefine(obeys((path) => checkPath(path, right)));
}

function checkPath(path: string, right: string): void {
  checkText(path, "A path");
  if (path.trim() === "") throw refused(`This is blank. Write ${right}.`);
  if (/^[a-z][a-z\d+.-]+:\/\//i.test(path)) {
    throw refused(`${JSON.stringify(path)} is an address, and nothing is fetched here. Write ${right}.`);
  }
  if (path.startsWith("~")) {
    throw refused(`${JSON.stringify(path)} begins with ~, which only a shell knows. Write the path.`);
  }
}

function refused(message: string): BelfryError {
  return new BelfryError("invalid_manifest", message);
}
