import type { AuditEntryJson, AuditFilterQuery } from "../../api/public/audit-shapes.js";
import { BelfryError, messageOf } from "../../core/errors.js";
import { readProblem } from "../../client/api-problem.js";
import type { Listed } from "../asking.js";
import type { Server } from "../find-server.js";

const largestPage = 500;

type Query = Record<string, string | number | undefined>;

/** What the command line asks of the audit log. */
export function auditClientOf(server: Server) {
  return {
    /** The newest entries, at most so many. */
    async list(query: AuditFilterQuery, atMost: number): Promise<Listed<AuditEntryJson>> {
      const items: AuditEntryJson[] = [];
      let cursor: string | undefined;
      do {
        const limit = Math.min(largestPage, atMost - items.length);
        const response = await open(server, "/audit", { ...query, limit, cursor });
        const page = (await response.json()) as { items: AuditEntryJson[]; nextCursor: string | null };
        items.push(...page.items);
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined && items.length < atMost);
      return { items, more: cursor !== undefined };
    },
    /** Gives lines on as they come. One that is cut off is not given. */
    async export(query: AuditFilterQuery & { after?: string | undefined }, write: (text: string) => void) {
      const response = await open(server, "/audit/export", { ...query });
      let rest = "";
      try {
        for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
          const end = piece.lastIndexOf("\n") + 1;
          if (end > 0) write(rest + piece.slice(0, end));
          rest = end > 0 ? piece.slice(end) : rest + piece;
        }
      } catch (error) {
        throw cutOff(error);
      }
    },
  };
}

async function open(server: Server, path: string, query: Query): Promise<Response> {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  const headers = { authorization: `Bearer ${server.token}` };
  let response: Response;
  try {
    response = await fetch(`${server.url}/api/v1${path}?${search.toString()}`, {
      headers,
      redirect: "error",
    });
  } catch (error) {
    throw unreachable(server, messageOf((error as { cause?: unknown }).cause ?? error), error);
  }
  if (response.ok) return response;
  const problem = readProblem(await response.json().catch(() => null), response.status);
  if (problem?.code === "unauthorized") problem.message += ` The token came from ${server.tokenFrom}.`;
  throw problem ?? unreachable(server, `it answered ${response.status} and not in Belfry's words`);
}

function unreachable({ url, urlFrom }: Server, why: string, cause?: unknown): BelfryError {
  const message = `No Belfry server answers at ${url} (from ${urlFrom}): ${why}.`;
  return new BelfryError("server_unreachable", message, { cause });
}

function cutOff(cause: unknown): BelfryError {
  const message = `The export was cut off (${messageOf(cause)}). Go on with --after and the id of the last line.`;
  return new BelfryError("server_unreachable", message, { cause });
}
