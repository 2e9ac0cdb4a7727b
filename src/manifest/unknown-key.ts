import { nearestName } from "../core/nearest-name.js";
import { blackoutMapShape } from "./blackout-shape.js";
import { knownWordFor } from "./other-words.js";
import type { KeyPath } from "./problem.js";
import { groupShape, keepMapShape } from "./policy-shapes.js";
import { retryMapShape } from "./retry-shape.js";
import { defaultsShape, entryShape, manifestShape } from "./shapes.js";
import { dstShape } from "./time-shapes.js";

/** The words for a key that the map at `path` does not have. */
export function unknownKey(key: string, path: KeyPath): string {
  if (key === "<<") return "Merge keys are not read. Write the keys out, or put them under defaults.";
  const known = knownAt(path);
  if (path.length === 1 && path[0] === "defaults" && Object.hasOwn(entryShape.shape, key)) {
    return `${key} is a matter of each schedule. The keys of defaults are ${known.join(", ")}.`;
  }
  const meant = knownWordFor(key, known) ?? nearestName(key.replaceAll(/[-_]/g, ""), known);
  const hint = meant === null ? "" : ` Did you mean "${meant}"?`;
  return `There is no key ${JSON.stringify(key)} here.${hint} The keys are ${known.join(", ")}.`;
}

/** The keys whose values are maps, or hold some. */
const mapsInside: Record<string, object> = {
  dst: dstShape.shape,
  blackouts: blackoutMapShape.shape,
  retry: retryMapShape.shape,
  concurrency_group: groupShape.shape,
  keep: keepMapShape.shape,
};

function knownAt(path: KeyPath): string[] {
  if (path.length === 0) return Object.keys(manifestShape.shape);
  const [inside] = path.slice(path[0] === "defaults" ? 1 : 2);
  if (inside !== undefined && Object.hasOwn(mapsInside, inside)) return Object.keys(mapsInside[inside]!);
  return Object.keys(path[0] === "defaults" ? defaultsShape.shape : entryShape.shape);
}
