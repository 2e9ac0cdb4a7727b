import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { CookieOptions } from "hono/utils/cookie";
import type { Site } from "./site.js";

type CookieName = "belfry_session" | "belfry_step";

/** A cookie as the browser sent it. */
export function readCookie(c: Context, name: CookieName, site: Site): string | undefined {
  return getCookie(c, fullName(name, site));
}

/** Sets a cookie that no script sees, and that comes back to this server only. */
export function writeCookie(
  c: Context,
  name: CookieName,
  { site, value, forMs }: { site: Site; value: string; forMs: number },
): void {
  const maxAge = Math.min(Math.round(forMs / 1000), 400 * 86_400);
  setCookie(c, fullName(name, site), value, { ...optionsFor(site), maxAge });
}

export function clearCookie(c: Context, name: CookieName, site: Site): void {
  deleteCookie(c, fullName(name, site), optionsFor(site));
}

/** With the prefix a browser takes it only from this very host, and through TLS. */
function fullName(name: CookieName, { isSecure }: Site): string {
  return isSecure ? `__Host-${name}` : name;
}

function optionsFor({ isSecure }: Site): CookieOptions {
  return { httpOnly: true, sameSite: "Lax", path: "/", secure: isSecure };
}
