import { nearestName } from "../core/nearest-name.js";
import { blackoutMapShape } from "./blackout-shape.js";
import { knownWordFor } from "./other-words.js";
import type { KeyPath } from "./problem.js";
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

function knownAt(path: KeyPath): string[] {
  if (path.length === 0) return Object.keys(manifestShape.shape);
  const [inside] = path.slice(path[0] === "defaults" ? 1 : 2);
  if (inside === "dst") return Object.keys(dstShape.shape);
  if (inside === "blackouts") return Object.keys(blackoutMapShape.shape);
  return Object.keys(path[0] === "defaults" ? defaultsShape.shape : entryShape.shape);
}
