import { createHash } from "node:crypto";
import { BelfryError } from "../../core/errors.js";

/** The tag of an answer that shows a thing of a revision: the revision, a dot, and what depends on the rest of it. */
export function etagOf(revision: string, body: object): string {
  const digest = createHash("sha256").update(JSON.stringify(body)).digest("base64url");
  return `"${revision}.${digest.slice(0, 16)}"`;
}

/** Whether the client has what would be answered (`If-None-Match`). */
export function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.trim() === "*" || tagsOf(ifNoneMatch).some((tag) => tag.replace(/^W\//, "") === etag);
}

/**
 * Throws `precondition_failed` unless the revision is one that `If-Match` names. What an answer shows beside it, such as the
 * last run, may have changed: an edit is not in its way.
 */
export function checkIfMatch(ifMatch: string | undefined, revision: string, what: string): void {
  if (ifMatch === undefined || ifMatch.trim() === "*") return;
  if (tagsOf(ifMatch).some((tag) => /^"(\d+)(\.|"$)/.exec(tag)?.[1] === revision)) return;
  throw new BelfryError(
    "precondition_failed",
    `${what} was changed since: it is at revision ${revision}. Read it again, and send the ETag of that answer as If-Match.`,
  );
}

function tagsOf(header: string): string[] {
  return header.match(/(?:W\/)?"[^"]*"/g) ?? [];
}
