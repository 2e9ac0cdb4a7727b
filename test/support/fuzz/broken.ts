import fc from "fast-check";
import { nastyValues } from "./nasty.js";

/** A value of which one part, anywhere in it, became something nasty, was taken away, or got company. */
export function broken(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc
    .tuple(value, nastyValues, fc.nat(), fc.constantFrom("replace", "remove", "add"))
    .map(([whole, nasty, pick, how]) => {
      const copy = structuredClone(whole);
      const places = placesIn(copy);
      if (places.length === 0) return nasty;
      const { parent, key } = places[pick % places.length]!;
      if (how === "replace") parent[key] = nasty;
      else if (how === "remove") delete parent[key];
      else parent[`${key}x`] = nasty;
      return copy;
    });
}

interface Place {
  parent: Record<string, unknown>;
  key: string;
}

function placesIn(value: unknown): Place[] {
  if (typeof value !== "object" || value === null) return [];
  const parent = value as Record<string, unknown>;
  return Object.keys(parent).flatMap((key) => [{ parent, key }, ...placesIn(parent[key])]);
}
