import { createHash, timingSafeEqual } from "node:crypto";
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import type { Requester } from "../../core/actor.js";
import { BelfryError } from "../../core/errors.js";
import { type Right, rights, rightsTable } from "../../core/rights.js";

/** Who calls the API, and what they may do. */
export interface Caller extends Requester {
  rights: ReadonlySet<Right>;
  /** The user who is signed in, or who made the key. */
  userId?: string | null;
  /** Of a user who is signed in. */
  sessionId?: string;
}

/** What the middlewares of the public API leave for its operations. */
export interface PublicEnv {
  Variables: { caller: Caller | null; requestId: string; address: string | null };
}

export type PublicApi = OpenAPIHono<PublicEnv>;

/** Who may call an operation: anyone, whoever says who they are, whoever is signed in as a user, or those who have the right. */
export type Access = "anyone" | "known" | "user" | Right;

/** Finds out who a request is from; null: it does not say. Throws `unauthorized` for what it says and is not so. */
export type Identify = (c: Context<PublicEnv>) => Promise<Caller | null>;

/** Knows whoever shows the token of the data directory: they may do all. */
export function identifyLocal(apiToken: string): Identify {
  const expected = digest(apiToken);
  return async (c) => {
    const token = bearerOf(c);
    if (token === null || !timingSafeEqual(digest(token), expected)) return null;
    return { ...originOf(c), actor: { kind: "local", id: null, name: "local" }, rights: new Set(rights) };
  };
}

/** The bearer token that a request carries. */
export function bearerOf(c: Context): string | null {
  return /^Bearer (\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1] ?? null;
}

/** Where a request came from. */
export function originOf(c: Context<PublicEnv>): Pick<Requester, "address" | "requestId"> {
  return { address: c.var.address, requestId: c.var.requestId };
}

/** Asks each way in turn. A request that carries a token that none of them knows is refused. */
export function identifyCallers(ways: readonly Identify[]): MiddlewareHandler<PublicEnv> {
  return async (c, next) => {
    c.set("caller", await firstOf(ways, c));
    if (c.var.caller === null && c.req.header("authorization") !== undefined) {
      throw new BelfryError(
        "unauthorized",
        "The token is not known here, has expired or was revoked. Send an API key, or the data directory's api-token, as a bearer token.",
      );
    }
    await next();
  };
}

async function firstOf(ways: readonly Identify[], c: Context<PublicEnv>): Promise<Caller | null> {
  for (const way of ways) {
    const caller = await way(c);
    if (caller !== null) return caller;
  }
  return null;
}

/** Lets those through that may call the operation. Throws `unauthorized` or `forbidden`. */
export function admit(access: Access): MiddlewareHandler<PublicEnv> {
  return async (c, next) => {
    if (access !== "anyone") refuse(c.var.caller, access);
    await next();
  };
}

function refuse(caller: Caller | null, access: Exclude<Access, "anyone">): void {
  if (caller === null) {
    throw new BelfryError(
      "unauthorized",
      "The request does not say who sends it. Sign in, or send an API key as a bearer token.",
    );
  }
  if (access === "known") return;
  if (access === "user") {
    if (caller.actor.kind === "user") return;
    throw new BelfryError("forbidden", "Only a user who is signed in may do this, and no API key.");
  }
  if (caller.rights.has(access)) return;
  const may = rightsTable[access];
  throw new BelfryError(
    "forbidden",
    `This needs the right ${access} (${may}), which ${caller.actor.name} has not.`,
  );
}

/** The caller of an operation that not anyone may call. */
export function callerOf(c: Context<PublicEnv>): Caller {
  const { caller } = c.var;
  if (caller === null) throw new BelfryError("unauthorized", "The request does not say who sends it.");
  return caller;
}

function digest(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
