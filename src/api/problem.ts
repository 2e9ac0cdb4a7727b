import { HTTPException } from "hono/http-exception";
import type { Context } from "hono";
import { BelfryError, type ErrorCode, errorTable, messageOf } from "../core/errors.js";
import type { Log } from "../scheduler/log.js";
import type { ProblemJson } from "./public/shapes.js";

/** Any error as `application/problem+json` (RFC 9457). What is not a BelfryError is told to the log only. */
export function problemOf(c: Context, error: unknown, log: Log): Response {
  const known = asBelfryError(error);
  if (known.code === "internal_error") {
    const stack = error instanceof Error ? error.stack : undefined;
    log.error(
      {
        requestId: c.get("requestId"),
        method: c.req.method,
        path: c.req.path,
        error: messageOf(error),
        stack,
      },
      "request.failed",
    );
  }
  const requestId = c.get("requestId") as string | undefined;
  return c.body(
    JSON.stringify({ ...problemBody(known.code, known.message), requestId }),
    errorTable[known.code].status,
    {
      "content-type": "application/problem+json",
      // The rest of such a body is not read, so its connection ends: a client that did not know would use it again.
      ...(known.code === "body_too_large" && { connection: "close" }),
    },
  );
}

export function problemBody(code: ErrorCode, detail: string): ProblemJson {
  const { status, means } = errorTable[code];
  return { type: `urn:belfry:error:${code}`, title: means, status, code, detail };
}

function asBelfryError(error: unknown): BelfryError {
  if (error instanceof BelfryError) return error;
  // Hono's own refusals: a body that is not JSON, and the like.
  if (error instanceof HTTPException && error.status < 500) {
    return new BelfryError(error.status === 413 ? "body_too_large" : "invalid_request", error.message);
  }
  if (isUnstorable(error)) {
    return new BelfryError(
      "invalid_request",
      `The database cannot take a value of the request: ${messageOf(error)}.`,
    );
  }
  if (isConnectionError(error)) {
    return new BelfryError("not_ready", "The database does not answer. Try again in a moment.");
  }
  return new BelfryError("internal_error", "A fault of Belfry itself. The server's log says more.");
}

/** A value that no column holds: a NUL in a text, a number or an instant that is too large. */
function isUnstorable(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && /^22(003|008|021|P05)$/.test(code);
}

/** The database is away: SQLSTATE class 08 or 57P, or an error of the socket. */
function isConnectionError(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code === "string") return /^(08|57P|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND)/.test(code);
  return /connection (terminated|timeout)|timeout exceeded when trying to connect/i.test(messageOf(error));
}
