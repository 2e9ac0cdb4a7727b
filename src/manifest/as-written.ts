import { isMap, isScalar, isSeq } from "yaml";
import { keyText, type Places } from "./places.js";
import type { KeyPath } from "./problem.js";

/**
 * Turns the numbers and words such as `true` that stand in an environment or an argument list into the text that was
 * written: `VERSION: 1.10` is to be 1.10, not 1.1.
 */
export function keepAsWritten(places: Places): void {
  keepItems(places, ["defaults", "env"]);
  const schedules = places.find(["schedules"]);
  if (!isMap(schedules)) return;
  for (const { key } of schedules.items) {
    keepItems(places, ["schedules", keyText(key), "env"]);
    keepItems(places, ["schedules", keyText(key), "run"]);
  }
}

function keepItems(places: Places, path: KeyPath): void {
  const node = places.find(path);
  if (isMap(node)) for (const { value } of node.items) keep(value);
  if (isSeq(node)) for (const item of node.items) keep(item);
}

function keep(node: unknown): void {
  if (!isScalar(node) || node.source === undefined) return;
  if (typeof node.value === "number" || typeof node.value === "boolean") node.value = node.source;
}
