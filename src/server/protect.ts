import type { MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";
import type { AccessSettings } from "../access/settings.js";
import { siteOf } from "../access/site.js";

const nothing = ["'none'"];
const own = ["'self'"];
const framing = { frameAncestors: nothing, baseUri: nothing };

/** What a page may load: what this server has, and no script or style within the page. */
const pagePolicy = {
  defaultSrc: nothing,
  scriptSrc: own,
  styleSrc: own,
  imgSrc: ["'self'", "data:"],
  connectSrc: own,
  formAction: own,
  ...framing,
};

/**
 * Tells browsers what they must not do with an answer: guess its kind, frame it, keep it, load from elsewhere, or come back
 * without TLS. What an answer says of these itself stands.
 */
export function protect(access: Pick<AccessSettings, "publicOrigin" | "trustProxy">): MiddlewareHandler {
  const headersFor = {
    page: { plain: createHeaders(pagePolicy, false), secure: createHeaders(pagePolicy, true) },
    data: { plain: createHeaders(dataPolicy, false), secure: createHeaders(dataPolicy, true) },
  };
  return async (c, next) => {
    await next();
    // Runners are no browsers, and report often.
    if (c.req.path.startsWith("/internal/")) return;
    const policy = c.res.headers.get("content-security-policy");
    const kind = c.res.headers.get("content-type")?.startsWith("text/html") === true ? "page" : "data";
    await headersFor[kind][siteOf(c, access).isSecure ? "secure" : "plain"](c, async () => {});
    if (policy !== null) c.res.headers.set("content-security-policy", policy);
    if (!c.res.headers.has("cache-control")) c.res.headers.set("cache-control", "no-store");
  };
}

const dataPolicy = { defaultSrc: nothing, ...framing };

function createHeaders(contentSecurityPolicy: typeof dataPolicy, isSecure: boolean): MiddlewareHandler {
  return secureHeaders({
    contentSecurityPolicy,
    // With "no-referrer" a browser would not say where its own forms come from either.
    referrerPolicy: "same-origin",
    xFrameOptions: "DENY",
    strictTransportSecurity: isSecure ? "max-age=31536000" : false,
  });
}
