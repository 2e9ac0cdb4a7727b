import type { z } from "zod";
import { check } from "../../api/check.js";
import { BelfryError } from "../../core/errors.js";
import type { PageContext } from "./page-env.js";

/** The fields of a form that was sent, as the shape reads them. Throws `invalid_request`. */
export async function readForm<Shape extends z.ZodType>(
  c: PageContext,
  shape: Shape,
): Promise<z.output<Shape>> {
  if (!/^application\/x-www-form-urlencoded\b/i.test(c.req.header("content-type") ?? "")) {
    throw new BelfryError("invalid_request", "The body is not that of a form.");
  }
  const fields = Object.fromEntries(new URLSearchParams(await c.req.text()));
  return check(shape, fields, "form");
}

/** A body of JSON, as the shape reads it. Throws `invalid_request`; a form of another page cannot send one. */
export async function readJson<Shape extends z.ZodType>(
  c: PageContext,
  shape: Shape,
): Promise<z.output<Shape>> {
  if (!/^application\/json\b/i.test(c.req.header("content-type") ?? "")) {
    throw new BelfryError("invalid_request", "The body is not JSON.");
  }
  const body: unknown = await c.req.json().catch(() => undefined);
  return check(shape, body, "body");
}

/** What stands under a name in the query of the address. */
export function readQuery(c: PageContext, name: string): string | undefined {
  return new URL(c.req.url).searchParams.get(name) ?? undefined;
}
