import { isIP } from "node:net";
import type { Context } from "hono";
import { getConnInfo } from "@hono/node-server/conninfo";
import { BelfryError } from "../core/errors.js";
import type { AccessSettings } from "./settings.js";

/** The server as a browser sees it. */
export interface Site {
  /** Scheme, host and port. */
  origin: string;
  /** Whether it is reached through TLS. */
  isSecure: boolean;
}

/** The server as the sender of a request sees it: as it was told, else as the request says. */
export function siteOf(
  c: Context,
  { publicOrigin, trustProxy }: Pick<AccessSettings, "publicOrigin" | "trustProxy">,
): Site {
  const origin = publicOrigin ?? originAsked(c, trustProxy > 0);
  return { origin, isSecure: origin.startsWith("https:") };
}

function originAsked(c: Context, believesProxy: boolean): string {
  const url = new URL(c.req.url);
  const forwarded = believesProxy ? c.req.header("x-forwarded-proto")?.split(",").at(-1)?.trim() : undefined;
  return `${forwarded === "https" ? "https:" : url.protocol}//${url.host}`;
}

/** Where a request comes from: the other end of the connection, or what the last of the proxies that are believed says. */
export function addressOf(c: Context, { trustProxy }: Pick<AccessSettings, "trustProxy">): string | null {
  const direct = connectedTo(c);
  if (trustProxy === 0) return direct;
  const hops = (c.req.header("x-forwarded-for") ?? "").split(",").map((hop) => hop.trim());
  const told = hops.at(-trustProxy) ?? "";
  return isIP(told) === 0 ? direct : told;
}

function connectedTo(c: Context): string | null {
  // A test calls the application without a socket.
  if ((c.env as { incoming?: unknown } | undefined)?.incoming === undefined) return null;
  return getConnInfo(c).remote.address ?? null;
}

/**
 * Throws `forbidden` for a request that a page of another site has made a browser send. A browser says where a request that
 * changes something comes from, in one of these headers at least.
 */
export function refuseForeignOrigin(c: Context, { origin }: Site): void {
  const [from, site] = [c.req.header("origin"), c.req.header("sec-fetch-site")];
  const isOwn = from === undefined ? site === "same-origin" : from === origin;
  if (isOwn && (site === undefined || site === "same-origin")) return;
  throw new BelfryError(
    "forbidden",
    `The request comes from ${from ?? "a page that does not say which it is"}, and not from ${origin}. ` +
      "If people reach the server at another address, say so with --public-url; programs send an API key.",
  );
}

/** The path to go to after a sign-in, if it is one of this server's own; else the front page. */
export function localPath(asked: string | undefined): string {
  if (asked === undefined || !/^\/(?!\/)[\x21-\x5b\x5d-\x7e]*$/.test(asked)) return "/";
  const url = new URL(asked, "http://here.invalid");
  // "/..//elsewhere" is a path too, until its dots are worked out.
  const isLocal = url.host === "here.invalid" && !url.pathname.startsWith("//");
  return isLocal ? `${url.pathname}${url.search}` : "/";
}
